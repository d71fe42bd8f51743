"""The menu as a program on a real terminal of 80 columns and 24 lines."""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import termios
import time
from pathlib import Path

import pytest

from tests.console.calls import COMMAND, Console


class Terminal:
    """A terminal with `todo` on it."""

    def __init__(
        self, path: Path, *words: str, rows: int = 24, columns: int = 80, term: str = "xterm-256color"
    ) -> None:
        self.child, self._end = pty.fork()
        if self.child == 0:
            os.environ.update(TODO_STORAGE_FILE=str(path), TERM=term)
            time.sleep(0.1)
            os.execv(COMMAND, ["todo", *words])  # noqa: S606
        os.set_inheritable(self._end, False)  # or the next one holds this one's end open
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen = b""

    def wait_for(self, text: str) -> None:
        """Until this was drawn."""
        deadline = time.monotonic() + 10
        while text.encode() not in self.screen:
            assert time.monotonic() < deadline, self.screen
            assert select.select([self._end], [], [], 30)[0], self.screen
            self.screen += os.read(self._end, 65536)

    def type(self, keys: str, then: str) -> None:
        """Press keys and wait for what they bring to the screen."""
        self.screen = b""
        os.write(self._end, keys.encode())
        self.wait_for(then)

    def end(self, keys: str = "") -> int:
        """Read until the program has ended; its exit code."""
        os.write(self._end, keys.encode())
        while select.select([self._end], [], [], 30)[0]:
            try:
                part = os.read(self._end, 65536)
            except OSError:
                break
            self.screen += part
        os.close(self._end)
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])

    def hang_up(self) -> None:
        """The window is closed."""
        os.close(self._end)
        os.kill(self.child, signal.SIGCONT)  # as the system does, where the program's group was stopped
        deadline = time.monotonic() + 20
        while not os.waitpid(self.child, os.WNOHANG)[0]:
            if time.monotonic() > deadline:
                os.kill(self.child, signal.SIGKILL)
                os.waitpid(self.child, 0)
                raise AssertionError("the menu outlives its terminal")
            time.sleep(0.05)


def titles(path: Path) -> list[str]:
    return [task["title"] for task in json.loads(path.read_bytes())]


@pytest.mark.parametrize("words", [(), ("menu",)])
def test_a_visit(path: Path, words: tuple[str, ...]) -> None:
    terminal = Terminal(path, *words)
    terminal.wait_for("1 open, 1 done")
    terminal.type("n", "New task")
    terminal.type("日本 🎉 שלום\r", "Added 3.")
    terminal.type("j", "Call Ada")
    terminal.type("x", "Completed 2.")
    terminal.type("\x1a", "Undone: complete 2.")
    assert terminal.end("q") == 0
    assert b"Traceback" not in terminal.screen
    assert b"\x1b[?1049l" in terminal.screen
    assert titles(path)[2] == "日本 🎉 שלום"


def test_no_text_commands_the_terminal(path: Path) -> None:
    """OSC 52 would fill the clipboard, of a title or a description, escaped or as one character of C1."""
    orders = ["\x1b]52;c;ZXZpbA==\x07", "\x9d52;c;ZXZpbA==\x9c", "\x1b[35m", "\x9b35m"]
    text = "".join(orders) + "Awkward"
    path.write_text(json.dumps([{"id": 1, "title": text, "description": text, "completed": False}]))
    terminal = Terminal(path)
    terminal.wait_for("1 open")
    for key, then in (("e", "Enter or Ctrl+S saves"), ("\t", "Awkward"), ("\x13", "Updated 1.")):
        terminal.type(key, then)
        for order in orders:
            assert order.encode() not in terminal.screen
    assert terminal.end("q") == 0
    assert titles(path) == [text]


def test_what_was_typed_outlives_the_terminal(path: Path) -> None:
    terminal = Terminal(path)
    terminal.wait_for("1 open, 1 done")
    terminal.type("n", "New task")
    terminal.type("\x1b[200~half a thought\x1b[201~", "half a thought")
    terminal.hang_up()
    assert titles(path)[2] == "half a thought"


def test_a_terminal_may_go_with_much_left_to_draw(path: Path) -> None:
    """It then waited for ever to draw, in one of twenty."""
    for number in range(5):
        terminal = Terminal(path)
        terminal.wait_for("1 done")
        terminal.type("n", "New task")
        terminal.type(f"\x1b[200~thought {number}\x1b[201~", f"thought {number}")
        os.kill(terminal.child, signal.SIGSTOP)
        os.write(terminal._end, b"ab" * 200)
        terminal.hang_up()
        assert titles(path)[-1].startswith(f"thought {number}")


def test_a_kind_end_saves_too(path: Path) -> None:
    terminal = Terminal(path)
    terminal.wait_for("1 open, 1 done")
    terminal.type("n", "New task")
    terminal.type("\x1b[200~typed\x1b[201~", "typed")
    os.kill(terminal.child, signal.SIGTERM)
    terminal.end()
    assert titles(path)[2] == "typed"


def test_a_terminal_that_cannot_draw(path: Path) -> None:
    terminal = Terminal(path, "menu", term="dumb")
    assert terminal.end() == 1
    assert b"todo: The menu needs a terminal" in terminal.screen


def test_without_a_terminal(todo: Console) -> None:
    outcome = todo("menu")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == "todo: The menu needs a terminal: `todo --help` lists what works without one.\n"
    assert todo("menu", "--json").json["error_code"] == 1
    assert todo().out.startswith("Usage: todo")
