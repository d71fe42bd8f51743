"""Ids in paths."""

from uuid import UUID


def uuid_of(text: str) -> UUID | None:
    """The id, if it is written as ids are: 36 characters, any case. Nothing else has anything behind it."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.lower() else None
