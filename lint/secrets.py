"""No secret among the files of the repository: keys, tokens, URLs with passwords. Prints where one stands."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PATTERNS = {
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "token of a forge": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|glpat-[\w-]{20}|github_pat_\w{60,})"),
    "token of npm or PyPI": re.compile(r"\b(?:npm_[A-Za-z0-9]{36}|pypi-[\w-]{50,})"),
    "key of a cloud": re.compile(
        r"\b(?:AKIA[0-9A-Z]{16}|AIza[\w-]{35}|sk_live_\w{20,}|xox[baprs]-[\w-]{10,}|napi_[a-z0-9]{40,})"
    ),
    "JSON web token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}"),
    "our access token": re.compile(r"\btodo_[A-Za-z0-9_-]{64}\b"),
    "password in a URL of Neon": re.compile(
        r"postgres(?:ql)?://[^\s:/@]+:(?!x@|\.\.\.|<|\*|\{|password@|secret@)[^\s@/]{12,}@[\w.-]*neon\.tech"
    ),
    "secret in a variable": re.compile(
        r"(?m)^(?:export )?(?:JWT_SECRET(?:_PREVIOUS)?|NEON_API_KEY|TODO_METRICS_TOKEN)=(?!\$|<|\.\.\.)[\w/+=-]{20,}"
    ),
}


def found_in(text: str) -> Iterator[tuple[int, str]]:
    """(line, kind) of each secret."""
    for kind, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            yield text.count("\n", 0, match.start()) + 1, kind


def main() -> int:
    """1 if there is one."""
    files = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True, text=True).stdout.split("\0")  # noqa: S607
    found = False
    for name in filter(None, files):
        try:
            text = Path(name).read_text()
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        for line, kind in found_in(text):
            print(f"{name}:{line}: {kind}")
            found = True
    return int(found)


if __name__ == "__main__":
    sys.exit(main())
