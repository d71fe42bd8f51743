"""The import on the wire: records of the console app's file in, what became of each out."""

from datetime import UTC, tzinfo
from functools import cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, Field, PlainValidator, WithJsonSchema

from api.models.fields import Wire

IMPORT_MAX = 1_000
"""Records in one call."""

_zones = cache(available_timezones)


def clean_zone_name(value: object) -> str:
    """The name of a zone of the IANA database, spelt as there. Raises `ValueError` with a sentence for the person."""
    if isinstance(value, str) and (value == "UTC" or value in _zones()):
        return value
    raise ValueError("This is no time zone: it should look like Europe/Berlin, or UTC.")


def zone_named(name: str) -> tzinfo:
    """The zone that `clean_zone_name` let pass. UTC needs no database."""
    return UTC if name == "UTC" else ZoneInfo(name)


ZoneName = Annotated[
    str, PlainValidator(clean_zone_name), WithJsonSchema({"type": "string", "examples": ["Europe/Berlin"]})
]


class ImportRequest(Wire):
    """Records to move in. What is no valid record is a matter of the import, not of this shape."""

    tasks: Annotated[list[Any], Field(max_length=IMPORT_MAX)]
    skip_invalid: bool = False
    timezone: ZoneName = "UTC"


class RejectedRead(BaseModel):
    """A record that was left out. Positions count from 1."""

    position: int
    reason: str
    record: Any


class RenumberedRead(BaseModel):
    """A record whose number was taken."""

    former: int = Field(alias="from")
    to: int


class ImportAnswer(BaseModel):
    """What became of the records: imported, already there and rejected add up to the total."""

    total: int
    imported: int
    already_there: int
    rejected: list[RejectedRead]
    renumbered: list[RenumberedRead]
