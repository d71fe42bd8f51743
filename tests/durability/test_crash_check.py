"""What `make crash` makes of a ledger that does not agree with what is there: each kind of fault is seen for what it is."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from durability.crash import schedule
from durability.crash.attempt import Attempt, Outcome, State
from durability.crash.check import Found, check
from durability.crash.ledger import Ledger

ADA, GRACE = "ada", "grace"
Task = dict[str, Any]


class Site:
    """Ada's tasks as the lists have them, and the ledger that agrees with them: 1 to 3 there, 4 in the bin, 5 gone."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.present: list[Task] = []
        self.in_bin: list[Task] = []
        for number in range(1, 6):
            self.create(number)
        for number in (4, 5):
            task = self.present.pop(3)
            self.in_bin.append(task | {"deleted_at": "2026-01-01T00:00:00.000000Z"})
            self.acknowledge(number, changes={task["id"]: replace(self.ledger.tasks[task["id"]], deleted=True)})
        self.acknowledge(9, changes={self.in_bin.pop()["id"]: None})
        self.edit(self.present[0], 10)

    def task(self, number: int, **fields: Any) -> Task:
        text: Task = {"title": f"#{number}# title", "description": f"about {number}", "completed": False}
        return {"id": f"id-{number}", "number": number, "user_id": ADA, "updated_at": f"at {number}"} | text | fields

    def create(self, number: int) -> None:
        task = self.task(number)
        self.present.append(task)
        self.acknowledge(number, born=(state(task),), tasks=[task])

    def edit(self, task: Task, number: int) -> None:
        task |= {name: self.task(number)[name] for name in ("title", "description", "updated_at")}
        self.acknowledge(number, changes={task["id"]: state(task)}, tasks=[dict(task)])

    def acknowledge(self, number: int, tasks: list[Task] | None = None, **effects: Any) -> None:
        attempt = Attempt(number, "write", "POST", "/", **effects)
        self.ledger.end(attempt, Outcome.ACKNOWLEDGED, "200", [dict(task) for task in tasks or []])

    def doubt(self, number: int, **effects: Any) -> Attempt:
        attempt = Attempt(number, "write", "POST", "/", **effects)
        self.ledger.end(attempt, Outcome.UNKNOWN, "the connection was lost")
        return attempt

    def check(self) -> Found:
        return check(self.ledger, ADA, self.present, self.in_bin)


def state(task: Task) -> State:
    return State(task["title"], task["description"], task["completed"])


def test_what_agrees_is_no_violation_again_and_again() -> None:
    site = Site()
    for _ in range(2):
        assert site.check() == Found()


def to_the_bin(site: Site) -> None:
    site.in_bin.append(site.present.pop() | {"deleted_at": "now"})


FAULTS: dict[str, tuple[Callable[[Site], object], str]] = {
    "a created task is missing": (lambda site: site.present.pop(), "lost"),
    "a task in the bin is missing": (lambda site: site.in_bin.pop(), "lost"),
    "an edit is missing": (
        lambda site: site.present[0].update(title="#1# title", description="about 1", updated_at="at 1"),
        "lost",
    ),
    "half of an edit": (lambda site: site.present[0].update(title="#1# title"), "torn"),
    "a description cut short": (lambda site: site.present[1].update(description="about"), "torn"),
    "a task twice": (lambda site: site.present.append(dict(site.present[1])), "doubled"),
    "an attempt twice": (lambda site: site.present.append(site.present[1] | {"id": "new", "number": 7}), "doubled"),
    "a number twice": (lambda site: site.present[1].update(number=1), "doubled"),
    "a task out of the bin": (
        lambda site: site.present.append({k: v for k, v in site.in_bin.pop().items() if k != "deleted_at"}),
        "resurrected",
    ),
    "a task that was gone for good": (lambda site: site.present.append(site.task(5)), "resurrected"),
    "somebody else's task": (lambda site: site.present.append(site.task(8, user_id=GRACE)), "foreign"),
    "a refused write": (lambda site: site.present.append(site.task(8)), "wrong"),
    "completed by nobody": (lambda site: site.present[1].update(completed=True), "wrong"),
    "moved to the bin by nobody": (to_the_bin, "wrong"),
    "changed after its answer": (lambda site: site.present[1].update(updated_at="later"), "wrong"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_seen_for_what_it_is(name: str) -> None:
    site = Site()
    fault, kind = FAULTS[name]
    fault(site)
    assert kind in {violation.kind for violation in site.check().violations}


def test_an_unknown_create_may_have_happened_or_not_and_is_held_to_it_from_then_on() -> None:
    site = Site()
    new = site.task(20)
    doubt = site.doubt(20, born=(state(new),))
    assert site.check() == Found(absent=[doubt])
    site.present.append(new)
    assert [violation.kind for violation in site.check().violations] == ["wrong"]  # it came after it had not happened

    site = Site()
    doubt = site.doubt(20, born=(state(new),))
    site.present.append(new)
    assert site.check() == Found(happened=[doubt])
    site.present.remove(new)
    assert [violation.kind for violation in site.check().violations] == ["lost"]


def test_an_unknown_edit_happens_wholly_or_not_at_all() -> None:
    after = State("#20# title", "about 20", completed=False)
    outcomes = []
    for fields in ({}, {"title": after.title, "description": after.description}, {"title": after.title}):
        site = Site()
        site.doubt(20, changes={"id-2": after})
        site.present[1].update(fields, updated_at="at 20" if fields else "at 2")
        found = site.check()
        outcomes.append((len(found.happened), {violation.kind for violation in found.violations}))
    assert outcomes == [(0, set()), (1, set()), (0, {"torn"})]


@pytest.mark.parametrize(("there", "torn"), [(0, False), (2, True), (3, False)])
def test_an_unknown_batch_happens_wholly_or_not_at_all(there: int, torn: bool) -> None:
    site = Site()
    parts = [site.task(20 + part) for part in range(3)]
    site.doubt(20, born=tuple(map(state, parts)))
    site.present += parts[:there]
    assert ("torn" in {violation.kind for violation in site.check().violations}) is torn


@pytest.mark.parametrize(("gone", "torn"), [(0, False), (1, True), (2, False)])
def test_an_unknown_emptying_happens_wholly_or_not_at_all(gone: int, torn: bool) -> None:
    site = Site()
    site.acknowledge(15, changes={"id-3": replace(site.ledger.tasks["id-3"], deleted=True)})
    to_the_bin(site)
    site.doubt(20, changes={"id-3": None, "id-4": None})
    del site.in_bin[:gone]
    assert ("torn" in {violation.kind for violation in site.check().violations}) is torn


def test_a_seed_says_who_is_killed_and_what_people_do() -> None:
    def plan(seed: int) -> list[object]:
        chance = schedule.chances(seed, 3, 0)
        return [[schedule.kills(seed, cycle) for cycle in range(50)], [schedule.kind(chance) for _ in range(50)]]

    assert plan(1) == plan(1)
    assert plan(1) != plan(2)
    killed = {kill.victim for cycle in range(300) for kill in schedule.kills(1, cycle)}
    assert killed == {*schedule.API, *schedule.POSTGRES, *schedule.BOTH}
