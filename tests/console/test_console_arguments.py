"""The words of a call: where options may stand, and what is refused with which exit code."""

import json
from importlib.metadata import version

import pytest

from console.arguments import OPTIONS
from console.commands import COMMANDS, COMMON
from tests.console.calls import Console


@pytest.mark.parametrize(
    "words",
    [
        ["--json", "--search", "Ada", "list", "--pending"],
        ["--pending", "list", "--search=Ada", "--json"],
        ["list", "--json", "--pending", "--search", "Ada", "--user-id", "cli-user"],
        ["list", "--user-id=cli-user", "--search", "Ada", "--json", "--"],
    ],
)
def test_options_stand_anywhere(todo: Console, words: list[str]) -> None:
    todo("add", "Call Ada")
    todo("add", "Call Grace")
    assert [task["id"] for task in todo(*words).json["tasks"]] == [1]


def test_two_dashes_end_the_options(todo: Console) -> None:
    assert todo("add", "--", "--json").out == "[ ] 1 --json\n"
    assert todo("--json", "add", "--", "-x", "--yes").json["task"]["description"] == "--yes"
    assert todo("--", "add", "--", "title").out == "[ ] 3 --\n"


def test_numbers_below_zero_are_no_options(todo: Console) -> None:
    assert todo("add", "-5", "-1.5").out == "[ ] 1 -5\n"
    assert todo("add", "-", "-").out == "[ ] 2 -\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["frobnicate"], 1),
        (["List"], 1),
        ([""], 1),
        (["frobnicate", "--help"], 1),
        (["--frobnicate"], 1),
        (["list", "--frobnicate"], 1),
        (["list", "--frobnicate=1"], 1),
        (["list", "--pend"], 1),
        (["list", "-p"], 1),
        (["list", "--yes"], 1),
        (["add", "title", "--pending"], 1),
        (["list", "--pending=yes"], 1),
        (["list", "extra"], 1),
        (["add", "title", "description", "more"], 1),
        (["undo", "3"], 1),
        (["add"], 3),
        (["show"], 3),
        (["complete"], 3),
        (["incomplete"], 3),
        (["toggle"], 3),
        (["update"], 3),
        (["update", "1"], 3),
        (["delete"], 3),
        (["list", "--search"], 3),
        (["list", "--user-id"], 3),
        (["list", "--search", "--pending"], 3),
        (["list", "--user-id="], 1),
        (["list", "--user-id", "a\x00b"], 1),
    ],
)
def test_refusals_in_both_faces(todo: Console, words: list[str], code: int) -> None:
    plain = todo(*words)
    assert (plain.code, plain.out) == (code, "")
    assert plain.err.startswith("todo: ")
    assert plain.err.count("\n") == 1
    for position in range(len(words) + 1):
        if position and words[position - 1] in ("--search", "--user-id"):
            continue
        told = todo(*words[:position], "--json", *words[position:])
        assert (told.code, told.err) == (code, "")
        assert list(told.json) == ["success", "error", "error_code"]
        assert (told.json["success"], told.json["error_code"]) == (False, code)
    assert not todo.path.exists()


def test_a_missing_value_is_seen_before_json(todo: Console) -> None:
    assert todo("list", "--search", "--json").json["error_code"] == 3
    assert todo("list", "--search=--json").code == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(todo: Console, name: str) -> None:
    outcome = todo(name, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    assert COMMANDS[name].usage in outcome.out
    for option in (*COMMANDS[name].options, "--json", "--user-id"):
        assert option in outcome.out
    assert todo("--help", name).out == outcome.out
    assert todo(name, "--help", "--json").json["help"] == outcome.out


def test_the_help_of_login_tells_of_second_factor_and_standard_input(todo: Console) -> None:
    told = todo("login", "--help").out
    assert all(word in told for word in ("second factor", "recovery code", "lines of standard input", "--email"))


def test_the_help_names_everything(todo: Console) -> None:
    outcome = todo("--help")
    assert outcome.code == 0
    assert all(command.usage in outcome.out for command in COMMANDS.values())
    assert todo().out == outcome.out
    assert todo("--json").json == {"success": True, "help": outcome.out}


def test_no_option_is_without_command() -> None:
    used = {option for command in COMMANDS.values() for option in command.options}
    assert used | set(COMMON) == set(OPTIONS)


def test_json_escapes_what_is_no_text(todo: Console) -> None:
    outcome = todo("--json", "show", "\udcff\x1b[31m")
    assert outcome.code == 2
    assert "\udcff" in json.loads(outcome.out)["error"]


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (["list", "--pendng"], "There is no option --pendng: did you mean --pending?"),
        (["--jsn", "list"], "There is no option --jsn: did you mean --json?"),
        (["list", "-p"], "There is no option -p: `todo help COMMAND` lists those of a command."),
        (["add", "x", "--pending"], "`todo add` has no option --pending: `todo help add` lists them."),
        (["complete", "9-5"], 'There is no task "9-5": ranges go upwards, 5-9.'),
        (["complete", "5-9"], 'There is no task "5-9".'),
        (["complete", "0-0"], 'There is no task "0-0".'),
        (["import", "nofile"], "nofile is not there: give the name of a file, or - for standard input."),
        (["list", "--user-id", ""], "--user-id is empty: give the name of a user, or leave it out."),
    ],
)
def test_a_refusal_says_what_to_do(todo: Console, words: list[str], advice: str) -> None:
    assert todo(*words).err == f"todo: {advice}\n"


def test_the_version(todo: Console) -> None:
    assert todo("--version").out == f"todo {version('todo')}\n"
    assert todo("list", "--version", "--json").json == {"success": True, "version": version("todo")}
    assert todo("--version", "frobnicate").code == 1
