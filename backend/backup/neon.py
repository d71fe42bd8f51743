"""What Neon itself can bring back: snapshots, a branch as of an earlier moment, and the branch restored in place."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from backup.errors import BackupError
from backup.neon_api import Neon

_DRILL_HOURS = 2
"""After which Neon deletes the branch of a drill by itself, should this process die."""


def main_branch(neon: Neon) -> dict[str, Any]:
    """The project's default branch."""
    for branch in neon.get("/branches")["branches"]:
        if branch.get("default") or branch.get("primary"):
            return dict(branch)
    raise BackupError("The project on Neon has no default branch.")


def snapshots(neon: Neon) -> list[dict[str, Any]]:
    return list(neon.get("/snapshots").get("snapshots", []))


def take_snapshot(neon: Neon, name: str) -> dict[str, Any]:
    """A snapshot of the default branch as it is now."""
    return dict(neon.post(f"/branches/{main_branch(neon)['id']}/snapshot", {"name": name})["snapshot"])


def branch_at(neon: Neon, name: str, moment: datetime, *, expires: bool = False) -> dict[str, Any]:
    """A new branch with a compute: the default branch as it was at that moment, which stays as it is."""
    branch: dict[str, Any] = {
        "parent_id": main_branch(neon)["id"],
        "parent_timestamp": _text(moment),
        "name": name,
    }
    if expires:
        branch["expires_at"] = _text(datetime.now(UTC) + timedelta(hours=_DRILL_HOURS))
    return dict(neon.post("/branches", {"branch": branch, "endpoints": [{"type": "read_write"}]}))


@contextlib.contextmanager
def branch_for_a_while(neon: Neon, name: str, moment: datetime) -> Iterator[dict[str, Any]]:
    """The same, deleted afterwards."""
    made = branch_at(neon, name, moment, expires=True)
    try:
        yield made
    finally:
        neon.delete(f"/branches/{made['branch']['id']}")


def connection_url(made: dict[str, Any]) -> str:
    """The URL of the branch that was made; it holds a password."""
    for one in made.get("connection_uris") or []:
        return str(one["connection_uri"])
    raise BackupError("Neon gave no URL for the new branch.")


def restore_in_place(neon: Neon, moment: datetime, keep_as: str) -> dict[str, Any]:
    """The default branch as it was; what it holds now lives on in a branch named `keep_as`. Connections break for a moment."""
    branch = main_branch(neon)["id"]
    body = {"source_branch_id": branch, "source_timestamp": _text(moment), "preserve_under_name": keep_as}
    return dict(neon.post(f"/branches/{branch}/restore", body)["branch"])


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
