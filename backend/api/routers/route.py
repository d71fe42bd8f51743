"""How a request becomes a call: read strictly, then run in one transaction, then answered.

Endpoints are ordinary FastAPI functions, and FastAPI writes the OpenAPI from their signatures. Their arguments are filled
in here instead, for two reasons: refusals come in the promised order (413, 415, 422, then what the database says), and a
transaction that must be repeated runs the endpoint again. A parameter is one of: `Request`; a pydantic model marked
`Query()`; a pydantic model, the body; `Depends(function of the request)`; or a `str` from the path.
"""

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from fastapi import params
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from api.database.transaction import Reading, Transaction
from api.errors import BeyondOnesReach, Invalid
from api.middleware.body import BODY_MAX, check_media_type, parse_json, read_body

Endpoint = Callable[..., Awaitable[Response]]


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
        signature = _Signature(self.endpoint, self.param_convertors.keys())
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


class _Signature:
    """What an endpoint's parameters want of a request, found out once."""

    def __init__(self, endpoint: Endpoint, path_names: Any) -> None:
        self._path: list[str] = []
        self._request: str | None = None
        self._body: tuple[str, type[BaseModel]] | None = None
        self._query: tuple[str, type[BaseModel]] | None = None
        self._dependencies: list[tuple[str, Callable[[Request], Any]]] = []
        self._limit: int = getattr(endpoint, "body_limit", BODY_MAX)
        self._optional: bool = getattr(endpoint, "body_optional", False)
        hints = get_type_hints(endpoint, include_extras=True)
        for name in inspect.signature(endpoint).parameters:
            self._take(name, hints[name], path_names)

    def _take(self, name: str, hint: Any, path_names: Any) -> None:
        extras: tuple[Any, ...] = ()
        if get_origin(hint) is Annotated:
            hint, *rest = get_args(hint)
            extras = tuple(rest)
        dependency = next((extra for extra in extras if isinstance(extra, params.Depends)), None)
        if dependency is not None and dependency.dependency is not None:
            self._dependencies.append((name, dependency.dependency))
        elif hint is Request:
            self._request = name
        elif name in path_names:
            self._path.append(name)
        elif any(isinstance(extra, params.Query) for extra in extras):
            self._query = (name, hint)
        else:
            self._body = (name, next(part for part in (get_args(hint) or (hint,)) if part is not type(None)))

    async def read(self, request: Request) -> dict[str, Any]:
        """The arguments that the request itself holds. Raises 413, 415 and 422, in this order."""
        body = request.scope["body"] = await read_body(request, self._limit)
        if body and self._body:
            check_media_type(request)
        values: dict[str, Any] = {name: request.path_params[name] for name in self._path}
        if self._request:
            values[self._request] = request
        sent = _query_values(request)
        if self._query:
            name, model = self._query
            values[name] = _validated(model, sent, "query")
        elif sent:
            raise Invalid.field(min(sent), f"There is no parameter {min(sent)} here.")
        if self._body:
            name, model = self._body
            values[name] = _validated(model, {} if self._optional and not body.strip() else parse_json(body), "body")
        return values

    def resolve(self, request: Request) -> dict[str, Any]:
        """The arguments that are made for one run of the endpoint."""
        return {name: make(request) for name, make in self._dependencies}


def _query_values(request: Request) -> dict[str, str]:
    if not request.scope["query_string"]:
        return {}
    values: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in values:
            raise Invalid.field(name, f"The parameter {name} stands there more than once.")
        values[name] = value
    return values


def _validated(model: type[BaseModel], value: object, place: str) -> BaseModel:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        errors = []
        for found in error.errors(include_url=False, include_input=False):
            known = found.get("ctx", {})
            cause, sentence = known.get("error"), _SENTENCES.get(found["type"])
            said = sentence.format(**known) if sentence else found["msg"]
            message = str(cause) if isinstance(cause, Exception) else said
            errors.append((".".join(map(str, found["loc"])) or place, message))
        raise Invalid(errors[0][1] if len(errors) == 1 else None, errors=errors) from None


_SENTENCES = {
    "extra_forbidden": "There is no such field or parameter here.",
    "missing": "This field is needed.",
    "model_type": "The body must be a JSON object.",
    "too_short": "This list is empty.",
    "too_long": "This list is too long.",
    "list_type": "This must be a list.",
    "string_type": "This must be a text.",
    "string_too_long": "This is too long.",
    "int_type": "This must be a whole number.",
    "greater_than_equal": "This must be {ge} or more.",
    "less_than_equal": "This must be {le} or less.",
    "model_attributes_type": "The body must be a JSON object.",
}
