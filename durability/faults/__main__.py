"""`python -m durability.faults`: one line of JSON, and status 0 only if everything held."""

import argparse
import asyncio
import json
import os
import signal
import sys

from durability.faults.commits import run_commits
from durability.faults.disasters import run_disasters
from durability.faults.matrix import NAMES, run_matrix


def main() -> int:
    """1 if something did not hold, or could not be tried where TODO_CI is set; 130 if it was stopped."""
    parser = argparse.ArgumentParser(prog="durability.faults", description="What people see of a database that fails.")
    parser.add_argument("--only", default="", help="the faults whose names hold this")
    parser.add_argument("--commits", type=int, metavar="N", help="lose the answers to N COMMITs instead")
    parser.add_argument("--disasters", action="store_true", help="a hundred people through six disasters instead")
    options = parser.parse_args()
    if not any(options.only in name for name in NAMES):
        parser.error(f"there is no fault with {options.only!r} in its name: {'; '.join(NAMES)}")
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it would be ignored
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # cleans up, as Ctrl-C does
    work = run_commits(options.commits) if options.commits else run_disasters() if options.disasters else None
    try:
        result = asyncio.run(work or run_matrix(options.only))
    except KeyboardInterrupt:
        print("Stopped: nothing is left behind.", file=sys.stderr)
        return 130
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["wrong"] or (os.environ.get("TODO_CI") and result.get("not_tried")) else 0


if __name__ == "__main__":
    sys.exit(main())
