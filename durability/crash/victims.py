"""Which processes are killed: found by what they are, never by a number that somebody wrote down."""

import os
from pathlib import Path

from api.database.embedded import process_table
from bench.measure import Processes


def server(pid: int, cluster: Path) -> list[int]:
    """The main process `pid` and its workers, without PostgreSQL."""
    tree, _ = Processes(pid, None).trees()
    postgres = process_table.of_cluster(cluster)
    return [process for process in tree if process not in postgres]


def of(victim: str, pid: int, cluster: Path, pick: float) -> list[int]:
    """The processes that `victim` means now; none while there are none, as before PostgreSQL has started."""
    api, postgres = server(pid, cluster), process_table.of_cluster(cluster)
    heads = process_table.heads(postgres)
    workers = [process for process in api if process != pid and b"spawn_main" in _command(process)]
    backends = [process for process in postgres if b"[local]" in _command(process)]
    return {
        "server": api,
        "main": [pid],
        "worker": _one(workers, pick),
        "postmaster": heads,
        "cluster": list(postgres),
        "backend": _one(backends, pick),
        "everything": [*api, *postgres],
        "server and postmaster": [*api, *heads],
    }[victim]


def living(processes: set[int]) -> set[int]:
    """Those that still live."""
    return {process for process in processes if _is_alive(process)}


def _one(processes: list[int], pick: float) -> list[int]:
    return [sorted(processes)[int(pick * len(processes))]] if processes else []


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
