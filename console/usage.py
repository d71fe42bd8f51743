"""The help, made from the tables of commands and options."""

from collections.abc import Iterable

from console.arguments import OPTIONS
from console.commands import COMMANDS, COMMON, Command

_END = (
    "Options stand before or after arguments; -- ends them. The file is TODO_STORAGE_FILE, default ~/.todo_data.json.\n"
)


def overview() -> str:
    """The help of `todo`."""
    commands = _table((command.usage, command.summary) for command in COMMANDS.values())
    start = "Usage: todo COMMAND [ARGUMENT ...] [OPTION ...]"
    return f"{start}\n\n{commands}\nOptions of every command:\n{_options(COMMON)}\n{_END}"


def of(command: Command) -> str:
    """The help of one command."""
    return (
        f"Usage: {command.usage} [OPTION ...]\n\n{command.summary}\n\n{_options((*command.options, *COMMON))}\n{_END}"
    )


def _options(names: Iterable[str]) -> str:
    return _table((f"{name} {OPTIONS[name][0]}".rstrip(), OPTIONS[name][1]) for name in names)


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return "".join(f"  {left:38}{right}\n" for left, right in rows)
