"""Every package of the locks is pinned and has a hash; npm's have their integrity, from a registry."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

_PIN = re.compile(r"[A-Za-z0-9._-]+(?:\[[\w,-]+\])?==\S+")


def unhashed(lock: str) -> Iterator[str]:
    """Requirements of a pip lock that are not pinned or have no SHA-256."""
    joined = re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n?", "", lock))
    for line in filter(str.strip, joined.splitlines()):
        if not _PIN.match(line) or "--hash=sha256:" not in line:
            yield line.split()[0]


def without_integrity(lock: str) -> Iterator[str]:
    """Packages of an npm lock that have none."""
    for name, package in json.loads(lock)["packages"].items():
        if name and not package.get("link") and not str(package.get("integrity", "")).startswith("sha512-"):
            yield name


def main() -> int:
    """1 if one is found."""
    found = [
        f"{path}: {name}" for path in sorted(Path("requirements").glob("*.txt")) for name in unhashed(path.read_text())
    ]
    for path in (Path("frontend/package-lock.json"), Path("bench/lighthouse/package-lock.json")):
        found += [f"{path}: {name}" for name in without_integrity(path.read_text())]
    print("\n".join(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
