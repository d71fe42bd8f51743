"""`todo-server users`: the operator's way to people's accounts."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
import orjson

from api.database.session import Database
from api.errors import Invalid
from api.models.account import rfc3339
from api.models.account_rules import clean_email, clean_name, clean_password
from api.repositories.user_repository import Account
from api.services import account_care
from server.connection import with_database
from server.options import JSON, data_dir_option
from todo.terminal import visible, visible_json

PERSON = click.argument("person", metavar="EMAIL")


@click.group()
def users() -> None:
    """The people who have an account. In place of an e-mail address their id may stand."""


@users.command("list")
@JSON
@data_dir_option
def list_users(as_json: bool, data_dir: Path | None) -> None:
    """Everybody, the oldest account first."""
    found = with_database(data_dir, account_care.list_accounts)
    if as_json:
        click.echo(_json({"users": [_as_json(account) for account in found]}))
        return
    for account in found:
        words = [
            str(account.id),
            account.email or "-",
            "active" if account.active else "inactive",
            *(["admin"] if account.admin else []),
        ]
        click.echo(visible("  ".join([*words, *([f'"{account.name}"'] if account.name else [])])))


@users.command()
@click.argument("email")
@click.option("--name", help="What to call the person.")
@JSON
@data_dir_option
def create(email: str, name: str | None, as_json: bool, data_dir: Path | None) -> None:
    """A new account, also where registration is closed. The password is asked for, or read from standard input."""
    address = _checked(clean_email, email)
    called = None if name is None else _checked(clean_name, name)
    password = _read_password()
    made = with_database(data_dir, lambda database: account_care.create_account(database, address, called, password))
    click.echo(_json({"user": _as_json(made)}) if as_json else f"{made.email} can sign in now.")


@users.command("set-password")
@PERSON
@data_dir_option
def set_password(person: str, data_dir: Path | None) -> None:
    """A new password, asked for or read from standard input. Ends all sessions and access tokens of that person."""

    async def work(database: Database) -> None:
        await account_care.find_account(database, person)
        await account_care.set_password(database, person, _read_password())

    with_database(data_dir, work)
    click.echo(f"{person} has a new password and is signed out everywhere.")


@users.command()
@PERSON
@data_dir_option
def deactivate(person: str, data_dir: Path | None) -> None:
    """Keeps a person out, at once. Their tasks stay."""
    with_database(data_dir, lambda database: account_care.set_active(database, person, active=False))
    click.echo(f"{person} is kept out; `todo-server users activate` lets them in again.")


@users.command()
@PERSON
@data_dir_option
def activate(person: str, data_dir: Path | None) -> None:
    """Lets a person in again."""
    with_database(data_dir, lambda database: account_care.set_active(database, person, active=True))
    click.echo(f"{person} can sign in again.")


@users.command("reset-second-factor")
@PERSON
@data_dir_option
def reset_second_factor(person: str, data_dir: Path | None) -> None:
    """Lets a person in by password alone who has lost their authenticator app and the recovery codes."""
    was_on = with_database(data_dir, lambda database: account_care.reset_second_factor(database, person))
    click.echo(f"{person} {'signs in by password alone now' if was_on else 'had no second factor'}.")


@users.command("make-admin")
@PERSON
@data_dir_option
def make_admin(person: str, data_dir: Path | None) -> None:
    """Lets a person see how the server is doing, at /status. Nobody's tasks are shown there."""
    with_database(data_dir, lambda database: account_care.set_admin(database, person, admin=True))
    click.echo(f"{person} may see /status.")


@users.command("revoke-admin")
@PERSON
@data_dir_option
def revoke_admin(person: str, data_dir: Path | None) -> None:
    """Takes that away again, at once."""
    with_database(data_dir, lambda database: account_care.set_admin(database, person, admin=False))
    click.echo(f"{person} may no longer see /status.")


@users.command()
@PERSON
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_dir_option
def delete(person: str, yes: bool, data_dir: Path | None) -> None:
    """Deletes an account with all its tasks, for good."""

    async def work(database: Database) -> None:
        await account_care.find_account(database, person)
        if not yes:
            _confirm(f"Delete {person} with all tasks, for good?")
        await account_care.delete_account(database, person)

    with_database(data_dir, work)
    click.echo(f"{person} is deleted, with all tasks.")


def _confirm(question: str) -> None:
    if not sys.stdin.isatty():
        raise Invalid("Deleting an account takes all its tasks along: without a terminal it needs --yes.")
    click.confirm(question, abort=True, err=True)


def _read_password() -> str:
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        typed = sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    return _checked(clean_password, typed)


def _checked(clean: Callable[[object], str], value: str) -> str:
    try:
        return clean(value)
    except ValueError as error:
        raise Invalid(str(error)) from None


def _as_json(account: Account) -> dict[str, object]:
    return {
        "id": str(account.id),
        "email": account.email,
        "name": account.name,
        "created_at": rfc3339(account.created_at),
        "active": account.active,
        "issuer": account.issuer,
        "admin": account.admin,
    }


def _json(value: dict[str, object]) -> str:
    return visible_json(orjson.dumps(value).decode())
