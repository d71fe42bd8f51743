"""Which backups stay: one of each of the last 7 days, 4 weeks and 12 months that have any."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from backup.place import made_at

DAYS, WEEKS, MONTHS = 7, 4, 12
FAILED = 3
"""A daily backup that fails is made again each hour: that must not fill the disk."""

_PERIODS: tuple[tuple[int, Callable[[datetime], object]], ...] = (
    (DAYS, lambda made: made.date()),
    (WEEKS, lambda made: made.isocalendar()[:2]),
    (MONTHS, lambda made: (made.year, made.month)),
)


def kept(names: Sequence[str], verified: set[str], failed: Collection[str] = ()) -> set[str]:
    """Those that stay. Of a period it is the newest that is verified, or the newest where none is; the last verified one
    and whatever is newer stay in any case, but of what is newer and was tried and `failed` only the newest few."""
    newest_first = sorted(names, reverse=True)
    staying: set[str] = set()
    for name in newest_first:
        staying.add(name)
        if name in verified:
            break
    for count, period_of in _PERIODS:
        periods: dict[object, list[str]] = {}
        for name in newest_first:
            periods.setdefault(period_of(made_at(name)), []).append(name)
        for members in list(periods.values())[:count]:
            staying.add(next((name for name in members if name in verified), members[0]))
    newest = max(verified.intersection(names), default="")
    tried = [name for name in newest_first if name in failed and name > newest]
    return staying.difference(tried[FAILED:])
