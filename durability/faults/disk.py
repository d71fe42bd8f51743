"""A disk that fills up: a small tmpfs with the server's own database on it."""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from api.database.room import LEAST_BYTES
from durability.faults.catalogue import Fault
from durability.faults.on_database import killed
from durability.faults.site import Site, site_of_its_own
from durability.faults.trial import Verdict, try_on

_SIZE = 400 * 2**20
_FIRST_SECONDS = 3.0


class CannotMount(Exception):
    """Nothing can be mounted here; `str(error)` says why."""


async def try_on_small_disk(fault: Fault, folder: Path) -> Verdict | str:
    """Why not, where nothing can be mounted here."""
    mount = folder / "small"
    mount.mkdir()
    try:
        with mounted(mount, _SIZE):
            async with site_of_its_own(mount / "data") as place:
                return await try_on(fault, place)
    except CannotMount as error:
        return f"{fault.name}: {error}"


@contextlib.contextmanager
def mounted(folder: Path, size: int) -> Iterator[None]:
    """A disk of so many bytes. Raises `CannotMount`."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "todo-faults", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise CannotMount("there is no mount(8)") from None
    if done.returncode:
        raise CannotMount(done.stderr.strip())
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, check=True)  # noqa: S607


def fill(descriptor: int, *, leaving: int) -> None:
    """The open file takes what is free on its disk, but for so many bytes."""
    disk = os.fstatvfs(descriptor)
    more = disk.f_bavail * disk.f_frsize - leaving
    with contextlib.suppress(OSError):  # somebody else took the last page
        os.posix_fallocate(descriptor, os.fstat(descriptor).st_size, max(more, 1))


@contextlib.asynccontextmanager
async def _filled(site: Site) -> AsyncIterator[None]:
    """Something else writes: most in one go, and what is left a little later."""
    ballast = site.data_dir.parent / "ballast"
    with ballast.open("wb") as file:
        fill(file.fileno(), leaving=LEAST_BYTES * 3 // 4)
        await asyncio.sleep(_FIRST_SECONDS)
        fill(file.fileno(), leaving=0)
        yield
    ballast.unlink()


@contextlib.asynccontextmanager
async def _filled_and_killed(site: Site) -> AsyncIterator[None]:
    """PostgreSQL cannot start either."""
    async with _filled(site):
        await killed(site)
        yield


ON_SMALL_DISK = (
    Fault("disk full, 12 s", _filled, 9.0),
    Fault("disk full and killed (-9), 12 s", _filled_and_killed, 9.0),
)
