"""Where the tasks are: in the local file, or in an account on a server. What talks HTTP is imported only where it is needed."""

import os
from pathlib import Path

from console.answers import Answer
from console.arguments import Words
from console.exit_codes import UsageError
from console.local import LocalTasks
from console.remote.account import chosen
from console.remote.errors import Refused
from console.tasks import Tasks
from todo.records import clean_user
from todo.storage import TaskFile


def tasks(words: Words) -> Tasks:
    """The tasks that a command is about. Raises `Refused` for the account where nobody is logged in."""
    account = None if "--local" in words.flags else chosen()
    if account is None:
        if "--server" in words.flags:
            raise Refused("Not logged in: `todo login URL` does that.")
        return local(words)
    user = _named(words)
    if user is not None:
        from console.remote.session import check_user

        check_user(account, user)
    from console.remote.tasks import RemoteTasks

    return RemoteTasks(account)


def local(words: Words) -> LocalTasks:
    """The tasks of the user in the local file."""
    default = os.environ.get("TODO_USER_ID") or None
    return LocalTasks(file(), _named(words), None if default is None else clean_user(default))


def _named(words: Words) -> str | None:
    """The user of `--user-id`. Raises `UsageError` and `InvalidTask`."""
    user = words.values.get("--user-id")
    if user == "":
        raise UsageError("--user-id is empty: give the name of a user, or leave it out.")
    return None if user is None else clean_user(user)


def file() -> TaskFile:
    """The local file."""
    return TaskFile(Path(os.environ.get("TODO_STORAGE_FILE") or "~/.todo_data.json"))


def run(name: str, words: Words, notices: list[str]) -> Answer:
    """The commands that are about the places themselves."""
    from console.remote import commands

    match name:
        case "login":
            return commands.login(words)
        case "logout":
            return commands.logout()
        case "status":
            return commands.of_account(words) or _status_of_file(words, notices)
        case "push":
            return commands.push(words, local(words).contents)
        case _:
            raise AssertionError(name)


def _status_of_file(words: Words, notices: list[str]) -> Answer:
    from console.remote import commands

    found = local(words)
    contents = found.contents()
    notices += found.notices
    return commands.of_file(str(file().path), contents)
