"""Who is logged in on which server, kept in `account.json` (mode 0600) of the folder `TODO_CONFIG_DIR`."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from console.remote.errors import Refused
from todo import files
from todo.errors import StorageError


class Account(NamedTuple):
    """An account on a server, and the personal access token that opens its tasks. None: not known yet."""

    server: str
    token: str
    user_id: str | None = None
    email: str | None = None

    @property
    def advice(self) -> str:
        """What to do where the server does not take the token of a script; empty where the person has logged in."""
        return "" if self.user_id else f"{self.server} does not accept TODO_TOKEN: set a token that is valid there."

    @property
    def history(self) -> Path:
        """The file of its changes: one an account, and one a token where the account is not known."""
        import hashlib

        mark = hashlib.sha256(f"{self.server}\0{self.user_id or self.token}".encode()).hexdigest()[:16]
        return folder() / f"undo-{mark}.json"


def folder() -> Path:
    """Where the console keeps what is not a task: `TODO_CONFIG_DIR`, else `todo` in XDG_CONFIG_HOME or `~/.config`."""
    chosen = os.environ.get("TODO_CONFIG_DIR")
    if chosen:
        return Path(chosen).absolute()
    base = os.environ.get("XDG_CONFIG_HOME", "")
    try:
        return (Path(base) if os.path.isabs(base) else Path.home() / ".config") / "todo"  # noqa: PTH117
    except RuntimeError as error:
        raise StorageError("There is no home folder to keep the login in: set TODO_CONFIG_DIR.") from error


def made_folder() -> Path:
    """The same, made if it is missing, for its owner alone. Raises `StorageError`."""
    path = folder()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{path} cannot be made: {error.strerror}.") from error
    return path


def chosen() -> Account | None:
    """The account to work on: TODO_SERVER with TODO_TOKEN, else the one that is logged in, else None.

    Raises `Refused` where TODO_SERVER names a server on which nobody is logged in, or TODO_TOKEN stands alone.
    """
    server, token = os.environ.get("TODO_SERVER"), os.environ.get("TODO_TOKEN")
    if token and not server:
        # Otherwise a script whose server is missing would write into the local file, where nobody looks.
        raise Refused(
            "TODO_TOKEN is set and TODO_SERVER is not: set the server that the token is valid on, or unset it."
        )
    if server:
        from console.remote.address import clean_server

        address = clean_server(server)
        if token:
            if not (token.strip().isascii() and token.strip().isprintable()):
                raise Refused("TODO_TOKEN is no token: it holds characters that none has.")
            return Account(address, token.strip())
        account = kept()
        if account is None or account.server != address:
            raise Refused(f"Not logged in on {address}: `todo login {address}`, or set TODO_TOKEN.")
        return account
    return kept()


def kept() -> Account | None:
    """The account that is logged in. Raises `StorageError`."""
    path = _path()
    try:
        path.stat()
    except PermissionError:
        # Somebody else's home folder, as `sudo` leaves it: nobody can be logged in there.
        return None
    except OSError:
        pass
    data = files.read_whole(path)
    if data is None:
        return None
    try:
        value = json.loads(data)
        return Account(str(value["server"]), str(value["token"]), value["user_id"], value["email"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise StorageError(f"{path} is damaged: delete it and log in again.") from error


def keep(account: Account) -> None:
    """Stay logged in. Raises `StorageError`."""
    made_folder()
    files.replace_whole(_path(), json.dumps(account._asdict(), indent=2).encode())


def forget() -> None:
    """Be logged out. Raises `StorageError`."""
    try:
        _path().unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{_path()} cannot be deleted: {error.strerror}.") from error
    for path in folder().glob("undo-*.json*"):
        with suppress(OSError):
            path.unlink()


def _path() -> Path:
    return folder() / "account.json"
