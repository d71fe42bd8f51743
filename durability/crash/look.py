"""Everything that a person has, as the API shows it, beside their ledger."""

from durability.crash import schedule
from durability.crash.check import Violation, check
from durability.crash.person import Person
from durability.crash.run import Run

_SAMPLES = 2
"""Tasks that are also read one by one."""
_TASKS = "/api/v1/tasks"
_ALL = "?limit=10000"


async def look(run: Run, number: int, person: Person) -> None:
    """All tasks and the bin, some tasks one by one, and whether somebody else's is hidden."""
    present, in_bin = await person.read(f"{_TASKS}{_ALL}", 200), await person.read(f"{_TASKS}/deleted{_ALL}", 200)
    if present is None or in_bin is None:
        return
    found = check(person.ledger, person.user_id, present["tasks"], in_bin["tasks"])
    person.violations += found.violations
    for happened, doubts in ((True, found.happened), (False, found.absent)):
        for doubt in doubts:
            run.tally.settled(doubt, happened=happened)
            run.journal.note(f"#{doubt.number}# was unknown and {'happened' if happened else 'did not happen'}")
    chance = schedule.chances(run.tally.seed, number, -person.place)
    for task in chance.sample(present["tasks"], min(_SAMPLES, len(present["tasks"]))):
        alone = await person.read(f"{_TASKS}/{task['id']}", 200)
        if alone is not None and alone["task"] != task:
            person.violations.append(Violation("wrong", f"{alone} alone, {task} in the list", (task["id"],)))
    others = run.people[person.place - 1].ledger.ids(deleted=False)
    if others and len(run.people) > 1:
        await person.read(f"{_TASKS}/{chance.choice(others)}", 404)
