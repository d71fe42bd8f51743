"""`python -m durability.faults`: one line of JSON, and status 0 only if everything held."""

import argparse
import asyncio
import json
import sys

from durability.faults.commits import run_commits
from durability.faults.disasters import run_disasters
from durability.faults.matrix import run_matrix


def main() -> int:
    """1 if something did not hold."""
    parser = argparse.ArgumentParser(prog="durability.faults", description="What people see of a database that fails.")
    parser.add_argument("--only", default="", help="the faults whose names hold this")
    parser.add_argument("--commits", type=int, metavar="N", help="lose the answers to N COMMITs instead")
    parser.add_argument("--disasters", action="store_true", help="a hundred people through six disasters instead")
    options = parser.parse_args()
    work = run_commits(options.commits) if options.commits else run_disasters() if options.disasters else None
    result = asyncio.run(work or run_matrix(options.only))
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
