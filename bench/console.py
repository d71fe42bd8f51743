"""`make bench-console`: the CPU that commands of `todo` take with 10,000 tasks in the file, start of Python included.

CPU is user and system time of the command alone, as the kernel counts it; of each command the least and the median of ROUNDS.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TASKS = 10_000
ROUNDS = 15
_CALLS = (["--help"], ["list"], ["list", "--json"], ["add", "Call Ada"], ["complete", "5000"], ["show", "5000"])


def _fill(path: Path) -> None:
    records = [
        {
            "id": number,
            "title": f"Task {number}: Grüße an Ada",
            "description": "what she asked for" if number % 3 else "",
            "completed": number % 4 == 0,
            "user_id": "cli-user",
            "created_at": f"2026-01-09T10:{number % 60:02}:{number % 59:02}.{number:06}Z",
            "updated_at": f"2026-02-09T10:{number % 59:02}:{number % 60:02}.{number:06}Z",
        }
        for number in range(1, TASKS + 1)
    ]
    path.write_text(json.dumps(records, indent=2, ensure_ascii=False))


def _cpu(words: list[str]) -> float:
    """Milliseconds of CPU of one call."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def main() -> None:
    """Measure and print one line a command."""
    command = str(Path(sys.executable).with_name("todo"))
    print(f"{TASKS} tasks, milliseconds of CPU, load {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tasks.json"
        os.environ["TODO_STORAGE_FILE"] = str(path)
        rows = [("python -c pass", [sys.executable, "-c", "pass"])]
        rows += [(f"todo {' '.join(words)}", [command, *words]) for words in _CALLS]
        for name, words in rows:
            _fill(path)
            taken = [_cpu(words) for _ in range(ROUNDS)]
            print(f"{name:20} least {min(taken):4.0f}   median {statistics.median(taken):4.0f}", flush=True)


if __name__ == "__main__":
    main()
