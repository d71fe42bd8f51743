"""What makes a data directory unusable."""

import os
from pathlib import Path

from api.database.embedded import binaries
from api.database.embedded.errors import EmbeddedError
from api.database.embedded.place import Place, system_user_id, user_name


def open_place(data_dir: Path) -> Place:
    """The data directory, made where it is missing.

    Raises `EmbeddedError` where it cannot be used, and has changed nothing then.
    """
    try:
        place = Place(data_dir.expanduser().resolve())
        place.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        pass
    except (OSError, RuntimeError) as error:
        raise EmbeddedError(
            f"The data directory {data_dir} cannot be made ({error}): choose another --data-dir."
        ) from error
    if not place.data_dir.is_dir():
        raise EmbeddedError(f"{data_dir} is not a directory: choose another --data-dir.")
    # Root may use anybody's folder, but not run anybody's cluster.
    if os.geteuid() != 0:
        _refuse_foreign(place.data_dir, {os.geteuid()})
    if not os.access(place.data_dir, os.R_OK | os.W_OK | os.X_OK):
        raise EmbeddedError(
            f"The data directory {data_dir} cannot be written to: make it writable, or choose another --data-dir."
        )
    _refuse_unusable_cluster(place.cluster)
    return place


def _refuse_foreign(directory: Path, allowed: set[int | None]) -> None:
    owner = directory.stat().st_uid
    if owner not in allowed:
        name = user_name(owner)
        raise EmbeddedError(
            f"{directory} belongs to the user {name}: run todo-server as {name}, or choose another --data-dir."
        )


def _refuse_unusable_cluster(cluster: Path) -> None:
    if not cluster.exists():
        return
    _refuse_foreign(cluster, {0, system_user_id()} if os.geteuid() == 0 else {os.geteuid()})
    try:
        made_by = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise EmbeddedError(
            f"{cluster} is not a database of PostgreSQL (its PG_VERSION cannot be read): "
            "move it away, or choose another --data-dir."
        ) from error
    ours = binaries.major_version()
    if made_by != str(ours):
        raise EmbeddedError(
            f"{cluster} was made by PostgreSQL {made_by}, and this is PostgreSQL {ours}: "
            "`todo-server upgrade` moves it."
        )
