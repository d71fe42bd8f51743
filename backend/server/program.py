"""The entry of `todo-server`: until everything is loaded nothing has begun, so Ctrl-C just ends it."""

import os
import signal


def main() -> None:
    """Loads the commands, which takes a second on a busy machine, and runs the one that was asked for."""
    os.umask(0o077)  # whatever is written here holds titles, passwords' hashes or keys
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:  # not where whoever started us ignores Ctrl-C
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from server.main import main as commands

    signal.signal(signal.SIGINT, handler)
    commands()
