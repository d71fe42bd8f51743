"""The records of the console app's file: what one must be to count as a task. Console and import both read here."""

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

from todo import rules
from todo.errors import InvalidTask

_DATE = re.compile(r"[0-9W-]+(?:[Tt ][0-9:.,]+(?:[Zz]|[+-][0-9:.]+)?)?")


class Record(NamedTuple):
    """One valid record of the console's file."""

    number: int
    title: str
    description: str
    completed: bool
    created_at: datetime | None
    updated_at: datetime | None
    """As the record has them: naive where it names no zone, None where missing or null. `to_utc` compares them."""
    user_id: str | None
    """None: belongs to the default user."""


def read_record(value: object) -> Record:
    """A record of today's or of the older format, where `content` was the title. Unknown fields are ignored.

    Raises `InvalidTask`; its field is `record` for what is no object.
    """
    if not isinstance(value, dict):
        raise InvalidTask("record", "A record must be an object.")
    if "id" not in value:
        raise InvalidTask("id", "Id is missing.")
    if "title" not in value and "content" not in value:
        raise InvalidTask("title", "Title is missing.")
    return Record(
        rules.clean_number(value["id"]),
        rules.clean_title(value["title"] if "title" in value else value["content"]),
        rules.clean_description(value.get("description", "")),
        rules.clean_completed(value.get("completed", False)),
        _read_date("created_at", value.get("created_at")),
        _read_date("updated_at", value.get("updated_at")),
        _read_user(value.get("user_id")),
    )


def clean_user(value: object) -> str:
    """The name of a user as `user_id` holds it: any text that can be stored but the empty one, which names nobody."""
    user = rules.clean_text("user_id", value)
    if not user:
        raise InvalidTask("user_id", "User_id cannot be empty.")
    return user


def to_utc(field: str, moment: datetime, zone: tzinfo | None = None) -> datetime:
    """The moment in UTC. One without zone is read in `zone`, by default the machine's.

    Raises `InvalidTask` for the first and last hours of the calendar, which leave the years 1 to 9999 on the way.
    """
    try:
        if moment.tzinfo is None and (zone or moment.year in (MINYEAR, MAXYEAR)):
            moment = moment.replace(tzinfo=zone or _local_zone(moment))
        if moment.tzinfo is None:
            # Not `astimezone`: in the hour that summer time skips, it is an hour off what every named zone says.
            seconds = moment.replace(microsecond=0).timestamp()
            return datetime.fromtimestamp(seconds, UTC).replace(microsecond=moment.microsecond)
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise InvalidTask(field, f"{field.capitalize()} lies outside the years 1 to 9999.") from error


def write_time(moment: datetime) -> str:
    """A moment in UTC as RFC 3339 with six fraction digits and `Z`."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return f"{moment.isoformat(timespec='microseconds').removesuffix('+00:00')}Z"


def _local_zone(moment: datetime) -> tzinfo | None:
    # Python looks a day around the moment and must not leave the calendar. Years 1 and 9999 have no 29 February.
    return moment.replace(year=min(max(moment.year, 2), 9998)).astimezone().tzinfo


def _read_user(value: object) -> str | None:
    if value is None:
        return None
    return _clean_name(value) if isinstance(value, str) else clean_user(value)


# A file names the same few users again and again.
_clean_name = lru_cache(maxsize=64)(clean_user)


def _read_date(field: str, value: object) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise InvalidTask(field, f"{field.capitalize()} must be a date and time in ISO 8601.")
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError as error:
        raise InvalidTask(field, f"{field.capitalize()} is no date and time of the calendar.") from error
    # Between the ends of the calendar every zone has an answer, and ten thousand conversions take time.
    if moment.tzinfo is not None and not MINYEAR < moment.year < MAXYEAR:
        to_utc(field, moment)
    return moment
