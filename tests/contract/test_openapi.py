"""The OpenAPI document: what clients are generated from must hold together."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.conftest import Server


@pytest.fixture(scope="module")
def document(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{server.url}/openapi.json").json()
    return found


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref":
                yield value
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = set(references(document))
    assert "#/components/schemas/Problem" in found
    for reference in found:
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
        assert place


def test_every_operation_says_what_it_answers_and_refuses(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            assert operation["summary"], (method, path)
            assert any(status.startswith("2") for status in answers)
            if path.startswith("/api/"):
                assert {"422", "503"} <= set(answers)
                assert ("401" in answers) == (path not in {"/api/auth/register", "/api/auth/logout"})
                assert ({"413", "415"} <= set(answers)) == ("requestBody" in operation), (method, path)
            for status, answer in answers.items():
                if status >= "4" and path.startswith("/api/"):
                    schema = answer["content"]["application/problem+json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/Problem"}, (method, path, status)
