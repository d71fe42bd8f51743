"""Passwords to hashes and back to yes or no: Argon2id, off the event loop, by two threads and no more.

The parameters are OWASP's (Password Storage Cheat Sheet): 19 MiB, two passes, one lane; about 50 ms. Two threads bound the
memory and leave the event loop its share of the processor.
"""

import asyncio
import base64
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import Parameters, extract_parameters
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import ARGON2_VERSION, Type, hash_secret, verify_secret

from api.errors import Overloaded
from api.telemetry import measures

Result = TypeVar("Result")

PARAMETERS = Parameters(
    type=Type.ID, version=ARGON2_VERSION, salt_len=16, hash_len=32, time_cost=2, memory_cost=19456, parallelism=1
)
WAITING_MAX = 500
"""Passwords that may wait for a thread, about twelve seconds of work; the next is refused at once."""
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")

_waiting = 0


def _decoy() -> str:
    """A hash that no password has: random bytes where the result would stand. Checking against it takes as long."""
    salt, result = (
        base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (PARAMETERS.salt_len, PARAMETERS.hash_len)
    )
    costs = f"m={PARAMETERS.memory_cost},t={PARAMETERS.time_cost},p={PARAMETERS.parallelism}"
    return f"$argon2id$v={PARAMETERS.version}${costs}${salt}${result}"


_DECOY = _decoy()


async def hash_password(password: str) -> str:
    """A hash to keep, in the PHC string format."""

    def work() -> str:
        return hash_secret(
            password.encode(),
            secrets.token_bytes(PARAMETERS.salt_len),
            PARAMETERS.time_cost,
            PARAMETERS.memory_cost,
            PARAMETERS.parallelism,
            PARAMETERS.hash_len,
            PARAMETERS.type,
        ).decode()

    return await _in_thread(work)


async def matches(password: str, kept: str | None) -> bool:
    """Whether the hash is that of the password. Without one it takes as long and is False."""

    def work() -> bool:
        try:
            return verify_secret((kept or _DECOY).encode(), password.encode(), Type.ID)
        except VerifyMismatchError:
            return False

    return await _in_thread(work)


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return extract_parameters(kept) != PARAMETERS


async def _in_thread(work: Callable[[], Result]) -> Result:
    global _waiting
    if _waiting >= WAITING_MAX:
        raise Overloaded
    _waiting += 1
    measures.password_waiting.set(_waiting)
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting -= 1
        measures.password_waiting.set(_waiting)
