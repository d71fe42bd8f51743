"""A file of records, and what must become of each."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

_BEGAN = datetime(2019, 3, 1, tzinfo=UTC)
_TITLES = [
    "Call Ada {}",
    "  Grüße {} 🎉\n",
    "שלום {}",
    "日本語 {}",
    "e\u0301 ﬁ {}",
    "<b>{}</b>",
    "tab\t{}",
    "{} \u2028 line",
]
_DIRT: list[Any] = [
    {"title": ""},
    {"title": " \u3000 "},
    {"title": "x" * 101},
    {"title": None},
    {"title": "nul\x00"},
    {"title": "half \ud83d"},
    {"description": "y" * 501},
    {"description": None},
    {"completed": 1},
    {"completed": "yes"},
    {"id": 0},
    {"id": "7"},
    {"id": 1.5},
    {"id": 2**53},
    {"created_at": "yesterday"},
    {"updated_at": "2026-02-30T00:00:00Z"},
]
_NO_RECORDS: list[Any] = [7, "text", None, [], {}]

Fields = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """How many records there are, the tasks that they must become by number, and how many are none."""

    total: int
    tasks: dict[int, Fields]
    rejected: int


def make(path: Path, count: int, seed: int) -> Made:
    """Writes the file. One record in a hundred is dirt, one in a thousand comes again later."""
    chance = Random(f"{seed}/file")  # noqa: S311
    values: list[Any] = []
    tasks: dict[int, Fields] = {}
    numbers = list(range(1, count + 1))
    chance.shuffle(numbers)
    for number in numbers:
        roll = chance.random()
        if roll < 0.01:
            dirt = chance.choice([*_DIRT, *_NO_RECORDS])
            values.append({**_record(chance, number), **dirt} if isinstance(dirt, dict) and dirt else dirt)
            continue
        again = roll < 0.011 and tasks
        record = _record(chance, chance.choice(list(tasks)) if again else number)
        values.append(record)
        tasks[record["id"]] = _meant(record)
    path.write_text(json.dumps(values, indent=1))
    return Made(len(values), tasks, len(values) - len(tasks))


def _record(chance: Random, number: int) -> Fields:
    made = _BEGAN + timedelta(microseconds=chance.randrange(10**14))
    record: Fields = {
        "id": number,
        chance.choice(["title", "title", "content"]): chance.choice(_TITLES).format(number),
        "description": "" if chance.random() < 0.5 else "é🎉 \n" * chance.randrange(100),
        "completed": chance.random() < 0.4,
    }
    if chance.random() < 0.9:
        record["created_at"] = _spelt(chance, made)
        record["updated_at"] = _spelt(chance, made + timedelta(seconds=chance.randrange(10**6)))
    if chance.random() < 0.1:
        record["tags"] = [{"n": number, "deep": [1.10, None, "\u2028"]}]
    if number % 2:
        # Of two records with one number both are named, or none: the import looks for duplicates within a name.
        record["user_id"] = "cli-user"
    return record


def _spelt(chance: Random, moment: datetime) -> str:
    return chance.choice(
        [
            moment.isoformat(),
            moment.isoformat().replace("+00:00", "Z"),
            moment.astimezone(UTC).replace(tzinfo=None).isoformat(),
            (moment + timedelta(hours=5, minutes=30)).isoformat().replace("+00:00", "+05:30"),
        ]
    )


def _meant(record: Fields) -> Fields:
    return {
        "title": str(record.get("title", record.get("content"))).strip(),
        "description": record["description"],
        "completed": record["completed"],
        **{name: _utc(record[name]) for name in ("created_at", "updated_at") if name in record},
    }


def _utc(text: str) -> str:
    moment = datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
