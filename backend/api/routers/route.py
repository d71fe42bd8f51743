"""How a request becomes a call: read strictly, then run in one transaction, then answered.

Endpoints are ordinary FastAPI functions, and FastAPI writes the OpenAPI from their signatures. Their arguments are filled
in here instead, for two reasons: refusals come in the promised order (413, 415, 422, then what the database says), and a
transaction that must be repeated runs the endpoint again. `signature.py` says what they may be.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from api.database.transaction import Reading, Transaction
from api.errors import BeyondOnesReach
from api.middleware.body import BODY_MAX
from api.routers.signature import Endpoint, Signature


def takes(limit: int = BODY_MAX, *, optional: bool = False) -> Callable[[Endpoint], Endpoint]:
    """Says how many bytes of body an endpoint takes, and whether it may be absent."""

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.body_limit, endpoint.body_optional = limit, optional  # type: ignore[attr-defined]
        return endpoint

    return mark


def open_to_scripts(endpoint: Endpoint) -> Endpoint:
    """Lets a personal access token make this call, where its router does not."""
    endpoint.open_to_scripts = True  # type: ignore[attr-defined]
    return endpoint


class StrictRoute(APIRoute):
    """Reads the request strictly and calls the endpoint, without a transaction."""

    scripts = False

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        signature = Signature(self.endpoint, self.param_convertors.keys())
        scripts = self.scripts or getattr(self.endpoint, "open_to_scripts", False)

        async def handle(request: Request) -> Response:
            fixed = await signature.read(request)
            who = request.scope.get("who")
            if who is not None and who.kind == "script" and not scripts:
                raise BeyondOnesReach("A personal access token may use the tasks only: sign in for this.")
            return await self.answer(request, lambda: self.endpoint(**fixed, **signature.resolve(request)))

        return handle

    async def answer(self, request: Request, call: Callable[[], Awaitable[Response]]) -> Response:
        """Runs the endpoint; what kind of transaction stands around it is for the kind of route to say."""
        return await call()


class TransactionRoute(StrictRoute):
    """Runs the endpoint in one transaction as whoever asks. It is committed before the answer leaves."""

    async def answer(self, request: Request, call: Callable[[], Awaitable[Response]]) -> Response:
        async def work(transaction: Transaction) -> Response:
            request.scope["entered"] = True
            request.scope["transaction"] = transaction
            return await self.within(request, transaction, call)

        response: Response = await request.app.state.database.transact(request.scope["who"].entry, work)
        return response

    async def within(
        self, request: Request, transaction: Transaction, call: Callable[[], Awaitable[Response]]
    ) -> Response:
        """The endpoint, inside the transaction."""
        return await call()


class ReadingRoute(StrictRoute):
    """Runs an endpoint of tasks that only reads: no transaction around it, each statement enters by itself."""

    scripts = True

    async def answer(self, request: Request, call: Callable[[], Awaitable[Response]]) -> Response:
        async def work(reading: Reading) -> Response:
            request.scope["reading"] = reading
            try:
                return await call()
            finally:
                request.scope["entered"] = reading.entered

        response: Response = await request.app.state.database.read(request.scope["who"].entry, work)
        return response
