"""What is no list of tasks is refused with its place and left as it is."""

from pathlib import Path

import pytest

from tests.console.calls import Console


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "line 1, column 1"),
        (b" \n\t\n", "line 1, column 1"),
        (b'{"tasks": []}', "line 1, column 1"),
        (b"\n  null", "line 2, column 3"),
        (b'[{"id": 1,}]', "line 1, column 11"),
        (b"[1,\n2", "line 2, column 2"),
        (b"[1,\n 2] 3", "line 2, column 5"),
        (b'["\xc3\xa9", \xff]', "line 1, column 7"),
        ('["é",\n\n"NaN", NaN]'.encode(), "line 3, column 8"),
        (b'[{"a": -Infinity}]', "line 1, column 8"),
        (b"[" * 100_000, "line 1, column 2"),
        (b'["a\nb"]', "line 1, column 4"),
        ('["x"]'.encode("utf-16"), "line 1, column 1"),
    ],
)
def test_anything_but_an_array_is_refused_with_its_place(todo: Console, content: bytes, place: str) -> None:
    todo.holds(content)
    for words in (["list"], ["add", "x"], ["undo"], ["clear", "--yes"]):
        outcome = todo(*words)
        assert (outcome.code, outcome.out) == (1, "")
        assert place in outcome.err
        assert outcome.err.count("\n") == 1
        assert todo(*words, "--json").json["error_code"] == 1
    assert todo.path.read_bytes() == content


@pytest.mark.parametrize("name", ["truncated", "not-a-list", "empty"])
def test_broken_samples_are_left_as_they_are(todo: Console, samples: Path, name: str) -> None:
    before = (samples / f"{name}.json").read_bytes()
    todo.holds(before)
    assert todo("add", "x").code == 1
    assert todo.path.read_bytes() == before
