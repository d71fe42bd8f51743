"""What a task may be. Console, API, import and page all ask here; the database's check constraints use the same numbers.

Characters are Unicode code points, as `len` counts them. Every function returns the value to keep or raises `InvalidTask`.
"""

import re

from todo.errors import InvalidTask

TITLE_MAX = 100
DESCRIPTION_MAX = 500
SEARCH_MAX = 200
NUMBER_MAX = 2**53 - 1
"""The highest number a task may have: what every JSON reader still counts exactly (RFC 8259, section 6)."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUMBER = re.compile("[1-9][0-9]{0,15}")


def clean_text(field: str, value: object) -> str:
    """A text that can be stored: no U+0000 and no lone surrogate, which UTF-8 and PostgreSQL cannot hold."""
    if not isinstance(value, str):
        raise InvalidTask(field, f"{field.capitalize()} must be a text.")
    found = _UNSTORABLE.search(value)
    if found:
        raise InvalidTask(
            field,
            f"{field.capitalize()} contains a character that cannot be stored (U+{ord(found[0]):04X}): remove it.",
        )
    return value


def clean_title(value: object) -> str:
    """The title without leading and trailing white space, 1 to 100 characters."""
    title = clean_text("title", value).strip()
    if not title:
        raise InvalidTask("title", "Title cannot be empty.")
    if len(title) > TITLE_MAX:
        raise InvalidTask("title", f"Title cannot be longer than {TITLE_MAX} characters; this one has {len(title)}.")
    return title


def clean_description(value: object) -> str:
    """The description as it is, at most 500 characters."""
    description = clean_text("description", value)
    if len(description) > DESCRIPTION_MAX:
        raise InvalidTask(
            "description",
            f"Description cannot be longer than {DESCRIPTION_MAX} characters; this one has {len(description)}.",
        )
    return description


def clean_completed(value: object) -> bool:
    """True or false and nothing else: no 1, no "yes"."""
    if not isinstance(value, bool):
        raise InvalidTask("completed", "Completed must be true or false.")
    return value


def clean_number(value: object) -> int:
    """A task's number in a record: a whole number from 1 to 2^53 - 1."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidTask("id", "Id must be a whole number.")
    if not 1 <= value <= NUMBER_MAX:
        raise InvalidTask("id", f"Id must be between 1 and {NUMBER_MAX}.")
    return value


def clean_search(value: object) -> str:
    """A search text, at most 200 characters; the empty one finds everything."""
    text = clean_text("search", value)
    if len(text) > SEARCH_MAX:
        raise InvalidTask("search", f"Search cannot be longer than {SEARCH_MAX} characters; this one has {len(text)}.")
    return text


def parse_number(text: str) -> int | None:
    """A number as a person types it: decimal ASCII digits, no sign, no leading zero. None for anything else."""
    return int(text) if _NUMBER.fullmatch(text) and int(text) <= NUMBER_MAX else None


def next_number(highest: int | None) -> int:
    """The number of a new task: the highest of the tasks present + 1. Gaps stay."""
    return (highest or 0) + 1


def fold(text: str) -> str:
    """The text as search compares it: without case, by Unicode's full case folding (The Unicode Standard, 3.13).

    U+0001 is folded into U+0002, which leaves U+0001 free as the border between two folded texts.
    """
    return text.casefold().replace("\x01", "\x02")


def searchable(title: str, description: str) -> str:
    """Title and description as one text to look in; no search text can match across the border."""
    return f"{fold(title)}\x01{fold(description)}"


def matches(search: str, title: str, description: str) -> bool:
    """Whether the search text occurs in title or description, in any case."""
    return fold(search) in searchable(title, description)
