"""The second factor on the wire."""

from pydantic import BaseModel, ConfigDict

from api.models.account import AnyText, GivenPassword, Moment
from api.models.fields import Wire


class CodeSent(Wire):
    """A one-time code."""

    code: AnyText


class PasswordAndCode(Wire):
    """The password, and a one-time code or a recovery code."""

    password: GivenPassword
    code: AnyText


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class SecondFactorRead(_Answer):
    """Whether signing in asks for a code, since when, and how many recovery codes are left."""

    enabled: bool
    enabled_at: Moment | None
    recovery_codes_left: int


class SecondFactorSecret(_Answer):
    """The only answer that shows the secret: for typing, as the address that apps read, and that as a picture."""

    secret: str
    uri: str
    qr_svg: str


class RecoveryCodes(_Answer):
    """The only answer that shows them; each works once."""

    recovery_codes: list[str]
