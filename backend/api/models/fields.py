"""Fields on the wire, their rules taken from `todo.rules`; what a rule says is what a 422 says."""

from collections.abc import Callable, Iterator
from typing import Any

from annotated_types import GroupedMetadata
from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema

from todo import rules


class Wire(BaseModel):
    """A body or a query: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Rule(GroupedMetadata):
    """A field's one rule, and what the OpenAPI document says of it."""

    def __init__(self, check: Callable[[object], Any], schema: dict[str, Any]) -> None:
        self._check = check
        self._schema = schema

    def __iter__(self) -> Iterator[object]:
        yield PlainValidator(self._check)
        yield WithJsonSchema(self._schema)


def a_rule(check: Callable[[object], Any], **schema: object) -> Rule:
    """The field holds what `check` returns; `schema` describes it."""
    return Rule(check, schema)


TITLE = a_rule(rules.clean_title, type="string", minLength=1, maxLength=rules.TITLE_MAX)
DESCRIPTION = a_rule(rules.clean_description, type="string", maxLength=rules.DESCRIPTION_MAX)
COMPLETED = a_rule(rules.clean_completed, type="boolean")
