"""JSON is read with its spelling, or refused with its place."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.console.json_values import JSON_VALUES, unhurried
from todo import json_text
from todo.errors import StorageError


def parse_records(data: bytes) -> list[object]:
    """The values of the array's elements."""
    return [element.value for element in json_text.read_array(json_text.decode(data))]


def test_samples_are_read(samples: Path) -> None:
    for name, count in (("current", 12), ("legacy", 4), ("mixed-users", 7), ("invalid-records", 16), ("empty-list", 0)):
        data = (samples / f"{name}.json").read_bytes()
        assert parse_records(data) == json.loads(data)
        assert len(parse_records(data)) == count


@unhurried
@given(st.lists(JSON_VALUES, max_size=6), st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_an_array_is_read_as_json_reads_it(values: list[object], indent: int | str | None, escaped: bool) -> None:
    data = json_text.encode(json.dumps(values, indent=indent, ensure_ascii=escaped))
    elements = json_text.read_array(json_text.decode(data))
    assert [element.value for element in elements] == json.loads(data)
    again = json_text.encode(json_text.write_array([element.text for element in elements]))
    rewritten = json_text.read_array(json_text.decode(again))
    assert [element.text for element in rewritten] == [element.text for element in elements]


@unhurried
@given(st.dictionaries(st.text(), JSON_VALUES, max_size=5))
def test_an_object_is_written_as_it_was_read(value: dict[str, object]) -> None:
    members = json_text.read_members(json.dumps(value, indent=3))
    (element,) = json_text.read_array(f"[{json_text.write_object(members)}]")
    assert element.value == value


@unhurried
@given(st.binary(max_size=40) | st.text('[]{},:"\\ \n0123456789eE.-truefalsnN\x00é', max_size=30).map(str.encode))
def test_bytes_are_an_array_or_a_sentence_with_a_place(data: bytes) -> None:
    try:
        expected = json.loads(data, parse_constant=lambda _: None)
    except ValueError:
        expected = None
    if isinstance(expected, list) and b"NaN" not in data:
        assert parse_records(data) == expected
        return
    with pytest.raises(StorageError, match=" at line "):
        parse_records(data)
