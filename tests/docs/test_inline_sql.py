"""SQL and commands of the system within sentences, and in the comments of `ops/`."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import clean_environment, serving
from tests.docs.pages import DOCUMENTS, ROOT, text_of
from tests.ops.programs import program

COMMENTED = [path for path in sorted((ROOT / "ops").rglob("*")) if path.is_file() and path.suffix != ".json"]
SQL = re.compile(
    r"(?:select|insert|update|delete|vacuum|analyze|reindex|alter|drop|grant|create (?:role|database|index)) .+"
)
SYSTEM = re.compile(r"(?:systemctl|systemd-\w+|journalctl|dmesg|ps|kill|nginx|certbot|docker|pg_\w+)(?: .+|(?<=dmesg))")
BY_TESTS = {
    "systemd-analyze": "tests/ops/test_deployment.py",
    "docker": "tests/docs/test_inline_commands.py",  # which says what must be said of it
    "kill -9": "durability",
    "pg_amcheck": "durability",
}
"""Programs that a test runs, and where."""


def spans(text: str) -> list[tuple[str, str]]:
    """What stands between backquotes outside of blocks, and the text after it."""
    whole = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [(found[1], whole[found.end() :]) for found in re.finditer(r"`([^`\n]+)`", whole)]


def comments(path: Path) -> str:
    return "\n".join(re.findall(r"(?:^|\s)# (.+)$", path.read_text(), re.MULTILINE))


TEXTS = {document: text_of(document) for document in DOCUMENTS}
TEXTS |= {str(path.relative_to(ROOT)): comments(path) for path in COMMENTED}


def test_the_system_s_commands_are_run_or_said_not_to_be() -> None:
    found = [
        (place, span, after) for place, text in TEXTS.items() for span, after in spans(text) if SYSTEM.fullmatch(span)
    ]
    assert len(found) > 5
    for place, span, after in found:
        by_test = next((where for start, where in BY_TESTS.items() if span.startswith(start)), None)
        assert by_test or re.match(r" \(not run here: \w", after), f"{place}: {span}"


@pytest.mark.parametrize("start", BY_TESTS)
def test_the_tests_that_are_named_have_it(start: str) -> None:
    place = ROOT / BY_TESTS[start]
    text = "".join(path.read_text() for path in ([place] if place.is_file() else sorted(place.rglob("*.py"))))
    assert start.split()[0] in text or "SIGKILL" in text


def test_the_statements_are_understood(tmp_path: Path) -> None:
    """As the user `todo`; as the superuser what makes this user and its database, under another name, and its right."""
    psql = program("psql", "postgresql-client")
    found = {span for text in TEXTS.values() for span, _ in spans(text) if SQL.fullmatch(span)}
    statements = {statement for statement in found if "..." not in statement.split()}
    assert len(statements) > 3
    with serving(tmp_path / "data", TODO_BACKUPS="off") as server, server.postgres() as postgres:
        for statement in sorted(statements):
            making, granting = statement.startswith("create "), statement.startswith("grant ")
            named = re.sub(r"\btodo\b", f"other{len(statement)}", statement) if making else statement
            url = postgres.superuser_url if making or granting else postgres.url
            done = subprocess.run(
                [psql, "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--quiet", url],
                input=named.replace("neondb", "todo").replace("THE_ROLE", "todo"),
                env=clean_environment(),
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert done.returncode == 0, f"{statement}: {done.stderr}"
