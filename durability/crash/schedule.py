"""Who is killed when, and what people do: all of it from the seed. Pure.

The same seed gives the same kills and the same kinds of writes in the same order. How many writes a person gets done
before a kill is a matter of time, and differs.
"""

import random
from dataclasses import dataclass

API = ("server", "server", "main", "worker", "worker")
"""The main process and its workers; the main process alone; one worker."""
POSTGRES = ("postmaster", "postmaster", "cluster", "cluster", "backend")
"""The postmaster alone; all processes of the cluster; one that serves a connection."""
BOTH = ("everything", "server and postmaster")
_SIDES = ((API, 9), (POSTGRES, 9), (BOTH, 2))
MORE = 0.3
"""Chance of another kill of the same side after the first, and of a third after the second."""
_MOST = 3
_FIRST_SECONDS = (0.25, 0.9)
_AFTER_KILL_SECONDS = (0.05, 1.2)
"""In the middle of the recovery, or just after it."""
_AFTER_ANSWER_SECONDS = (0.0, 0.6)
"""When some are served again and others still wait, which is when ids of lost transactions are given out again."""
_STALLED = 0.5
"""Share of the kills before which the victim is stopped, while the other side goes on: what it was asked, such as COMMIT,
piles up unanswered, and what it had asked for happens without it."""

KINDS = {
    "create": 18,
    "create with key": 12,
    "batch": 4,
    "batch with key": 4,
    "edit": 24,
    "toggle": 8,
    "complete": 8,
    "delete": 10,
    "restore": 6,
    "clear": 2,
    "empty": 1,
    "invalid": 2,
    "stale": 2,
}
"""What people do, and how often. The last two are refused by every server that lives."""


@dataclass(frozen=True)
class Kill:
    """`victim`, `after` seconds since the load began or since the last kill, or, if `answered`, since the first write was
    acknowledged after that; `pick` in [0, 1) chooses among several. `stalled`: the victim stands still for a moment before."""

    victim: str
    after: float
    pick: float
    stalled: bool
    answered: bool = False

    def __str__(self) -> str:
        victim = f"stalled {self.victim}" if self.stalled else self.victim
        return f"{victim} {self.after:.2f} s after {'an answer' if self.answered else 'that'}"


def kills(seed: int, cycle: int, only: tuple[str, ...] = (), more: float = MORE) -> tuple[Kill, ...]:
    """Those of one cycle. `only` narrows the victims."""
    chance = random.Random(f"kills {seed} {cycle}")  # noqa: S311 - to be repeated
    side = chance.choices([side for side, _ in _SIDES], [weight for _, weight in _SIDES])[0]
    victims = only or side
    found = [Kill(chance.choice(victims), chance.uniform(*_FIRST_SECONDS), chance.random(), chance.random() < _STALLED)]
    while len(found) < _MOST and chance.random() < more:
        answered = chance.random() < 0.5
        after = chance.uniform(*(_AFTER_ANSWER_SECONDS if answered else _AFTER_KILL_SECONDS))
        stalled = chance.random() < _STALLED
        found.append(Kill(chance.choice(victims), after, chance.random(), stalled, answered))
    return tuple(found)


def chances(seed: int, cycle: int, person: int) -> random.Random:
    """Where a person's choices of a cycle come from."""
    return random.Random(f"writes {seed} {cycle} {person}")  # noqa: S311 - to be repeated


def kind(chance: random.Random) -> str:
    """What to do next."""
    return chance.choices(list(KINDS), list(KINDS.values()))[0]
