"""`/metrics`: who may read it, and that what it says is so, with several processes and after one of them died."""

import json
import os
import re
import signal
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from api.database.faults import cause_of
from api.telemetry import measures
from tests.conftest import Person, Server, assert_problem, register, serving
from tests.monitoring.scraping import TOKEN, Metrics, scrape
from tests.server.processes import children_of, command, refusal, until

REQUESTS, DURATION = "todo_http_requests_total", "todo_http_request_duration_seconds"
TASKS = "/api/v1/tasks"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data_dir = tmp_path_factory.mktemp("measured") / "data"
    variables = {"TODO_METRICS_TOKEN": TOKEN, "TODO_METRICS_PORT": "0", "TODO_RATE_LIMIT": "off"}
    with serving(data_dir, "--workers", "2", **variables) as running:
        yield running


@pytest.fixture
def person(measured: Server) -> Iterator[Person]:
    found = register(measured, "metered")
    yield found
    found.client.close()


def own_address(server: Server) -> str:
    return next(found[1] for line in server.output if (found := re.search(r"Metrics on (http://\S+)/metrics", line)))


def test_without_a_setting_there_is_no_such_address(server: Server) -> None:
    assert_problem(httpx.get(f"{server.url}/metrics"), 404, "NOT_FOUND")
    assert_problem(httpx.get(f"{server.url}/metrics", headers={"Accept": "text/html"}), 404, "NOT_FOUND")
    assert_problem(httpx.post(f"{server.url}/metrics"), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    "value", [None, "", "Bearer", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer é"]
)
def test_the_public_port_wants_the_token(measured: Server, value: str | None) -> None:
    headers = {} if value is None else {b"Authorization": value.encode()}
    assert_problem(httpx.get(f"{measured.url}/metrics", headers=headers), 401, "UNAUTHORIZED")


def test_a_person_s_token_is_not_that_token(measured: Server, person: Person) -> None:
    assert_problem(person.client.get("/metrics"), 401, "UNAUTHORIZED")


def test_the_own_port_has_metrics_and_nothing_else(measured: Server) -> None:
    own = own_address(measured)
    assert own.startswith("http://127.0.0.1:")
    assert Metrics(httpx.get(f"{own}/metrics").text).has("todo_workers")
    for path in ("/", "/health", "/openapi.json", TASKS, "/api/auth/me", "/metrics/"):
        assert_problem(httpx.get(own + path), 404, "NOT_FOUND")
    forged = {"Host": own.removeprefix("http://"), "X-Forwarded-Port": own.rpartition(":")[2]}
    assert_problem(httpx.get(f"{measured.url}/metrics", headers=forged), 401, "UNAUTHORIZED")


def test_requests_are_counted_by_route_in_whichever_process(measured: Server, person: Person) -> None:
    before = scrape(measured.url)
    for number in range(30):  # each on a connection of its own, so that both processes get some
        with measured.client(Authorization=f"Bearer {person.token}") as client:
            task = client.post(TASKS, json={"title": f"task {number}"}).json()["task"]
            assert client.get(f"{TASKS}/{task['id']}").status_code == 200
    after = scrape(measured.url)

    def grown(name: str, **labels: str) -> float:
        return after.sum(name, **labels) - before.sum(name, **labels)

    assert grown(REQUESTS, method="POST", route=TASKS, status="201") == 30
    assert grown(REQUESTS, method="GET", route=f"{TASKS}/{{task_id}}", status="200") == 30
    assert grown(f"{DURATION}_count", method="POST", route=TASKS) == 30
    assert grown(f"{DURATION}_bucket", method="POST", route=TASKS, le="+Inf") == 30
    assert grown("todo_pool_wait_seconds_count") >= 60
    assert {"0.2", "0.3", "0.5", "30.0"} <= after.values(f"{DURATION}_bucket", "le")
    assert after.sum("todo_workers") == 2
    assert after.sum("todo_pool_connections_max") >= 4


def test_strangers_make_no_new_series(measured: Server) -> None:
    with measured.client() as client:
        client.get("/")
        before = scrape(measured.url)
        for _ in range(20):
            client.get(f"/{uuid.uuid4()}/%F0%9F%8D%8E")
            client.request("PROPFIND", f"/api/{uuid.uuid4()}")
            client.request("REPORT", "/")
            client.get(f"{TASKS}/{uuid.uuid4()}?q={uuid.uuid4()}")
    after = scrape(measured.url)
    assert after.sum(REQUESTS, route="none", method="none") >= before.sum(REQUESTS, route="none", method="none") + 60
    new = {key for key in after.series if key[0] == REQUESTS} - set(before.series)
    assert {dict(labels)["route"] for _, labels in new} <= {"none", "/metrics"}
    assert after.values(REQUESTS, "method") <= {"GET", "POST", "PUT", "PATCH", "DELETE", "none"}


def test_sign_ins_and_strangers_writes_are_counted(measured: Server, person: Person) -> None:
    task = person.add()
    before = scrape(measured.url)
    other = register(measured, "stranger")
    assert other.client.patch(f"{TASKS}/{task['id']}", json={"title": "mine"}).status_code == 403
    assert other.client.patch(f"{TASKS}/{uuid.uuid4()}", json={"title": "mine"}).status_code == 404
    other.client.close()
    for password, status in ((person.password, 200), ("not the right one", 401), ("not this one either", 401)):
        answer = httpx.post(f"{measured.url}/api/auth/login", json={"email": person.email, "password": password})
        assert answer.status_code == status
    after = scrape(measured.url)
    for name, labels, wanted in (
        ("todo_logins_total", {"outcome": "success"}, 1),
        ("todo_logins_total", {"outcome": "invalid_credentials"}, 2),
        ("todo_cross_owner_refusals_total", {}, 1),
    ):
        assert after.sum(name, **labels) - before.sum(name, **labels) == wanted


def test_nobody_is_named(measured: Server, person: Person) -> None:
    person.add("a secret of mine")
    person.client.patch("/api/auth/me", json={"name": "Ada of the metrics"})
    text = httpx.get(f"{own_address(measured)}/metrics").text
    assert "todo_postgres_statement_calls_total{" in text
    for secret in (person.id, person.email, "a secret of mine", "Ada of", person.token, "example.com"):
        assert secret not in text


def test_what_a_process_counted_outlives_it(measured: Server, person: Person) -> None:
    for _ in range(5):
        person.add()
    before = scrape(measured.url)
    workers = children_of(measured.process.pid)
    assert len(workers) == 2
    for worker in workers:
        os.kill(worker, signal.SIGKILL)

    def restarted() -> bool:
        found = scrape(measured.url)
        return found.sum("todo_worker_restarts_total") == 2 and found.sum("todo_workers") == 2

    until(restarted, 60)
    after = scrape(measured.url)
    for key, value in before.series.items():
        if key[0] in {REQUESTS, f"{DURATION}_count", "todo_logins_total"}:
            assert after.series[key] >= value, key
    until(lambda: scrape(measured.url).sum("todo_http_requests_in_flight") <= 1)


def test_postgres_and_the_disk_are_told(measured: Server, person: Person) -> None:
    person.add()
    found = scrape(measured.url)
    assert found.sum("todo_database_up") == 1
    assert found.sum("todo_postgres_database_bytes") > 1_000_000
    for place in ("data", "backups"):
        free, size = (found.sum(f"todo_disk_{what}_bytes", place=place) for what in ("free", "size"))
        assert 0 < free <= size
    assert "tasks" in found.values("todo_postgres_dead_rows", "table")
    assert found.sum("todo_postgres_commits_total") > 0
    assert found.has("todo_postgres_archive_lag_bytes")
    assert not found.has("todo_backup_age_seconds")


def test_backups_and_drills_are_read_from_their_history(measured: Server) -> None:
    folder = measured.data_dir / "backups"
    folder.mkdir(exist_ok=True)
    (folder / "history.jsonl").write_text(
        '{"at": "2026-01-01T00:00:00+00:00", "what": "verified", "backup": "20260101T000000Z-abcdef", "good": true}\n'
        '{"at": "2030-01-01T00:00:00+00:00", "what": "verified", "backup": "20260101T000000Z-abcdef", "good": false}\n'
        '["no event"]\nnot json\n{"at": 7}\n'
        '{"at": "2026-01-02T00:00:00+00:00", "what": "lost-data", "good": true, "rpo": 0.5, "rto": 12}\n'
        '{"at": "2026-01-03T00:00:00+00:00", "wha'
    )
    try:
        found = scrape(measured.url)
    finally:
        (folder / "history.jsonl").unlink()
    age = time.time() - 1767225600  # 1 January 2026
    assert found.sum("todo_backup_age_seconds") == pytest.approx(age, abs=60)
    assert not any(found.has(f"todo_drill_{name}") for name in ("age_seconds", "passed", "rpo_seconds", "rto_seconds"))


def test_a_drill_that_was_held_is_told(measured: Server, person: Person) -> None:
    code, out, said = command(
        *("backup", "drill", "--kind", "kill", "--tasks", 100, "--json", "--data-dir", measured.data_dir)
    )
    assert code == 0, said
    [drill] = json.loads(out)["drills"]
    found = scrape(measured.url)
    assert found.sum("todo_drill_passed") == 1
    assert found.sum("todo_drill_rto_seconds") == drill["rto"] > 0
    assert found.has("todo_drill_rpo_seconds")
    assert found.sum("todo_drill_rpo_seconds") == drill["rpo"]
    assert found.sum("todo_drill_age_seconds") < 300
    assert command("users", "make-admin", person.email, "--data-dir", measured.data_dir)[0] == 0
    [shown] = person.client.get("/api/v1/status").json()["backups"]["drills"]
    assert (shown["kind"], shown["passed"]) == ("kill", True)
    assert (shown["rto_seconds"], shown["rpo_seconds"]) == (drill["rto"], drill["rpo"])


def test_a_database_that_refuses_does_not_silence_the_metrics(measured: Server, tmp_path: Path) -> None:
    with measured.postgres() as postgres:
        url = re.sub(r":[^:@]+@", ":wrong@", postgres.url)
    variables = {"DATABASE_URL": url, "JWT_SECRET": "s" * 32, "TODO_METRICS_TOKEN": TOKEN}
    with serving(tmp_path / "data", "--no-migrate", **variables) as server:
        sent = {"email": "ada@example.com", "password": "a long password"}
        assert_problem(httpx.post(f"{server.url}/api/auth/login", json=sent), 503, "DATABASE_UNAVAILABLE")
        found = scrape(server.url)
    assert found.sum("todo_database_up") == 0
    assert found.sum("todo_unavailable_total", reason="database_unavailable") == 1
    assert found.sum("todo_logins_total", outcome="unavailable") == 1
    assert not found.has("todo_postgres_database_bytes")


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ConnectionResetError(), "link"),
        (asyncpg.SerializationError(), "serialization"),
        (asyncpg.DeadlockDetectedError(), "deadlock"),
        (asyncpg.LockNotAvailableError(), "lock_timeout"),
        (asyncpg.InvalidCachedStatementError(), "changed_type"),
    ],
)
def test_repetitions_have_a_cause(error: Exception, cause: str) -> None:
    assert cause_of(error) == cause
    assert cause in measures.RETRY_CAUSES


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [("TODO_METRICS_TOKEN", "short", "at least 16 bytes"), ("TODO_METRICS_PORT", "http", "TODO_METRICS_PORT")],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, variable: str, value: str, said: str) -> None:
    settings: dict[str, Any] = {variable: value}
    assert said in refusal("serve", "--port", "0", "--data-dir", tmp_path / "data", **settings)
