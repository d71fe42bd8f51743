"""Every block of commands in every document is run by a test, or says in the text that it is not."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCUMENTS, ELSEWHERE, MADE, MARK, ROOT, blocks_of, text_of

HERE = Path(__file__).parent
WALKED = {
    document
    for module in HERE.glob("test_commands_*.py")
    for document in re.findall(r'stage_of\("([^"]+)"', module.read_text())
}
STORY = (ROOT / "tests" / "stories" / "clone.py").read_text()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_with_commands_is_walked_through(document: str) -> None:
    scripts = [block.name for block in blocks_of(document) if block.script]
    assert (document in WALKED) == bool(scripts), scripts


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_is_made_is_made_by_the_checks(document: str) -> None:
    for block in blocks_of(document):
        for line in block.lines:
            target = re.match(r"make ([a-z0-9-]+)", line)
            if target and not block.marked and not MARK.search(line):
                by_story = target[1] == "run" and '"make", "run"' in STORY
                assert by_story or target[1] in MADE, f"{block.name}: {line}"


@pytest.mark.parametrize("command", ELSEWHERE)
def test_what_runs_elsewhere_is_there(command: str) -> None:
    test = (ROOT / ELSEWHERE[command]).read_text()
    assert all(word in test for word in re.findall(r"--[a-z-]+", command)), ELSEWHERE[command]
    assert any(command in text_of(document) for document in DOCUMENTS), "no document says this any more"


def test_the_guide_has_no_command_of_another_kind() -> None:
    """test_api_guide.py runs all of its blocks."""
    assert set(re.findall(r"^```(\S*)$", text_of("docs/api.md"), re.MULTILINE)) == {"", "bash", "python", "js"}


def test_only_the_recorded_session_is_indented() -> None:
    """test_recorded_session.py runs that one."""
    session = text_of("docs/console.md").split("## A session\n", 1)[1].split("\n## ", 1)[0]
    for document in DOCUMENTS:
        text = text_of(document).replace(session, "") if document == "docs/console.md" else text_of(document)
        assert not re.search(r"^(?: {4}|\t)\$ |^ {4}(todo|make|curl|psql)\b", text, re.MULTILINE), document
