"""One fault, while all operations go on: before it begins, while it lasts, and until all is well again."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

from durability.faults.catalogue import Fault
from durability.faults.log import wrong_in
from durability.faults.operations import EVERY, Operation
from durability.faults.person import Person
from durability.faults.site import Site, site

WELL_WITHIN_SECONDS = 30.0
"""After the end of a fault, until every operation is served again."""
_BEFORE_SECONDS = 1.0
_AFTERWARDS_SECONDS = 1.5
"""While all is well again, how long it is watched."""
_STEP = 0.05


@dataclass
class Verdict:
    """What was seen of one fault. `wrong` is by operation; what concerns none stands under the empty name."""

    fault: str
    operations: list[Operation]
    well_after: float | None
    """Seconds from the end of the fault; None: not in time."""
    wrong: dict[str, list[str]] = field(default_factory=dict)


async def try_fault(fault: Fault, folder: Path) -> Verdict:
    """On a site of its own, in `folder`, which is empty."""
    async with site(folder / "data") as place:
        return await try_on(fault, place)


async def try_on(fault: Fault, place: Site) -> Verdict:
    """The fault on this site."""
    operations = [kind(Person(place.url, kind.name.split()[0].lower())) for kind in EVERY]
    try:
        await asyncio.gather(*(operation.prepare() for operation in operations))
        well_after = await _while_people_work(fault, place, operations)
        await asyncio.gather(*(_checked(operation) for operation in operations))
    finally:
        for operation in operations:
            await operation.person.leave()
    verdict = Verdict(fault.name, operations, well_after)
    verdict.wrong = {operation.name: operation.wrong for operation in operations if operation.wrong}
    people = [operation.person for operation in operations]
    hidden = [secret for person in people for secret in (person.email, person.password, person.token)]
    rest = wrong_in(place.log, [*place.secrets, *hidden, "Call back", "Draft "])
    if well_after is None:
        rest.append(f"not every operation was served again within {WELL_WITHIN_SECONDS:.0f} s")
    if rest:
        verdict.wrong[""] = rest
    return verdict


async def _while_people_work(fault: Fault, place: Site, operations: list[Operation]) -> float | None:
    enough = asyncio.Event()
    working = [
        asyncio.create_task(operation.work(number, enough))
        for operation in operations
        for number in range(operation.at_once)
    ]
    try:
        await asyncio.sleep(_BEFORE_SECONDS)
        async with fault.happens(place):
            await asyncio.sleep(fault.seconds)
        ended = time.monotonic()
        while not (well := all(operation.served_since(ended) for operation in operations)):
            if time.monotonic() > ended + WELL_WITHIN_SECONDS:
                for operation in operations:
                    operation.must(operation.served_since(ended), "not served again in time")
                break
            await asyncio.sleep(_STEP)
        well_at = time.monotonic()
        await asyncio.sleep(_AFTERWARDS_SECONDS)
    finally:
        enough.set()
        await asyncio.gather(*working)
    for operation in operations:
        refused = operation.refused_since(well_at)
        operation.must(refused == 0, f"{refused} requests refused after all was well again")
    return well_at - ended if well else None


async def _checked(operation: Operation) -> None:
    try:
        await operation.check()
    except Exception as error:  # noqa: BLE001 - an answer that cannot be understood is a finding, not the end of the rest
        operation.wrong.append(f"cannot be checked: {type(error).__name__} {error}")
