"""The fields of `--json` are those that docs/console.md promises: its table is read here, and each command is asked."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Person
from tests.console.calls import Console, record, run
from tests.console.link import Link
from tests.console.test_console_docs import section

Fields = dict[str, Any]
TABLE = {
    call: json.loads(re.sub(r"\.\.\.(?=[\]}])", "", re.sub(r"(?<=: )n\b", "0", told)))
    for call, told in re.findall(r"^\| ([^|]+) \| `(\{[^`]*\})`", section("Output"), re.MULTILINE)
}
ONE = TABLE["`add`, `show`, `update`, `complete`, `incomplete`, `toggle`"]
SEVERAL = TABLE["the last three with several ids, a list or a range, `add --stdin`"]
CALLS = {
    "add x": ONE,
    "show 1": ONE,
    "update 1 y": ONE,
    "complete 1": ONE,
    "incomplete 1": ONE,
    "toggle 1": ONE,
    "complete 1-2": SEVERAL,
    "incomplete 1,2": SEVERAL,
    "toggle 1 2": SEVERAL,
    "list": TABLE["`list`"],
    "delete 3": TABLE["`delete`, `clear`"],
    "clear --completed --yes": TABLE["`delete`, `clear`"],
    "undo": TABLE["`undo`"],
    "export": TABLE["`export`"] | {"text": "..."},
    "export FOLDER/out.csv": TABLE["`export`"],
    "import FOLDER/out.csv": TABLE["`import` that may not ask, or hears no"],
    "import FOLDER/out.csv --dry-run": TABLE["`import`"],
    "import FOLDER/out.csv --yes": TABLE["`import`"],
    "completion bash": TABLE["help, `completion`"],
    "help": TABLE["help, `completion`"],
    "list --help": TABLE["help, `completion`"],
    "--version": TABLE["`--version`"],
    "show 99": TABLE["any other refusal"],
    "show": TABLE["any other refusal"],
    "menu": TABLE["any other refusal"],
}


def compare(told: Fields, promised: Fields) -> None:
    """The same fields in the same order, of the same kinds; also of the objects in lists, where there are any."""
    assert list(told) == list(promised), told
    for field, example in promised.items():
        assert type(told[field]) is type(example), (field, told)
        for one in example if example and told[field] and isinstance(example, list) else ():
            compare(told[field][0], one)
    if "success" in promised:
        assert told["success"] is promised["success"]


def check(todo: Console, call: str, promised: Fields) -> None:
    outcome = todo("--json", *call.replace("FOLDER", str(todo.path.parent)).split())
    compare(outcome.json, promised)
    assert (outcome.code == 0) is promised.get("success", True)


@pytest.mark.parametrize("place", ["todo", "afar"])
def test_every_call(request: pytest.FixtureRequest, place: str) -> None:
    todo: Console = request.getfixturevalue(place)
    for title in ("a", "b", "c"):
        todo("add", title)
    for call, promised in CALLS.items():
        check(todo, call, promised)


def test_an_account(todo: Console, link: Link, ada: Person) -> None:
    todo.holds([record(1), record(1), record(2)])
    check(todo, "status", TABLE["`status` on the file"])
    check(todo, "push", TABLE["any other refusal"])
    words = ["login", link.url, "--email", ada.email, "--json"]
    compare(run(words, todo.path, input=f"{ada.password}\n".encode()).json, TABLE["`login`"])
    todo("add", "has number 1")
    check(todo, "push --dry-run", TABLE["`push`"])
    told = todo("push", "--json").json
    assert told["rejected"]
    assert told["renumbered"]
    compare(told, TABLE["`push`"])
    check(todo, "status", TABLE["`status` on an account"])
    link.instead = [(500, {"Content-Type": "text/html"}, b"")]
    check(todo, "status", TABLE["`status` on an account that does not answer"])
    check(todo, "logout", TABLE["`logout`"])


def test_every_promise_is_looked_at() -> None:
    source = Path(__file__).read_text()
    assert len(TABLE) == section("Output").count("\n| ") - 2
    assert [call for call in TABLE if call not in source] == []
