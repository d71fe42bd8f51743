"""Commands that load what they need when they are called, so that the others start quickly."""

from console import answers
from console.answers import Answer
from console.arguments import Words
from console.exit_codes import UsageError
from console.tasks import Tasks


def menu(tasks: Tasks, words: Words) -> Answer:
    """Everything on one screen. Raises `UsageError`, and what `menu.run` raises."""
    if "--json" in words.flags:
        raise UsageError("The menu has no JSON: `todo list --json` has.")
    from console import menu as on_screen

    on_screen.run(tasks)
    return Answer(dict)


def export(tasks: Tasks, words: Words) -> Answer:
    """As `exchange.commands.export`."""
    from console.exchange import commands

    return commands.export(tasks, words)


def take_in(tasks: Tasks, words: Words) -> Answer:
    """As `exchange.commands.take_in`."""
    from console.exchange import commands

    return commands.take_in(tasks, words)


def explain(_: Tasks, words: Words) -> Answer:
    """The help on a command or topic."""
    from console import usage

    return answers.text(usage.about(words.arguments[1] if len(words.arguments) > 1 else None))


def version() -> Answer:
    """Which version is installed."""
    from importlib.metadata import version as installed

    return answers.version(installed("todo"))


def completion(_: Tasks, words: Words) -> Answer:
    """The script for a shell."""
    from console import completion as scripts

    return answers.text(scripts.script(words.arguments[1]))
