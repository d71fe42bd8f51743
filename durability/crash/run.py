"""What the cycles of a run have in common."""

import itertools
from dataclasses import dataclass, field

from durability.crash.journal import Journal
from durability.crash.person import Person
from durability.crash.result import Tally
from durability.crash.site import Site


@dataclass
class Run:
    """`orphans` are processes that a killed server left behind; attempts get their numbers from `numbers`."""

    site: Site
    people: list[Person]
    journal: Journal
    tally: Tally
    orphans: set[int] = field(default_factory=set)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
