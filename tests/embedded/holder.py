"""A process of its own that keeps an embedded PostgreSQL until its standard input ends.

    holder.py DATA_DIR server|command [--user ID PROGRAMS]

It prints one JSON line: the URLs, or the refusal. With --user it becomes that user first, and takes PostgreSQL's
programs from the folder PROGRAMS, since it may not reach ours.
"""

import asyncio
import encodings.ascii
import encodings.idna  # noqa: F401 - see become()
import json
import os
import sys
from pathlib import Path

from api.database.embedded import EmbeddedError, binaries, running


def become(uid: int, programs: Path) -> None:
    # What Python loads late must be there before: the new user may not reach Python's own folder either.
    binaries.major_version()
    asyncio.run(asyncio.sleep(0))
    binaries.directory = lambda: programs  # type: ignore[assignment]
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
    os.umask(0o022)


def main(data_dir: str, kind: str, *user: str) -> None:
    if user:
        become(int(user[1]), Path(user[2]))
    try:
        with running(Path(data_dir), serving=kind == "server") as postgres:
            print(json.dumps({"url": postgres.url, "superuser_url": postgres.superuser_url}), flush=True)
            sys.stdin.read()
    except EmbeddedError as error:
        print(json.dumps({"error": str(error)}), flush=True)


main(*sys.argv[1:])
