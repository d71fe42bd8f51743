"""What the server acknowledged, and when: written outside of the database that is going to be lost."""

import threading
import time
from dataclasses import dataclass, field

from backup.drill.client import Client, NoAnswer

WRITERS = 4


@dataclass
class Ledger:
    """Tasks by their ids: title, and when the server had said that it has them (`time.monotonic`)."""

    acknowledged: dict[str, tuple[str, float]] = field(default_factory=dict)

    @property
    def last(self) -> float:
        return max((at for _, at in self.acknowledged.values()), default=0.0)

    def lost(self, found: dict[str, str]) -> list[str]:
        """The ids that are not among `found` (titles by ids) as they were acknowledged."""
        return [task for task, (title, _) in self.acknowledged.items() if found.get(task) != title]

    def rpo(self, found: dict[str, str]) -> float:
        """Seconds from the last acknowledgement before anything was lost to the last of all; 0 only where nothing was lost."""
        lost = [self.acknowledged[task][1] for task in self.lost(found)]
        if not lost:
            return 0.0
        times = [at for _, at in self.acknowledged.values()]
        return self.last - max((at for at in times if at < min(lost)), default=min(times))


class Writing:
    """Several clients that add tasks without pause, until they are told to stop or the server is gone."""

    def __init__(self, url: str, token: str, ledger: Ledger) -> None:
        self._ledger = ledger
        self._ending = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(Client(url, token), f"writer {number}"), daemon=True)
            for number in range(WRITERS)
        ]
        for thread in self._threads:
            thread.start()

    def _write(self, client: Client, name: str) -> None:
        number = 0
        while not self._ending.is_set():
            number += 1
            title = f"{name}, task {number} at {time.time():.6f}"
            try:
                task = client.add(title)
            except NoAnswer:
                return
            self._ledger.acknowledged[task] = (title, time.monotonic())

    def end(self) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join(30)
