"""`python -m parity`: one line of JSON, and status 0 only if nothing differed."""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from bench.server import todo_server
from parity.episode import STEPS
from parity.proof import run_proof


def main() -> int:
    """1 if something differed; 2 if the steps could not be taken."""
    parser = argparse.ArgumentParser(prog="parity", description="The same operations through every door.")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, metavar="EPISODE", help=f"go on here; each has {STEPS} steps")
    parser.add_argument("--minutes", type=float, help="end after so long, wherever that is")
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--page", type=int, default=0, metavar="STEPS", help="so many through the page as well")
    parser.add_argument("--result", type=Path, help="write the line into this file too")
    options = parser.parse_args()
    began = time.monotonic()
    deadline = began + options.minutes * 60 if options.minutes else None
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
    with (
        tempfile.TemporaryDirectory(prefix="todo-parity-", dir=memory) as folder,
        todo_server(Path(folder), 1, TODO_DATA_DIR=str(Path(folder, "data"))) as (url, _),
    ):
        result = run_proof(
            url,
            options.seed,
            range(options.first, options.first - (-options.steps // STEPS)),
            options.processes,
            deadline,
        )
        if options.page and not result["differences"]:
            from parity.through_page import run_page

            result["page_steps"], wrong = run_page(url, options.seed, options.page)
            result["differences"] += wrong
    result["seconds"] = round(time.monotonic() - began)
    line = json.dumps(result, ensure_ascii=False)
    print(line)
    if options.result:
        options.result.write_text(f"{line}\n")
    for difference in result["differences"]:
        print(difference, file=sys.stderr)
    return 1 if result["differences"] else 0


if __name__ == "__main__":
    sys.exit(main())
