import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Person, Server
from tests.console.calls import Console, log_in, record
from tests.console.link import Link, linked


@pytest.fixture
def todo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Console:
    return Console(tmp_path / "tasks.json", monkeypatch, capsys)


@pytest.fixture
def samples() -> Path:
    return Path(__file__).parents[1] / "data"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps([record(1, "Grüße 🎉 שלום 日本語", completed=True), record(2)]))
    return path


@pytest.fixture
def link(server: Server) -> Iterator[Link]:
    with linked(server.url) as link:
        yield link


@pytest.fixture
def afar(todo: Console, link: Link, ada: Person, monkeypatch: pytest.MonkeyPatch) -> Console:
    """The console, logged in to Ada's account."""
    log_in(todo, link.url, ada, monkeypatch)
    link.asked.clear()
    link.keys.clear()
    return todo
