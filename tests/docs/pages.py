"""The documents, and the commands that stand in them."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    str(path.relative_to(ROOT))
    for path in (
        *(ROOT / f"{name}.md" for name in ("README", "SECURITY", "ARCHITECTURE")),
        *(ROOT / "docs").glob("*.md"),
    )
)
MARK = re.compile(r"not run here: \w", re.IGNORECASE)
"""At a command that no test runs, with the reason: in the comment of its line, or beginning a paragraph beside its block."""
ELSEWHERE = {
    "todo-admin upgrade --old-bin": "tests/upgrade/test_older_postgres.py",
    "todo-admin upgrade --from-backup": "tests/upgrade/test_older_postgres.py",
}
"""The beginnings of commands that a test runs on data of their own."""
_CHECKS = (ROOT / ".ci" / "run").read_text()
MADE = frozenset(word for words in re.findall(r"\bmake (.*)", _CHECKS) for word in words.split())
"""What the checks make."""
_FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHELL = {"", "bash", "sh", "shell", "console"}
_OTHER = {"{toctree}", "text"}


@dataclass(frozen=True)
class Block:
    """One block of commands. `script` has those lines that neither bear a mark nor run elsewhere."""

    document: str
    line: int
    text: str
    marked: bool

    @property
    def name(self) -> str:
        return f"{self.document}:{self.line}"

    @property
    def lines(self) -> list[str]:
        """Continued ones as one."""
        return [line for line in self.text.replace("\\\n", " ").splitlines() if line.strip()]

    @property
    def script(self) -> str:
        kept = (
            line for line in self.lines if not MARK.search(line) and not line.startswith(("make ", "#", *ELSEWHERE))
        )
        return "" if self.marked else "".join(f"{line}\n" for line in kept)

    @property
    def session(self) -> list[tuple[str, str]]:
        """Of a block with prompts: each command and what it says."""
        turns = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n?)*)", self.text, re.MULTILINE)
        return [(command, said) for command, said in turns]


def text_of(document: str) -> str:
    return (ROOT / document).read_text()


def blocks_of(document: str) -> list[Block]:
    """Those of a shell, in order, but for the guide, which test_api_guide.py runs. Fails where a language is unknown."""
    text, found = text_of(document), []
    if document == "docs/api.md":
        return []
    for fence in _FENCE.finditer(text):
        language = fence[1].split()[0] if fence[1].strip() else ""
        assert language in _SHELL | _OTHER, f"{document}: what runs a block of {language!r}?"
        if language in _SHELL:
            before, after = text[: fence.start()].rstrip(), text[fence.end() :].lstrip()
            beside = before[before.rfind("\n\n") :], after.partition("\n\n")[0]
            marked = any(MARK.match(paragraph.lstrip()) for paragraph in beside)
            found.append(Block(document, text.count("\n", 0, fence.start()) + 1, fence[2], marked))
    return found
