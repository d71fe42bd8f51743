"""What the API refuses, said once: each error knows its status, its code and its sentence (RFC 9457).

ProblemError
├── Unauthorized 401 · InvalidCredentials 401 or 403 · SecondFactorRequired 401 · InvalidSecondFactor 401 or 403
├── Forbidden 403 · NotYours 403 · BeyondOnesReach 403 · RegistrationClosed 403
├── NotFound 404 · TaskNotFound 404 · MethodNotAllowed 405
├── EmailTaken 409 · KeyInUse 409 · SecondFactorOn 409 · SecondFactorOff 409
├── PreconditionFailed 412 · PayloadTooLarge 413 · UnsupportedMediaType 415
├── Invalid 422 · InvalidCursor 422 · KeyReused 422
├── RateLimited 429
├── DatabaseUnavailable 503 · StorageFull 503 · SignInServiceUnavailable 503 · Overloaded 503
└── InternalError 500
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

FieldError = tuple[str, str]


class ProblemError(Exception):
    """A refusal with a status, a code for programs and a sentence for people."""

    status: ClassVar[int]
    title: ClassVar[str]
    code: ClassVar[str]
    sentence: ClassVar[str]

    def __init__(
        self, detail: str | None = None, *, errors: Sequence[FieldError] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        self.detail = detail or self.sentence
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        super().__init__(self.detail)


class Unauthorized(ProblemError):
    status, title, code = 401, "Not signed in", "UNAUTHORIZED"
    sentence = "Sign in first: send a valid access token as `Authorization: Bearer …`."

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class InvalidCredentials(ProblemError):
    status, title, code = 401, "Wrong e-mail address or password", "INVALID_CREDENTIALS"
    sentence = "The e-mail address or the password is wrong."

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})


class WrongPassword(ProblemError):
    status, title, code = 403, "Wrong password", "INVALID_CREDENTIALS"
    sentence = "The password is wrong; nothing was changed."


class SecondFactorRequired(ProblemError):
    status, title, code = 401, "One-time code needed", "SECOND_FACTOR_REQUIRED"
    sentence = (
        "This account asks for a second factor: send the one-time code of the authenticator app, or a recovery code."
    )

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})


class InvalidSecondFactor(ProblemError):
    status, title, code = 401, "Wrong one-time code", "INVALID_SECOND_FACTOR"
    sentence = "The code is wrong or was used already: wait for the next one."

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})


class WrongCode(ProblemError):
    status, title, code = 403, "Wrong one-time code", "INVALID_SECOND_FACTOR"
    sentence = "The code is wrong or was used already: wait for the next one. Nothing was changed."


class Forbidden(ProblemError):
    status, title, code = 403, "Not allowed", "FORBIDDEN"
    sentence = "This is not yours to change."


class NotYours(Forbidden):
    """Somebody else's task was to be changed."""

    sentence = "This task is not yours to change."


class BeyondOnesReach(Forbidden):
    """The account may not make this call at all, or not with a personal access token."""


class RegistrationClosed(ProblemError):
    status, title, code = 403, "Registration is closed", "REGISTRATION_CLOSED"
    sentence = "New accounts are made by the operator of this server."


class NotFound(ProblemError):
    status, title, code = 404, "Not found", "NOT_FOUND"
    sentence = "There is nothing at this address."


class TaskNotFound(ProblemError):
    status, title, code = 404, "No such task", "TASK_NOT_FOUND"
    sentence = "You have no task with this id."


class MethodNotAllowed(ProblemError):
    status, title, code = 405, "Method not allowed", "METHOD_NOT_ALLOWED"
    sentence = "This address does not take this method."


class EmailTaken(ProblemError):
    status, title, code = 409, "E-mail address taken", "EMAIL_TAKEN"
    sentence = "There is already an account with this e-mail address: sign in, or use another."


