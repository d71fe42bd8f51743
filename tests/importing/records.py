"""Records as the console app writes them, and the tasks that they are."""

from typing import Any

FIELDS = ("number", "title", "description", "completed", "created_at", "updated_at")


def record(number: int, title: str = "a task", **more: object) -> dict[str, Any]:
    """One of today's format."""
    return {
        "id": number,
        "title": title,
        "description": "",
        "completed": False,
        "created_at": "2026-01-09T10:07:00",
        "updated_at": "2026-01-09T10:07:00",
        **more,
    }


def told(task: dict[str, Any]) -> tuple[object, ...]:
    """What a task says."""
    return tuple(task[name] for name in FIELDS)


def meant(record: dict[str, Any]) -> tuple[object, ...]:
    """What a record with times in UTC says."""
    times = [record[name] + ("" if "." in record[name] else ".000000") + "Z" for name in ("created_at", "updated_at")]
    return (record["id"], record["title"].strip(), record["description"], record["completed"], *times)
