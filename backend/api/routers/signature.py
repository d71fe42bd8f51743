"""What an endpoint's parameters want of a request: read strictly, refused with the field and a sentence.

A parameter is one of: `Request`; a pydantic model marked `Query()`; a pydantic model, the body; `Depends(function of the
request)`; or a `str` from the path.
"""

import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from fastapi import params
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Invalid
from api.middleware.body import BODY_MAX, check_media_type, parse_json, read_body

Endpoint = Callable[..., Awaitable[Response]]


class Signature:
    """Of one endpoint, found out once."""

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
