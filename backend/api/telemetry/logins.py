"""How attempts to sign in ended."""

import contextlib
from collections.abc import Iterator

from api.telemetry import measures

_UNAVAILABLE = 503


@contextlib.contextmanager
def counted() -> Iterator[None]:
    """Counts one attempt, by the refusal that comes out of it."""
    try:
        yield
    except Exception as error:
        code = str(getattr(error, "code", "other")).lower()
        if getattr(error, "status", None) == _UNAVAILABLE:
            code = "unavailable"
        measures.logins.add(code if code in measures.LOGIN_OUTCOMES else "other")
        raise
    measures.logins.add("success")
