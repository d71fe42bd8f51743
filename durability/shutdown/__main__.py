"""`python -m durability.shutdown [--cycles N] [--seed N]`: about seven seconds a cycle."""

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

from durability.shutdown.cycle import run


def main() -> int:
    """One line of JSON on stdout; 0 only if everything held."""
    parser = argparse.ArgumentParser(prog="durability.shutdown", description="SIGTERM under load, again and again.")
    parser.add_argument("--cycles", type=int, default=100, help="how many stops")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31), help="of the moments; by chance without")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="todo-shutdown-") as folder:
        verdict = run(Path(folder) / "data", options.cycles, options.seed)
    print(verdict)
    return 0 if verdict.held else 1


if __name__ == "__main__":
    sys.exit(main())
