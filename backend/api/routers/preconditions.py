"""ETag, If-Match and If-None-Match (RFC 9110, sections 8.8.3 and 13.1)."""

import re
from collections.abc import Callable

from starlette.requests import Request

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_LIST = re.compile(rf"\s*(?:{_TAG.pattern}\s*(?:,\s*|$))+")


def etag(version: str) -> str:
    """The strong validator of a version of a task."""
    return f'"{version}"'


def if_match(request: Request) -> Callable[[str], bool] | None:
    """Whether a version satisfies If-Match, by strong comparison; None where the header is absent."""
    return _condition(request, "if-match", weak=False)


def if_none_match(request: Request) -> Callable[[str], bool] | None:
    """Whether a version is among those of If-None-Match, by weak comparison; None where the header is absent."""
    return _condition(request, "if-none-match", weak=True)


def _condition(request: Request, header: str, *, weak: bool) -> Callable[[str], bool] | None:
    sent = request.headers.getlist(header)
    if not sent:
        return None
    value = ", ".join(sent)
    if value.strip() == "*":
        return lambda _: True
    # What is no list of tags names no version: nothing that follows it may be changed.
    tags = {tag for mark, tag in _TAG.findall(value) if weak or not mark} if _LIST.fullmatch(value) else set()
    return lambda version: version in tags
