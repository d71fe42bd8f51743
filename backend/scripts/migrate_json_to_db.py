"""Moves the console app's JSON files into the database: `todo-server import-json` under the name that the plan gave it.

python backend/scripts/migrate_json_to_db.py FILE --user NAME=EMAIL ...
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

_PYTHON = Path(__file__).resolve().parents[2] / ".venv" / "bin" / "python"

if find_spec("server") is None:
    # Any Python may be `python`; the packages are in the environment that `make setup` makes.
    if not _PYTHON.exists() or Path(sys.prefix) == _PYTHON.parents[1]:
        sys.exit("migrate_json_to_db: the environment is missing: run `make setup` first.")
    os.execv(_PYTHON, [str(_PYTHON), *sys.argv])  # noqa: S606 - our own interpreter, no shell

from server.main import main  # noqa: E402 - it is there from here on

if __name__ == "__main__":
    main(["import-json", *sys.argv[1:]], prog_name="migrate_json_to_db.py")
