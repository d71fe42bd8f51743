import json
from pathlib import Path

import pytest

from tests.console.calls import Console, record


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
