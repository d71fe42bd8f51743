"""When a logical backup is due in a place."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from backup import history
from backup.daily import DAILY
from backup.folder import Folder
from backup.manifest import NAME, digest_of
from backup.place import LOGICAL, Place, made_at


def newest_verified(place: Place) -> str | None:
    """The newest that was restored and compared, and whose manifest is still what it was then."""
    verified = history.verified_digests(place)
    for name in reversed(place.ids(LOGICAL)):
        with place.reading(LOGICAL, name, NAME) as folder:
            if (folder / NAME).is_file() and digest_of(folder) in verified:
                return name
    return None


def is_due(newest: str | None) -> bool:
    """Whether it is time for the next one."""
    return newest is None or datetime.now(UTC) - made_at(newest) > DAILY


def tell(beside: Folder | None, newest: str) -> None:
    """`/health` and `check` look into a folder of this machine: of what a bucket holds they know by this."""
    if beside is not None:
        history.record(beside, history.VERIFIED, newest, good=True)


class LogicalDue:
    """While the newest that it knows of is young, it asks the place for nothing: a bucket is paid by the question.

    `beside` is as in `tell`.
    """

    def __init__(self, place: Callable[[], Place], beside: Folder | None) -> None:
        self._place, self._beside = place, beside
        self._newest: str | None = None

    def __call__(self) -> Sequence[str] | None:
        if not is_due(self._newest):
            return None
        newest = newest_verified(self._place())
        if newest is not None and newest != self._newest:
            tell(self._beside, newest)
        self._newest = newest
        return () if is_due(newest) else None
