"""`todo menu`: everything the commands do, on one screen. Textual is imported only here, for it takes half a second."""

import gc
import os
import sys

from console.tasks import Tasks
from todo.errors import TodoError


class NoTerminal(TodoError):
    """There is nothing to draw a menu on."""


def is_possible() -> bool:
    """Whether there is a terminal on both ends that can move its cursor."""
    streams = (sys.stdin, sys.stdout)
    on_terminal = all(stream is not None and stream.isatty() for stream in streams)
    return on_terminal and os.environ.get("TERM") not in (None, "", "dumb")


def run(tasks: Tasks) -> None:
    """Show the menu until the person leaves it. Raises `NoTerminal`."""
    if not is_possible():
        raise NoTerminal("The menu needs a terminal: `todo --help` lists what works without one.")
    gc.enable()  # Other than a command, the menu lives on.
    from console.menu.app import Menu

    Menu(tasks).run()
