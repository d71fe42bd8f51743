"""The commands of `todo`: their words, and what each does with the tasks."""

from collections.abc import Callable
from typing import NamedTuple

from console import answers, late
from console.answers import Answer
from console.arguments import Words
from console.asking import confirm_clearing, piped_titles
from console.exit_codes import ExitCode, UsageError
from console.numbers import is_single, number, numbers
from console.tasks import Tasks, Verb
from todo import rules


class Command(NamedTuple):
    """One command. Arguments in brackets may be left out; every command takes `COMMON` besides its own options."""

    name: str
    arguments: tuple[str, ...]
    options: tuple[str, ...]
    summary: str
    run: Callable[[Tasks, Words], Answer] | None
    """None: `console.program` knows, for it is not about tasks of one place."""
    more: str = ""
    """What its own help says besides, in lines."""

    @property
    def usage(self) -> str:
        """The command line in short."""
        return " ".join(("todo", self.name, *self.arguments))

    def check(self, words: Words) -> None:
        """Raises `UsageError` unless the words are a call of this command."""
        given = words.arguments[1:]
        if words.problem:
            raise words.problem
        for option in sorted({*words.flags, *words.values} - {*self.options, *COMMON}):
            raise UsageError(f"`todo {self.name}` has no option {option}: `todo help {self.name}` lists them.")
        if "--stdin" in words.flags and given:
            raise UsageError(f"With --stdin the tasks come from standard input: `{self.name}` takes no argument then.")
        if len(given) > len(self.arguments) and not self.arguments[-1:] == ("ID...",):
            raise UsageError(f"`{self.usage}` takes no further argument: {given[len(self.arguments)]}")
        for argument in self.arguments[len(given) :]:
            if not argument.startswith("[") and "--stdin" not in words.flags:
                raise UsageError(f"{argument.removesuffix('...')} is missing: {self.usage}", ExitCode.MISSING)


COMMON = ("--quiet", "--json", "--user-id", "--local", "--server", "--help", "--version")
"""The options of every command."""


def _add(tasks: Tasks, words: Words) -> Answer:
    if "--stdin" in words.flags:
        return answers.changed(tasks.add_many(piped_titles()))
    title, *rest = words.arguments[1:]
    return answers.one(tasks.add(title, rest[0] if rest else ""))


def _list(tasks: Tasks, words: Words) -> Answer:
    pending, completed = "--pending" in words.flags, "--completed" in words.flags
    wanted = None if pending == completed else completed
    return answers.many(tasks.find(completed=wanted, search=words.values.get("--search", "")))


def _show(tasks: Tasks, words: Words) -> Answer:
    return answers.whole(tasks.get(number(words.arguments[1])))


def _change(verb: Verb) -> Callable[[Tasks, Words], Answer]:
    def run(tasks: Tasks, words: Words) -> Answer:
        named = words.arguments[1:]
        changed = tasks.change_many(verb, numbers(named, tasks))
        return answers.one(changed[0]) if is_single(named) else answers.changed(changed)

    return run


def _update(tasks: Tasks, words: Words) -> Answer:
    word, title, *rest = words.arguments[1:]
    # As over HTTP, a broken rule is told before a missing task.
    title = rules.clean_title(title)
    description = rules.clean_description(rest[0]) if rest else None
    return answers.one(tasks.update(number(word), title, description))


def _delete(tasks: Tasks, words: Words) -> Answer:
    found = numbers(words.arguments[1:], tasks)
    return answers.deleted(tasks.delete_many(found), found)


def _clear(tasks: Tasks, words: Words) -> Answer:
    completed = "--completed" in words.flags
    if "--yes" in words.flags:
        return answers.deleted(tasks.clear(completed=completed))
    asked = [task.id for task in tasks.find(completed=completed or None)]
    confirm_clearing(len(asked), completed=completed)
    return answers.deleted(tasks.clear(completed=completed, only=asked))


def _undo(tasks: Tasks, words: Words) -> Answer:
    return answers.undone(tasks.undo())


COMMANDS = {
    command.name: command
    for command in (
        Command("add", ("TITLE", "[DESCRIPTION]"), ("--stdin",), "a new task", _add),
        Command("list", (), ("--pending", "--completed", "--search"), "the tasks in order of id", _list),
        Command("show", ("ID",), (), "one task, all fields", _show),
        Command("complete", ("ID...",), (), "mark tasks as done", _change("complete")),
        Command("incomplete", ("ID...",), (), "mark tasks as not done", _change("incomplete")),
        Command("toggle", ("ID...",), (), "done becomes not done, and the other way round", _change("toggle")),
        Command("update", ("ID", "TITLE", "[DESCRIPTION]"), (), "new title; without DESCRIPTION it stays", _update),
        Command("delete", ("ID...",), (), "delete tasks", _delete),
        Command("clear", (), ("--completed", "--yes"), "delete all tasks, or the completed ones", _clear),
        Command("undo", (), (), "take the last change back, up to 20 times", _undo),
        Command(
            "login",
            ("URL",),
            ("--email", "--insecure"),
            "work on an account on a server from now on",
            None,
            "On a terminal it asks for e-mail address, password and, if the account has a second factor, its code (a one-time\n"
            "code or a recovery code). Elsewhere --email says who, and password and code are lines of standard input:\n\n"
            '  printf \'%s\\n\' "$PASSWORD" "$CODE" | todo login URL --email ADDRESS\n',
        ),
        Command("logout", (), (), "work on the local file again", None),
        Command("status", (), (), "what the tasks are in, whose they are, and how many", None),
        Command("push", (), ("--dry-run",), "copy the tasks of the local file into the account", None),
        Command("menu", (), (), "everything above, interactively", late.menu),
        Command(
            "export", ("[FILE]",), ("--format", "--yes"), "the tasks in the format of another program", late.export
        ),
        Command(
            "import",
            ("FILE",),
            ("--format", "--yes", "--dry-run"),
            "tasks of another program, as one change",
            late.take_in,
        ),
        Command("completion", ("SHELL",), (), "what has bash, zsh or fish complete the words", late.completion),
        Command("help", ("[COMMAND]",), (), "help on a command, or on exit-codes", late.explain),
    )
}
"""Every command by its name, in the order of the help."""
