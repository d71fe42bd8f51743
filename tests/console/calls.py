"""Calls of `todo` and what came of them: inside this process where many are needed, as a program where it matters."""

import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from console.main import main
from tests.conftest import Person

COMMAND = Path(sys.executable).with_name("todo")


@dataclass(frozen=True)
class Outcome:
    """What a call left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on stdout."""
        value = json.loads(self.out)
        assert isinstance(value, dict)
        assert self.out.count("\n") == 1
        return value


class Console:
    """`todo` with a file of its own."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        monkeypatch.setenv("TODO_STORAGE_FILE", str(path))
        monkeypatch.setenv("TODO_CONFIG_DIR", str(path.parent / "config"))
        for name in ("TODO_USER_ID", "TODO_SERVER", "TODO_TOKEN"):
            monkeypatch.delenv(name, raising=False)

    def __call__(self, *words: str) -> Outcome:
        """A call inside this process."""
        self._monkeypatch.setattr(sys, "argv", ["todo", *words])
        code = main()
        out, err = self._capsys.readouterr()
        return Outcome(int(code), out, err)

    def json(self, *words: str) -> dict[str, Any]:
        """The answer of a call that succeeds."""
        outcome = self("--json", *words)
        assert outcome.code == 0, outcome
        return outcome.json

    def tasks(self, *words: str) -> list[dict[str, Any]]:
        """The tasks that `list` shows."""
        return list(self.json("list", *words)["tasks"])

    def holds(self, records: object) -> None:
        """Give the file this content: bytes as they are, anything else as JSON."""
        self.path.write_bytes(records if isinstance(records, bytes) else json.dumps(records, indent=2).encode())

    @property
    def records(self) -> list[Any]:
        """What the file holds now."""
        return list(json.loads(self.path.read_bytes()))


def log_in(todo: Console, url: str, person: Person, monkeypatch: pytest.MonkeyPatch, *lines: str) -> Outcome:
    """`todo login`, with the password and these lines on standard input."""
    told = "".join(f"{line}\n" for line in (person.password, *lines)).encode()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(told)))
        return todo("login", url, "--email", person.email)


def tokens(person: Person) -> list[str]:
    """The names of the person's access tokens."""
    return [token["name"] for token in person.client.get("/api/auth/tokens").json()["tokens"]]


def places(path: Path) -> dict[str, str]:
    """The environment of a console with this file, and its login beside it."""
    return {"TODO_STORAGE_FILE": str(path), "TODO_CONFIG_DIR": str(path.parent / "config")}


def run(words: Sequence[str | bytes], path: Path, *, env: dict[str, str] | None = None, **options: Any) -> Outcome:
    """A call as a program of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TODO_")}
    environment |= {**places(path), **(env or {})}
    if "input" not in options:
        options = {"stdin": subprocess.DEVNULL, **options}
    done = subprocess.run([COMMAND, *words], env=environment, capture_output=True, timeout=60, check=False, **options)
    return Outcome(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def record(number: int, title: str = "Call Ada", **fields: object) -> dict[str, object]:
    """A record in today's format."""
    return {
        "id": number,
        "title": title,
        "description": "",
        "completed": False,
        "user_id": "cli-user",
        "created_at": "2026-01-09T10:07:00",
        "updated_at": "2026-01-09T10:07:00",
        **fields,
    }


def limited(
    path: Path,
    size: int,
    *words: str,
    input: str = "",  # noqa: A002
) -> subprocess.CompletedProcess[str]:
    """A call that can write no file beyond this size, as on a full disk."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return subprocess.run(
        [COMMAND, *words],
        env={**os.environ, **places(path)},
        input=input,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
