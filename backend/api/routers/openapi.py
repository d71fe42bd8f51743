"""What the OpenAPI document says beyond the signatures: refusals, headers, tokens."""

from datetime import datetime
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

_COMPONENTS = "#/components/schemas/"

SIGNED_IN = Depends(HTTPBearer(auto_error=False, description="An access token, or a personal access token."))
"""For a router's `dependencies`: tells the document that its calls want a token. The middleware asks for it."""


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(BaseModel):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    error_code: str
    timestamp: datetime
    request_id: str
    errors: list[FieldProblem] | None = None


_MEANINGS = {
    401: "Not signed in, or the token is no longer valid",
    403: "Not allowed",
    404: "Not found",
    409: "In the way of something else",
    412: "Changed since it was read",
    413: "Too large",
    415: "Not JSON",
    422: "Not valid",
    429: "Too many attempts",
    503: "The database cannot be reached",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may refuse with these."""
    return {
        status: {
            "description": _MEANINGS[status],
            "content": {"application/problem+json": {"schema": {"$ref": f"{_COMPONENTS}{Problem.__name__}"}}},
        }
        for status in statuses
    }


def _header(name: str, meaning: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": meaning, "schema": schema}


IF_MATCH = _header("If-Match", "ETags of the versions that may be changed, or `*`", {"type": "string"})
IF_NONE_MATCH = _header("If-None-Match", "ETags of the versions known already", {"type": "string"})
IDEMPOTENCY_KEY = _header(
    "Idempotency-Key",
    "Makes the call repeatable: within 24 hours the same key, path and body get the first answer again",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
)


def headers(*described: dict[str, Any]) -> dict[str, Any]:
    """The `openapi_extra` of a route that heeds these headers."""
    return {"parameters": list(described)}


class DocumentedAPI(FastAPI):
    """FastAPI, whose document knows what a refusal looks like, and that an absent body is not null."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = super().openapi()
            _, defined = models_json_schema([(Problem, "serialization")], ref_template=_COMPONENTS + "{model}")
            document["components"]["schemas"].update(defined["$defs"])
            for operation in (one for path in document["paths"].values() for one in path.values()):
                for content in operation.get("requestBody", {}).get("content", {}).values():
                    choices = [choice for choice in content["schema"].get("anyOf", []) if choice != {"type": "null"}]
                    if len(choices) == 1:
                        content["schema"] = choices[0]
            self.openapi_schema = document
        return self.openapi_schema
