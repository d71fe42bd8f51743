"""A request's body: read no further than the limit, JSON and nothing else."""

import asyncio
import json

from starlette.requests import ClientDisconnect, Request

from api.errors import Invalid, PayloadTooLarge, UnsupportedMediaType

BODY_MAX = 64 * 1024
"""Bytes of an ordinary body."""
BULK_MAX = 2 * 1024 * 1024
"""Bytes of a batch or an import."""
ADDITIONS_MAX = 8 * 1024 * 1024
"""Bytes of many new tasks: 10,000 with a title and a description of full length in ASCII are 6.6 MB."""
BODY_SECONDS = 60.0
"""For a whole body to arrive."""


async def read_body(request: Request, limit: int) -> bytes:
    """The body's bytes, at most `limit`. Raises `PayloadTooLarge` as soon as it is known to be larger, else `Invalid`."""
    headers = request.headers
    if "content-length" not in headers and "transfer-encoding" not in headers:
        return b""  # RFC 9112, section 6.3: there is none
    announced = headers.get("content-length", "")
    too_large = PayloadTooLarge(f"The request is too large: at most {limit} bytes are taken here.")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > limit:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise too_large
    except TimeoutError:
        raise Invalid(f"The body did not arrive within {BODY_SECONDS:.0f} seconds.") from None
    except ClientDisconnect:
        raise Invalid("The request ended before its body did.") from None
    return bytes(body)


def check_media_type(request: Request) -> None:
    """Raises `UnsupportedMediaType` unless the body says that it is JSON, as it is: nothing is decompressed here."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType
    media_type = request.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if media_type != "application/json" and not (
        media_type.startswith("application/") and media_type.endswith("+json")
    ):
        raise UnsupportedMediaType


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def parse_json(body: bytes) -> object:
    """The JSON value. Raises `Invalid` for anything that is none, nested too deep to read included."""
    if not body.strip():
        raise Invalid("The body is missing: send JSON.")
    try:
        return json.loads(body.decode(), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise Invalid("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise Invalid(
            f"The body is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise Invalid("The body is nested too deeply.") from None
    except ValueError:
        raise Invalid("The body is not valid JSON: it holds a number that cannot be read.") from None
