"""`login`, `logout` and `status`: words in, answer out."""

import sys
from collections.abc import Callable

from console import answers, streams
from console.answers import Answer
from console.arguments import Words
from console.contents import Contents
from console.exit_codes import ExitCode, UsageError, exit_code
from console.remote import session
from console.remote.account import chosen
from console.remote.address import clean_server
from console.remote.errors import Refused
from todo.errors import TodoError
from todo.terminal import visible


def login(words: Words) -> Answer:
    """Log in; the password and the second factor are asked for, or lines of standard input."""
    server = clean_server(words.arguments[1], insecure="--insecure" in words.flags)
    email = words.values.get("--email") or _ask("E-mail address: ")
    if not email:
        raise UsageError("--email is missing: todo login URL --email E", ExitCode.MISSING)
    password = _ask_secretly("Password: ")
    if not password:
        raise UsageError("The password is missing: type it, or send it as a line of standard input.", ExitCode.MISSING)
    account = session.log_in(server, email, password, _code)
    sentence = f"Logged in on {account.server} as {account.email}. `todo push` copies the local file into the account."
    told = {"success": True, "server": account.server, "user": account.email, "user_id": account.user_id}
    return Answer(lambda: told, message=sentence, made=True)


def logout() -> Answer:
    """Log out, also where the server cannot be asked."""
    account, revoked = session.log_out()
    sentence = f"Logged out of {account.server}."
    if not revoked:
        sentence += (
            " It could not be reached, so the token is still valid there: delete it in the settings of the page."
        )
    told = {"success": True, "server": account.server, "revoked": revoked}
    return Answer(lambda: told, message=sentence, made=True)


def of_account(words: Words) -> Answer | None:
    """What the account is and has; None where the console works on the file."""
    account = None if "--local" in words.flags else chosen()
    if account is None:
        if "--server" in words.flags:
            raise Refused("Not logged in: `todo login URL` does that.")
        return None
    status = session.status(account)
    told: dict[str, object] = {
        "server": status.account.server,
        "user": status.account.email,
        "user_id": status.account.user_id,
    }
    if status.reason:
        code = exit_code(status.reason)
        refused = {"success": False, "error": str(status.reason), "error_code": int(code), **told}
        return Answer(lambda: refused, lambda: _lines(told), f"todo: {status.reason}", code)
    told |= {"tasks": status.total, "completed": status.completed}
    return Answer(lambda: {"success": True, **told}, lambda: _lines(told))


def of_file(path: str, contents: Contents) -> Answer:
    """What the file has of the user."""
    done = [entry.record.completed for entry in contents.tasks()]
    told: dict[str, object] = {"file": path, "user": contents.user, "tasks": len(done), "completed": sum(done)}
    return Answer(lambda: {"success": True, **told}, lambda: _lines(told))


def push(words: Words, read: Callable[[], Contents]) -> Answer:
    """What became of each record of the file."""
    from console.remote.pushing import push

    account = chosen()
    if account is None:
        raise Refused("Not logged in: `todo login URL` does that.")
    dry_run = "--dry-run" in words.flags
    contents = read()
    pushed = push(contents, account, dry_run=dry_run)
    told = {
        "success": True,
        "dry_run": dry_run,
        "total": pushed.total,
        "imported": pushed.imported,
        "already_there": pushed.already_there,
        "rejected": [{"position": position, "reason": reason} for position, reason in pushed.rejected],
        "renumbered": [{"from": former, "to": new} for former, new in pushed.renumbered],
    }
    rejected = "".join(f"record {position} rejected: {reason}\n" for position, reason in pushed.rejected)
    renumbered = "".join(f"task {former} is {new} on the server\n" for former, new in pushed.renumbered)
    sentence = (
        f"{'Would push' if dry_run else 'Pushed'} {pushed.imported} of {answers.counted(pushed.total, 'record')}"
        f" of {contents.user}: {pushed.already_there} already there, {len(pushed.rejected)} rejected. The file is as before."
    )
    made = pushed.imported > 0 and not dry_run
    return Answer(lambda: told, lambda: rejected + renumbered, sentence, made=made)


def _lines(told: dict[str, object]) -> str:
    shown = {name: "unknown" if value is None else str(value) for name, value in told.items()}
    return "".join(f"{f'{name}:':11}{visible(value)}\n" for name, value in shown.items())


def _code() -> str:
    code = _ask_secretly("Code of the second factor, or a recovery code: ")
    if not code:
        raise Refused("This account has a second factor: its code is the line after the password.")
    return code


def _ask(question: str) -> str:
    if not _on_terminal():
        return ""
    streams.write(sys.stderr, question)
    return _line()


def _ask_secretly(question: str) -> str:
    if not _on_terminal():
        return _line()
    from getpass import getpass

    try:
        return getpass(question)
    except EOFError:
        return ""


def _line() -> str:
    line = sys.stdin.buffer.readline() if sys.stdin else b""
    try:
        return line.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise TodoError("Standard input is no UTF-8 text.") from error


def _on_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
