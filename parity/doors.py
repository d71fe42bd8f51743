"""The console on a file and on an account: mostly inside this process, now and then as the command that people run."""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from console.program import run
from parity.words import Words

_COMMAND = Path(sys.executable).with_name("todo")


@dataclass(frozen=True)
class Told:
    """What a call left behind."""

    code: int
    out: str
    err: str


class ConsoleDoor:
    """`todo` with this environment, on a file or an account."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = dict(variables)

    def call(self, words: Words, *, as_command: bool, piped: Sequence[str] = ()) -> Told:
        """One call, with these lines on standard input. As a command only what the operating system can hand over."""
        if as_command and not piped and all(_is_argument(word) for word in words):
            return self._command(words)
        with _environment(self._variables):
            out, err = io.BytesIO(), io.BytesIO()
            former = sys.stdin, sys.stdout, sys.stderr
            lines = "".join(f"{line}\n" for line in piped)
            sys.stdin = io.TextIOWrapper(io.BytesIO(lines.encode())) if piped else None
            sys.stdout = io.TextIOWrapper(out, "utf-8", newline="\n")
            sys.stderr = io.TextIOWrapper(err, "utf-8", newline="\n")
            try:
                code = int(run(words))
                for stream in (sys.stdout, sys.stderr):
                    stream.flush()
                return Told(code, out.getvalue().decode(), err.getvalue().decode())
            finally:
                sys.stdin, sys.stdout, sys.stderr = former

    def _command(self, words: Words) -> Told:
        done = subprocess.run(
            [_COMMAND, *words],
            env={**_without_ours(), **self._variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        return Told(done.returncode, done.stdout.decode(), done.stderr.decode())


def _is_argument(word: str) -> bool:
    try:
        return b"\0" not in word.encode()
    except UnicodeEncodeError:
        return False


def _without_ours() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("TODO_")} | {"LC_ALL": "C.UTF-8"}


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    ours = [name for name in os.environ if name.startswith("TODO_")]
    for name in ours:
        del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            del os.environ[name]