class SecondFactorOn(ProblemError):
    status, title, code = 409, "Second factor is on", "SECOND_FACTOR_ENABLED"
    sentence = "The second factor is on already: switch it off first."


class SecondFactorOff(ProblemError):
    status, title, code = 409, "Second factor is off", "SECOND_FACTOR_NOT_ENABLED"
    sentence = "The second factor is not on, or its setting up took longer than an hour: begin again."


class KeyInUse(ProblemError):
    status, title, code = 409, "Still running", "IDEMPOTENCY_KEY_IN_USE"
    sentence = "A request with this Idempotency-Key is still running: ask again in a moment."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class PreconditionFailed(ProblemError):
    status, title, code = 412, "Changed meanwhile", "PRECONDITION_FAILED"
    sentence = "The task has changed since you read it: read it again, then decide."


class PayloadTooLarge(ProblemError):
    status, title, code = 413, "Too large", "PAYLOAD_TOO_LARGE"
    sentence = "The request is too large."


class UnsupportedMediaType(ProblemError):
    status, title, code = 415, "Not JSON", "UNSUPPORTED_MEDIA_TYPE"
    sentence = "Send JSON, with `Content-Type: application/json`."


class Invalid(ProblemError):
    status, title, code = 422, "Not valid", "VALIDATION_ERROR"
    sentence = "The request is not valid."

    @classmethod
    def field(cls, field: str, message: str) -> "Invalid":
        """One field breaks a rule."""
        return cls(message, errors=[(field, message)])


class InvalidCursor(ProblemError):
    status, title, code = 422, "Not a cursor of this list", "INVALID_CURSOR"
    sentence = "The cursor does not belong to this list, filter and order: begin again without it."


class KeyReused(ProblemError):
    status, title, code = 422, "Idempotency-Key used before", "IDEMPOTENCY_KEY_REUSED"
    sentence = "This Idempotency-Key belongs to another request: use a new one."


class RateLimited(ProblemError):
    status, title, code = 429, "Too many attempts", "RATE_LIMITED"
    sentence = "Too many attempts: wait a while, then try again."

    def __init__(self, *, limit: int, wait: int) -> None:
        """`limit` attempts in the window; `wait` seconds until the next is taken."""
        headers = {
            "Retry-After": str(wait),
            "RateLimit-Limit": str(limit),
            "RateLimit-Remaining": "0",
            "RateLimit-Reset": str(wait),
        }
        super().__init__(f"Too many attempts: try again in {wait} seconds.", headers=headers)


class DatabaseUnavailable(ProblemError):
    status, title, code = 503, "Database unavailable", "DATABASE_UNAVAILABLE"
    sentence = "The database cannot be reached at the moment; nothing was lost. Try again shortly."
    undecided = (
        "The database went away while this was being kept, and whether it was is not known. Look first, or repeat it"
        " with the same Idempotency-Key."
    )

    def __init__(self, *, undecided: bool = False) -> None:
        """`undecided`: whether the write happened could not be found out in time."""
        super().__init__(self.undecided if undecided else None, headers={"Retry-After": "2"})


class StorageFull(ProblemError):
    status, title, code = 503, "Storage full", "STORAGE_FULL"
    sentence = "The server has no space left; nothing was lost, and nothing new can be kept for now."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "60"})


class SignInServiceUnavailable(ProblemError):
    status, title, code = 503, "Sign-in service unavailable", "SIGN_IN_SERVICE_UNAVAILABLE"
    sentence = (
        "The sign-in service does not tell its keys at the moment, so the token cannot be checked. Try again shortly."
    )

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "5"})


class Overloaded(ProblemError):
    status, title, code = 503, "Too busy", "OVERLOADED"
    sentence = "Too many people are signing in at this moment: try again shortly."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "5"})


class InternalError(ProblemError):
    status, title, code = 500, "Internal error", "INTERNAL_ERROR"
    sentence = "Something went wrong on our side. The request id helps the operator to find out what."
