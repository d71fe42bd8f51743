"""Logging in and out of an account, and what the console works on now."""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from console.remote import account as kept
from console.remote.account import Account
from console.remote.client import Client, Problem, problem_of, settled
from console.remote.connection import Connection, Reply
from console.remote.errors import Refused
from console.remote.wire import understood
from todo.errors import TodoError

_AUTH = "/api/auth"
_NAME_MAX = 100
_SECOND_FACTOR = {"SECOND_FACTOR_REQUIRED", "INVALID_SECOND_FACTOR"}


@dataclass(frozen=True, slots=True)
class Status:
    """What the server says of the account. `reason` says why it says nothing."""

    account: Account
    total: int = 0
    completed: int = 0
    reason: TodoError | None = None


def log_in(server: str, email: str, password: str, ask_code: Callable[[], str]) -> Account:
    """Make a personal access token named after this machine and keep it. `ask_code` asks for the second factor.

    Raises `Refused` for a wrong password or code, and any other `TodoError`; nothing is left behind then.
    """
    connection = Connection(server)
    wanted = {"email": email, "password": password}
    reply = _post(connection, f"{_AUTH}/login", wanted)
    if problem_of(reply).get("error_code") == "SECOND_FACTOR_REQUIRED":
        reply = _post(connection, f"{_AUTH}/login", {**wanted, "code": ask_code()})
    answer = _welcomed(reply, server)
    with understood(server):
        user, bearer = answer["user"], {"Authorization": f"Bearer {answer['token']['access_token']}"}
    cookie = str(reply.headers.get("Set-Cookie", "")).partition(";")[0]
    try:
        name = f"todo on {os.uname().nodename}"[:_NAME_MAX]
        made = settled(_post(connection, f"{_AUTH}/tokens", {"name": name}, bearer), server)
        with understood(server):
            account = Account(server, str(made["token"]), str(user["id"]), str(user["email"]))
        former = _former()
        try:
            kept.keep(account)
        except TodoError:
            revoke(account)
            raise
        if former:
            revoke(former)
    finally:
        with suppress(TodoError):
            _post(connection, f"{_AUTH}/logout", {}, {"Cookie": cookie})
    return account


def log_out() -> tuple[Account, bool]:
    """Forget the account, and say whether its token is dead on the server as well. Raises `Refused` if there is none."""
    account = kept.kept()
    if account is None:
        raise Refused("Not logged in: `todo login URL` does that.")
    revoked = revoke(account)
    kept.forget()
    return account, revoked


def revoke(account: Account) -> bool:
    """Make the token dead on the server; whether it is."""
    try:
        Client(account, patience=2).delete(f"{_AUTH}/tokens/current")
    except Refused:
        return True
    except TodoError:
        return False
    return True


def status(account: Account) -> Status:
    """How many tasks the account has, if the server can be asked."""
    client = Client(account, patience=2)
    try:
        summary = client.read("/api/v1/tasks/summary")
        with understood(account.server):
            return Status(known(account, client), int(str(summary["total"])), int(str(summary["completed"])))
    except TodoError as error:
        return Status(account, reason=error)


def known(account: Account, client: Client | None = None) -> Account:
    """The account with its names, asked for where only a token is given. Raises `TodoError`."""
    if account.user_id:
        return account
    user: Any = (client or Client(account)).read(f"{_AUTH}/me").get("user")
    with understood(account.server):
        return Account(account.server, account.token, str(user["id"]), str(user["email"]))


def check_user(account: Account, user: str) -> None:
    """Raises `Refused` unless the account is this user, by id or e-mail address."""
    account = known(account)
    if user != account.user_id and user.casefold() != str(account.email).casefold():
        raise Refused(
            f"On {account.server} the tasks are those of {account.email}: another --user-id needs --local or its own login."
        )


def _former() -> Account | None:
    with suppress(TodoError):
        return kept.kept()
    return None


def _post(
    connection: Connection, path: str, value: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Reply:
    sent = {"Content-Type": "application/json", "User-Agent": "todo", **(headers or {})}
    return connection.ask("POST", path, sent, json.dumps(value).encode())


def _welcomed(reply: Reply, server: str) -> dict[str, dict[str, object]]:
    try:
        return settled(reply, server)  # type: ignore[return-value]
    except Problem as problem:
        if problem.status == 401:
            raise Refused(str(problem)) from problem
        raise
