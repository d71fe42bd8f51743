"""By hand: writes a file of so many records, one in a hundred invalid.

`python -m tests.importing.large_file 100000 FILE`
"""

import json
import sys
from pathlib import Path

from tests.importing.records import record


def main(count: int, path: Path) -> None:
    """Half of the records are ada's, half grace's; some go beyond ASCII."""
    records = [
        record(
            number,
            "" if number % 100 == 0 else f"Task {number} {'🎉 日本語' if number % 1000 == 1 else ''}",
            description=f"What is to be done about it, {number} " * 3,
            completed=number % 3 == 0,
            user_id="ada" if number % 2 else "grace",
        )
        for number in range(1, count + 1)
    ]
    path.write_text(json.dumps(records, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
