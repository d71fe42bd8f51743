"""SIGTERM, SIGINT and SIGHUP: they end a start, and stop a server; told once, it does not need to be told again."""

import contextlib
import signal
import socket
from collections.abc import Iterator
from types import FrameType

_KINDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stop:
    """Readable, as `wait` of multiprocessing.connection understands it, once a signal has come while it serves."""

    def __init__(self, readable: socket.socket) -> None:
        self.readable = readable
        self._serving = False
        self.asked = False

    def serving(self) -> None:
        """From now on a signal is for whoever waits for it; until now it raised `SystemExit`."""
        self._serving = True

    def _take(self, _kind: int, _frame: FrameType | None) -> None:
        if not self.asked:
            self.asked = True
            if not self._serving:
                raise SystemExit(0)


@contextlib.contextmanager
def stop_signal() -> Iterator[Stop]:
    """Takes the signals over; once one has come, the rest are left unheard until the context ends."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    stop = Stop(reader)
    before = {kind: signal.signal(kind, stop._take) for kind in _KINDS}  # noqa: SLF001 - its own module
    earlier = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    try:
        yield stop
    finally:
        signal.set_wakeup_fd(earlier)
        for kind, handler in before.items():
            signal.signal(kind, signal.SIG_IGN if stop.asked else handler)  # the process is about to end
        reader.close()
        writer.close()
