"""POSTs that can be repeated safely: with an `Idempotency-Key` the first answer is kept with the write, and given again."""

import hashlib
import re
from collections.abc import Awaitable, Callable

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.database.transaction import Transaction
from api.errors import Invalid, KeyInUse, KeyReused
from api.repositories.idempotency_repository import IdempotencyRepository
from api.routers.route import TransactionRoute

_KEY = re.compile(r"[\x20-\x7e]{1,255}")
_KEPT_HEADERS = ("location", "etag")


def _key_of(request: Request) -> str | None:
    sent = request.headers.getlist("idempotency-key") if request.method == "POST" else []
    if not sent:
        return None
    if len(sent) > 1 or not _KEY.fullmatch(sent[0]):
        raise Invalid.field(
            "Idempotency-Key", "Idempotency-Key must be one value of 1 to 255 printable ASCII characters."
        )
    return sent[0]


class IdempotentRoute(TransactionRoute):
    """The route of tasks: in a transaction, open to personal access tokens, repeatable."""

    scripts = True

    async def answer(self, request: Request, call: Callable[[], Awaitable[Response]]) -> Response:
        request.scope["idempotency_key"] = _key_of(request)
        return await super().answer(request, call)

    async def within(
        self, request: Request, transaction: Transaction, call: Callable[[], Awaitable[Response]]
    ) -> Response:
        key = request.scope["idempotency_key"]
        if key is None:
            return await call()
        keys = IdempotencyRepository(transaction, request.scope["who"].user_id)
        request_hash = hashlib.sha256(request.url.path.encode() + b"\0" + request.scope["body"]).digest()
        claim = await keys.claim(key, request_hash)
        if claim.state == "in use":
            raise KeyInUse
        if claim.state == "reused":
            raise KeyReused
        if claim.state == "replay":
            headers = {**orjson.loads(claim.headers), "Idempotent-Replayed": "true"}
            return Response(claim.body, claim.status, headers=headers, media_type="application/json")
        response = await call()
        kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        kept["cache-control"] = "no-store"
        body = bytes(response.body).decode()
        await keys.keep(key, request_hash, response.status_code, orjson.dumps(kept).decode(), body)
        return response
