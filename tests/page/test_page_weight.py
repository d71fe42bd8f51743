"""What the built page weighs: gates, so that it stays quick on a phone."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "frontend"
DIST = PAGE / "dist"
KB = 1000
TASKS = "src/pages/Tasks.svelte"

Manifest = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    found: Manifest = json.loads((DIST / ".vite" / "manifest.json").read_text())
    return found


def needed(manifest: Manifest, *entries: str) -> set[str]:
    """The files that must arrive before these modules run."""
    files: set[str] = set()
    left = list(entries)
    while left:
        part = manifest[left.pop()]
        if part["file"] not in files:
            files |= {part["file"], *part.get("css", [])}
            left += part.get("imports", [])
    return files


def weight(files: set[str], suffix: str) -> int:
    """Bytes as sent with gzip."""
    return sum(len(gzip.compress((DIST / file).read_bytes(), 9)) for file in files if file.endswith(suffix))


def test_scripts_until_the_first_tasks_are_seen(manifest: Manifest) -> None:
    named = re.findall(r'<script[^>]* src="/([^"]+)"', (DIST / "index.html").read_text())
    first = [name for name, part in manifest.items() if part["file"] in named]
    assert first
    # The page has a file of its own only where the build does not put it into the first one.
    assert weight({*named, *needed(manifest, *first, *({TASKS} & manifest.keys()))}, ".js") <= 45 * KB


def test_all_styles_together() -> None:
    assert weight({str(file.relative_to(DIST)) for file in DIST.rglob("*.css")}, ".css") <= 10 * KB


def test_all_scripts_together() -> None:
    assert weight({str(file.relative_to(DIST)) for file in DIST.rglob("*.js")}, ".js") <= 120 * KB


def test_what_runs_in_the_browser_beside_our_own() -> None:
    assert len(json.loads((PAGE / "package.json").read_text())["dependencies"]) <= 3


def test_no_source_maps_and_nothing_inline() -> None:
    assert list(DIST.rglob("*.map")) == []
    for file in DIST.rglob("*.js"):
        assert "sourceMappingURL" not in file.read_text()
    for file in DIST.rglob("*.css"):
        assert "data:" not in file.read_text()
