"""Accounts, sessions and tokens on the wire."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from api.models import account_rules as rules
from api.models.fields import Wire


def _schema(shortest: int, longest: int, kind: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "minLength": shortest, "maxLength": longest, "format": kind})


AnyText = Annotated[str, PlainValidator(rules.clean_text), WithJsonSchema({"type": "string"})]
EmailAddress = Annotated[str, PlainValidator(rules.clean_email), _schema(3, rules.EMAIL_MAX, "email")]
GivenPassword = Annotated[
    str, PlainValidator(rules.read_password), WithJsonSchema({"type": "string", "format": "password"})
]
NewPassword = Annotated[
    str, PlainValidator(rules.clean_password), _schema(rules.PASSWORD_MIN, rules.PASSWORD_MAX, "password")
]
Name = Annotated[
    str,
    PlainValidator(rules.clean_name),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": rules.NAME_MAX}),
]


def rfc3339(moment: datetime) -> str:
    """The moment in UTC with six fraction digits and `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(rfc3339), WithJsonSchema({"type": "string", "format": "date-time"})]


class Registration(Wire):
    """A new account."""

    email: EmailAddress
    password: NewPassword
    name: Name | None = None


class Credentials(Wire):
    """What somebody signs in with. Neither is held to today's rules: the answer would tell what is no account."""

    email: AnyText
    password: GivenPassword
    code: AnyText | None = None
    """Where the account has a second factor: a one-time code or a recovery code."""


class RefreshTokenSent(Wire):
    """A refresh token, from those who keep it themselves; browsers send the cookie."""

    refresh_token: AnyText | None = None


class ProfileChange(Wire):
    """Changes to one's account: absent fields keep their value. A new e-mail address needs the password."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["name"]}, {"required": ["email"]}]})

    name: Name | None = None
    email: Annotated[EmailAddress | None, _schema(3, rules.EMAIL_MAX, "email")] = None
    password: GivenPassword | None = None

    @model_validator(mode="after")
    def _say_something(self) -> Self:
        if not self.model_fields_set & {"name", "email"}:
            raise ValueError("Say what to change: name or email.")
        if "email" in self.model_fields_set and self.email is None:
            raise ValueError("The e-mail address cannot be null: leave it out to keep it.")
        return self


class PasswordProof(Wire):
    """The password, again."""

    password: GivenPassword


class PasswordChange(Wire):
    """The password and the one that replaces it."""

    current_password: GivenPassword
    new_password: NewPassword


class AccessTokenWish(Wire):
    """A new personal access token; without `expires_in_days` it does not expire."""

    name: Name
    expires_in_days: Annotated[int, Field(ge=1, le=3650)] | None = None


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class User(_Answer):
    """A person. The address is null only where an external service did not tell it."""

    id: UUID
    email: str | None
    name: str | None
    created_at: Moment


class Token(_Answer):
    """An access token and the seconds it lives."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - no secret
    expires_in: int


class UserAnswer(_Answer):
    user: User


class SignedIn(_Answer):
    """Beside it the refresh token is set as a cookie."""

    user: User
    token: Token


class Refreshed(_Answer):
    """`refresh_token` is there only when the old one came in the body."""

    token: Token
    refresh_token: str | None = None


class SessionRead(_Answer):
    """One sign-in on one device."""

    id: UUID
    created_at: Moment
    last_used_at: Moment
    user_agent: str
    current: bool


class Sessions(_Answer):
    sessions: list[SessionRead]


class NewAccessToken(_Answer):
    """The only answer that shows the token."""

    id: UUID
    name: str
    token: str
    created_at: Moment
    expires_at: Moment | None


class AccessTokenRead(_Answer):
    id: UUID
    name: str
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None


class AccessTokens(_Answer):
    tokens: list[AccessTokenRead]
