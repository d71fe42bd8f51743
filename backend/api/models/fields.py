"""Types of fields on the wire, their rules taken from `todo.rules`; what a rule says is what a 422 says."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema

from todo import rules


class Wire(BaseModel):
    """A body or a query: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _text(shortest: int, longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": shortest, "maxLength": longest}


Title = Annotated[str, PlainValidator(rules.clean_title), WithJsonSchema(_text(1, rules.TITLE_MAX))]
Description = Annotated[str, PlainValidator(rules.clean_description), WithJsonSchema(_text(0, rules.DESCRIPTION_MAX))]
Completed = Annotated[bool, PlainValidator(rules.clean_completed), WithJsonSchema({"type": "boolean"})]
