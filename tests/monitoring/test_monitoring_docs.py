"""What alerts, dashboard and document say, held against a real server's /metrics."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from backup import history
from backup.drill.outcome import Outcome
from backup.folder import Folder
from backup.place import new_backup_id
from tests.conftest import Server, register, serving
from tests.monitoring.scraping import TOKEN, Metrics, scrape
from tests.server.processes import until

ROOT = Path(__file__).parents[2]
ALERTS = (ROOT / "ops" / "prometheus" / "alerts.yml").read_text()
TESTS = (ROOT / "ops" / "prometheus" / "alerts.test.yml").read_text()
BOARD: dict[str, Any] = json.loads((ROOT / "ops" / "grafana" / "dashboard.json").read_text())
DOCUMENT = (ROOT / "docs" / "monitoring.md").read_text()
ROW = re.compile(r"^\| `(todo_\w+)` \| (\w+) \| (.+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Metrics]]:
    """Of a server that has everything to tell: a backup, a drill, a replication slot, work that was done."""
    data_dir = tmp_path_factory.mktemp("told") / "data"
    with serving(data_dir, TODO_METRICS_TOKEN=TOKEN) as server:
        person = register(server, "told")
        person.add()
        person.client.close()
        place = Folder(data_dir / "backups")
        history.record(place, history.VERIFIED, new_backup_id(), good=True)
        Outcome("kill", "kill -9", True, 4.0, 0.0, 9, 0, 100, False).write_down(place)

        async def add_slot(url: str) -> None:
            connection = await asyncpg.connect(url)
            await connection.execute("select pg_create_physical_replication_slot('probe', true)")
            await connection.close()

        with server.postgres() as postgres:
            asyncio.run(add_slot(postgres.superuser_url))
        # What PostgreSQL tells is some seconds old at most.
        until(lambda: scrape(server.url).has("todo_postgres_slot_active"), 30)
        yield server, scrape(server.url)


def named(text: str) -> set[str]:
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"\btodo_[a-z0-9_]+", text)}


def test_the_document_lists_every_metric_with_its_kind(whole: tuple[Server, Metrics]) -> None:
    assert {name: kind for name, kind, _ in ROW.findall(DOCUMENT)} == whole[1].kinds


def test_the_document_s_words_are_the_program_s(whole: tuple[Server, Metrics]) -> None:
    server, _ = whole
    with server.client(Authorization=f"Bearer {TOKEN}") as client:
        text = client.get("/metrics").text
    helps = dict(re.findall(r"^# HELP (\S+) (.+)$", text, re.MULTILINE))
    for name, _, words in ROW.findall(DOCUMENT):
        assert words.startswith(helps[name]), name


def test_alerts_and_dashboard_name_what_there_is(whole: tuple[Server, Metrics]) -> None:
    kinds = whole[1].kinds
    expressions = [target["expr"] for panel in BOARD["panels"] for target in panel.get("targets", [])]
    assert len(expressions) > 30
    for text in (ALERTS, TESTS, *expressions):
        assert named(text) <= set(kinds), named(text) - set(kinds)
    recorded = set(re.findall(r"record: (\S+)", ALERTS))
    assert set(re.findall(r"todo:[a-z_0-9:]+", ALERTS)) == recorded
    assert set(kinds) <= named(" ".join(expressions)), "the dashboard shows everything"


def test_labels_that_are_asked_for_are_there(whole: tuple[Server, Metrics]) -> None:
    for name, inside in re.findall(r"\b(todo_[a-z0-9_]+)\{([^}]+)\}", ALERTS + json.dumps(BOARD).replace('\\"', '"')):
        labels = {label for (one, its) in whole[1].series if one == name for label, _ in its}
        assert set(re.findall(r"(\w+)(?:=~|!=|!~|=)", inside)) <= labels, (name, inside)


def test_each_alert_has_a_page_and_a_test() -> None:
    alerts = re.findall(r"- alert: (\w+)", ALERTS)
    assert len(alerts) == len(set(alerts)) >= 15
    assert re.findall(r"^### (Todo\w+)$", DOCUMENT, re.MULTILINE) == alerts
    assert re.findall(r"runbook: docs/monitoring.md#(\w+)", ALERTS) == [name.lower() for name in alerts]
    assert set(re.findall(r'alertname="(\w+)"', TESTS)) == set(alerts)
    faults = sum('alertname="' in test for test in TESTS.split("\n  - name: "))  # the others raise nothing
    assert f"{faults} faults" in DOCUMENT


def test_the_fields_of_a_line_are_told(whole: tuple[Server, Metrics]) -> None:
    table = DOCUMENT.split("## Log lines")[1]
    told = {name for row in re.findall(r"^\| (`.+?) \| ", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert told >= {"time", "level", "logger", "message", "request_id", "route", "status", "ms", "retries", "user"}
