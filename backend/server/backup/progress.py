"""A bar on stderr, on a terminal only."""

import contextlib
from collections.abc import Iterator

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import TaskID

from backup.dumping import Progress


@contextlib.contextmanager
def shown(what: str) -> Iterator[Progress | None]:
    """One bar for each table; `what` is the verb before its name."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with Bar(console=console, transient=True) as bar:
        bars: dict[str, TaskID] = {}

        def show(table: str, done: int, total: int) -> None:
            if table not in bars:
                bars[table] = bar.add_task(f"{what} {table}", total=total)
            bar.update(bars[table], completed=done)

        yield show
