"""How many requests are taken from one person and from one address: against what runs wild, not against use.

Counted in the memory of each process, so that it costs no round trip; guesses are counted in the database (services/limits.py).
"""

import math
import time
from collections.abc import Hashable
from dataclasses import dataclass

from starlette.types import Scope

from api.errors import RateLimited
from api.middleware.client_address import address_of
from api.middleware.identity import Identity
from api.settings import Settings

KEYS_MAX = 10_000
"""People, or addresses, that are remembered at a time: about a megabyte each."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `per_second`."""

    burst: int
    per_second: float


PERSON = Rate(20_000, 200)
ADDRESS = Rate(100_000, 1_000)


class Buckets:
    """One bucket a key, each kept as the moment at which it will be full again (GCRA, ITU-T I.371)."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._step = 1 / rate.per_second
        self._depth = (rate.burst - 1) * self._step
        self._full_at: dict[Hashable, float] = {}

    def take(self, key: Hashable, now: float) -> None:
        """One out of the bucket; `now` in seconds. Raises `RateLimited` when it is empty."""
        full_at = self._full_at.get(key)
        if full_at is None:
            if len(self._full_at) >= KEYS_MAX:
                self._make_room(now)
            self._full_at[key] = now + self._step
            return
        late = full_at - now
        if late > self._depth:
            raise RateLimited(limit=self._rate.burst, wait=max(1, math.ceil(late - self._depth)))
        self._full_at[key] = (full_at if late > 0 else now) + self._step

    def _make_room(self, now: float) -> None:
        """Forgets those that are full, and if that is less than half, of the rest the ones that came first."""
        used = [(key, full_at) for key, full_at in self._full_at.items() if full_at > now]
        self._full_at = dict(used[-KEYS_MAX // 2 :])


class Rates:
    """The limits of one process."""

    def __init__(self, settings: Settings) -> None:
        self._proxies = settings.trusted_proxies
        self._enabled = settings.rate_limit == "on"
        self._people, self._addresses = Buckets(PERSON), Buckets(ADDRESS)

    def check_address(self, scope: Scope) -> None:
        """Before anything is looked at. Raises `RateLimited`."""
        if self._enabled:
            self._addresses.take(address_of(scope, self._proxies), time.monotonic())

    def check_person(self, who: Identity) -> None:
        """Raises `RateLimited`. Whose a personal access token is, it only claims at this point: it counts for itself."""
        if self._enabled:
            self._people.take(who.token_hash or who.user_id, time.monotonic())
