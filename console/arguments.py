"""Words of a call -> what is asked. Options may stand anywhere, also before the command; `--` ends them.

Reading never fails: the first problem is kept, so that a `--json` behind it still decides how it is told.
"""

import re
from collections.abc import Sequence

from console.exit_codes import ExitCode, UsageError

OPTIONS: dict[str, tuple[str, str]] = {
    "--pending": ("", "only tasks that are not completed"),
    "--completed": ("", "only completed tasks"),
    "--search": ("TEXT", "only tasks with this text in title or description, in any case"),
    "--yes": ("", "do not ask"),
    "--email": ("ADDRESS", "who logs in"),
    "--insecure": ("", "send password and token without https, where everybody on the way can read along"),
    "--dry-run": ("", "only say what would be done"),
    "--local": ("", "work on the local file, also while logged in"),
    "--server": ("", "work on the account, and on nothing else"),
    "--stdin": ("", "one task per line of standard input; all of them or, if one is refused, none"),
    "--format": ("FORMAT", "json, csv, todo.txt or taskwarrior; default: as the name of the file ends, else json"),
    "--quiet": ("", "-q: print nothing but ids"),
    "--json": ("", "answer with one JSON object"),
    "--user-id": ("USER", "whose tasks; default: TODO_USER_ID, else the file's only user, else cli-user"),
    "--help": ("", "show this help"),
    "--version": ("", "say which version of todo this is"),
}
"""Each option, the name of its value (empty: it has none) and what it does."""
_SHORT = {"-q": "--quiet", "-h": "--help"}

_NEGATIVE_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")


class Words:
    """The words of a call, sorted. The first argument is the command."""

    def __init__(self) -> None:
        self.arguments: list[str] = []
        self.flags: set[str] = set()
        self.values: dict[str, str] = {}
        self.problem: UsageError | None = None

    @property
    def as_json(self) -> bool:
        """Whether the answer is to be one JSON object."""
        return "--json" in self.flags


def read(words: Sequence[str]) -> Words:
    """Sort the words of a call."""
    found = Words()
    remaining = list(words)
    while remaining:
        word = remaining.pop(0)
        if word == "--":
            found.arguments += remaining
            break
        if not word.startswith("-") or word == "-" or _NEGATIVE_NUMBER.fullmatch(word):
            found.arguments.append(word)
        else:
            _read_option(found, word, remaining)
    return found


def _read_option(found: Words, word: str, remaining: list[str]) -> None:
    name, equals, value = word.partition("=")
    name = _SHORT.get(name, name)
    if name not in OPTIONS:
        _note(found, UsageError(f"There is no option {name}: {_advice(name)}"))
    elif not OPTIONS[name][0]:
        if equals:
            _note(found, UsageError(f"{name} takes no value."))
        found.flags.add(name)
    elif equals:
        found.values[name] = value
    elif remaining and not _is_option(remaining[0]):
        found.values[name] = remaining.pop(0)
    else:
        _note(found, UsageError(f"{name} needs a {OPTIONS[name][0]}.", ExitCode.MISSING))


def _advice(name: str) -> str:
    # Only whoever mistypes waits for it to be loaded.
    from difflib import get_close_matches

    near = get_close_matches(name, OPTIONS, 1, 0.75)
    return f"did you mean {near[0]}?" if near else "`todo help COMMAND` lists those of a command."


def _is_option(word: str) -> bool:
    return word == "--" or word.partition("=")[0] in OPTIONS or word in _SHORT


def _note(found: Words, problem: UsageError) -> None:
    found.problem = found.problem or problem
