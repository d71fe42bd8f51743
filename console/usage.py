"""The help, made from the tables of commands and options."""

from collections.abc import Iterable

from console.arguments import OPTIONS
from console.commands import COMMANDS, COMMON, Command
from console.exit_codes import MEANINGS, UsageError

_END = (
    "Options stand before or after arguments; -- ends them. The file is TODO_STORAGE_FILE, default ~/.todo_data.json.\n"
)


def overview() -> str:
    """The help of `todo`."""
    commands = _table((command.usage, command.summary) for command in COMMANDS.values())
    start = "Usage: todo COMMAND [ARGUMENT ...] [OPTION ...]"
    return f"{start}\n\n{commands}\nOptions of every command:\n{_options(COMMON)}\n{_END}"


def about(topic: str | None) -> str:
    """The help on a command or on `exit-codes`; without a topic the overview. Raises `UsageError`."""
    if topic is None:
        return overview()
    if topic == "exit-codes":
        return _table((str(code), meaning) for code, meaning in MEANINGS.items())
    if topic not in COMMANDS:
        raise UsageError(
            f"There is no help on {topic}: `todo help` lists the commands, and there is `todo help exit-codes`."
        )
    return of(COMMANDS[topic])


def of(command: Command) -> str:
    """The help of one command."""
    more = f"{command.more}\n" if command.more else ""
    options = _options((*command.options, *COMMON))
    return f"Usage: {command.usage} [OPTION ...]\n\n{command.summary}\n\n{more}{options}\n{_END}"


def _options(names: Iterable[str]) -> str:
    return _table((f"{name} {OPTIONS[name][0]}".rstrip(), OPTIONS[name][1]) for name in names)


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return "".join(f"  {left:38}{right}\n" for left, right in rows)
