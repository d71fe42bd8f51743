"""The reader of records and of JSON text, which the import shares."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from tests.console.calls import record
from tests.console.json_values import JSON_VALUES, unhurried
from tests.rule_cases import NUMBER_CASES
from todo.errors import InvalidTask
from todo.records import Record, read_record, to_utc, write_time


def test_a_record_of_today() -> None:
    value = record(3, " Call Ada ", description=" kept ", completed=True, updated_at="2026-01-10T10:00:00.123456Z")
    assert read_record(value | {"extra": 1}) == Record(
        number=3,
        title="Call Ada",
        description=" kept ",
        completed=True,
        created_at=datetime(2026, 1, 9, 10, 7),  # noqa: DTZ001
        updated_at=datetime(2026, 1, 10, 10, 0, 0, 123456, tzinfo=UTC),
        user_id="cli-user",
    )


def test_a_record_of_the_older_format() -> None:
    assert read_record({"id": 1, "content": "old"}) == Record(1, "old", "", False, None, None, None)
    assert read_record({"id": 1, "content": 5, "title": "new", "user_id": None, "created_at": None}).title == "new"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": None, "content": "old"}, "title"),
        ({"description": None}, "description"),
        ({"completed": None}, "completed"),
        ({"user_id": 7}, "user_id"),
        ({"user_id": ""}, "user_id"),
        ({"user_id": "a\x00"}, "user_id"),
        ({"user_id": "\ud800"}, "user_id"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": ""}, "created_at"),
        ({"created_at": 1767953220}, "created_at"),
        ({"created_at": True}, "created_at"),
        ({"created_at": "2026-02-30"}, "created_at"),
        ({"created_at": "2026-01-09_10:07"}, "created_at"),
        ({"created_at": "2026-01-09T10:07:00+24:00"}, "created_at"),
        ({"created_at": "2026-01-09T10:07\ud800"}, "created_at"),
        ({"created_at": "٢٠٢٦-01-09"}, "created_at"),
        ({"created_at": "0001-01-01T00:00:00+00:01"}, "created_at"),
        ({"updated_at": "9999-12-31T23:59:59-00:01"}, "updated_at"),
    ],
)
def test_a_broken_field_is_named(change: dict[str, object], field: str) -> None:
    assert read_record(record(1))
    with pytest.raises(InvalidTask) as refusal:
        read_record(record(1) | change)
    assert refusal.value.field == field


@pytest.mark.parametrize("missing", ["id", "title"])
def test_what_a_record_needs(missing: str) -> None:
    with pytest.raises(InvalidTask, match=f"{missing.capitalize()} is missing"):
        read_record({name: value for name, value in record(1).items() if name != missing})


@pytest.mark.parametrize("value", [None, 1, "text", [], [1], True, 1.5])
def test_what_is_no_object_is_no_record(value: object) -> None:
    with pytest.raises(InvalidTask) as refusal:
        read_record(value)
    assert refusal.value.field == "record"


@pytest.mark.parametrize(("name", "value", "valid"), NUMBER_CASES)
def test_numbers(name: str, value: object, *, valid: bool) -> None:
    if valid:
        assert read_record(record(1) | {"id": value}).number == value
        return
    with pytest.raises(InvalidTask) as refusal:
        read_record(record(1) | {"id": value})
    assert refusal.value.field == "id"


@unhurried
@given(JSON_VALUES)
def test_any_value_is_a_record_or_names_its_fault(value: object) -> None:
    with suppress(InvalidTask):
        assert read_record(value).number >= 1


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-09T10:07:00Z", datetime(2026, 1, 9, 10, 7, tzinfo=UTC)),
        ("2026-01-09t10:07:00z", datetime(2026, 1, 9, 10, 7, tzinfo=UTC)),
        ("2026-01-09 10:07:00+00:00", datetime(2026, 1, 9, 10, 7, tzinfo=UTC)),
        ("20260109T100700Z", datetime(2026, 1, 9, 10, 7, tzinfo=UTC)),
        ("2026-01-09T10:07:00.5-01:00", datetime(2026, 1, 9, 11, 7, 0, 500000, tzinfo=UTC)),
    ],
)
def test_dates(text: str, moment: datetime) -> None:
    assert read_record(record(1, created_at=text)).created_at == moment


def test_times_without_zone() -> None:
    naive = datetime(2026, 7, 9, 10, 7)  # noqa: DTZ001
    assert to_utc("created_at", naive, ZoneInfo("Europe/Warsaw")) == datetime(2026, 7, 9, 8, 7, tzinfo=UTC)
    assert to_utc("created_at", naive.replace(tzinfo=UTC), ZoneInfo("Europe/Warsaw")).hour == 10
    assert to_utc("created_at", naive) == naive.astimezone(UTC)
    for edge, offset in ((datetime.min, 1), (datetime.max, -1)):  # noqa: DTZ901
        assert to_utc("created_at", edge, UTC) == edge.replace(tzinfo=UTC)
        with pytest.raises(InvalidTask) as refusal:
            to_utc("updated_at", edge, timezone(timedelta(hours=offset)))
        assert refusal.value.field == "updated_at"


def test_written_times() -> None:
    assert write_time(datetime(2026, 1, 9, 10, 7, tzinfo=timezone(timedelta(hours=1)))) == "2026-01-09T09:07:00.000000Z"
