"""What is measured: each cell is one kind of request and the transaction that it comes to."""

from dataclasses import dataclass

from bench.people import EVERYBODY, LARGE, Crowd


@dataclass(frozen=True)
class Cell:
    """`name` is known to load.lua; `scripts` names pgbench's (statements.py) with their weights; `goal` is issue 3's."""

    name: str
    title: str
    scripts: tuple[tuple[str, int], ...] = ()
    connections: int = 100
    clients: int = 20
    crowd: Crowd = EVERYBODY
    """As whom."""
    writes: bool = False
    deletes: bool = False
    bare: bool = True
    goal: float | None = None


MIX = (("list", 30), ("get", 25), ("search", 15), ("create", 10), ("toggle", 10), ("update", 5), ("delete", 5))
"""The realistic mix, 70 % reads; load.lua is told the same weights."""

CELLS = (
    Cell("list", "list 50", (("list", 1),), goal=0.40),
    Cell("search", "search among 1,000", (("search", 1),)),
    Cell("get", "get one", (("get", 1),), goal=0.30),
    Cell("create", "create", (("create", 1),), writes=True, goal=0.45),
    Cell("create_key", "create, with Idempotency-Key", (("create_key", 1),), writes=True, bare=False),
    Cell("update", "update", (("update", 1),), writes=True),
    Cell("toggle", "toggle", (("toggle", 1),), writes=True, goal=0.45),
    Cell("delete", "delete", (("delete", 1),), writes=True, deletes=True),
    Cell("mix", "mix, 70 % reads", MIX, writes=True, deletes=True, bare=False),
)
LARGE_CELLS = (
    Cell("list_large", "10,000 tasks in one answer", (("list_large", 1),), 1, 1, crowd=LARGE, goal=1 / 1.3),
    Cell("search_large", "search among 10,000", (("search", 1),), 1, 1, crowd=LARGE),
    Cell("batch", "batch of 1,000", (("batch", 1),), 1, 1, writes=True),
)
LOGIN = Cell("login", "login", connections=4)
EMPTY = Cell("bare", "bare ASGI application")
