"""`backup neon` against a stand-in that speaks the documented routes and their errors. No real Neon was used."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from backup import neon_api
from backup.errors import BackupError
from backup.neon_api import Neon
from tests.backup.conftest import Command, People, url_of

KEY = "napi_a_secret_of_a_test"
AT = ("--at", "2026-11-22T15:00:00+01:00")


class StandIn(ThreadingHTTPServer):
    """Neon's API, with one project `quiet-garden`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.calls: list[tuple[str, str, Any]] = []
        self.refusals: list[tuple[int, dict[str, str]]] = []
        self.polls = 0
        self.outcome = "finished"
        self.url = ""

    @property
    def changes(self) -> list[tuple[str, str, Any]]:
        return [call for call in self.calls if call[0] != "GET"]


class Handler(BaseHTTPRequestHandler):
    server: StandIn

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.answer(None)

    def do_POST(self) -> None:
        self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def do_DELETE(self) -> None:
        self.answer(None)

    def answer(self, body: Any) -> None:
        served = self.server
        served.calls.append((self.command, self.path, body))
        if self.headers["Authorization"] != f"Bearer {KEY}":
            return self.send(401, {"message": "authorization failed"})
        if served.refusals:
            status, headers = served.refusals.pop(0)
            return self.send(status, {"message": "project already has running operations"}, headers)
        path = self.path.removeprefix("/projects/quiet-garden")
        operations = [{"id": "op-1", "action": "create_branch", "status": "running"}]
        match self.command, path:
            case "GET", "/branches":
                found = [{"id": "br-other", "default": False}, {"id": "br-main", "default": True}]
                return self.send(200, {"branches": found})
            case "GET", "/snapshots":
                return self.send(
                    200, {"snapshots": [{"id": "snap-1", "name": "noon", "created_at": "2026-11-22T12:00:00Z"}]}
                )
            case "GET", "/operations/op-1":
                served.polls += 1
                outcome = "running" if served.polls < 3 else served.outcome
                return self.send(200, {"operation": {"id": "op-1", "status": outcome}})
            case "POST", "/branches":
                uris = [{"connection_uri": served.url}]
                return self.send(201, {"branch": {"id": "br-new"}, "operations": operations, "connection_uris": uris})
            case "POST", "/branches/br-main/restore":
                return self.send(200, {"branch": {"id": "br-main"}, "operations": operations})
            case "POST", "/branches/br-main/snapshot":
                return self.send(200, {"snapshot": {"id": "snap-2"}, "operations": operations})
            case "DELETE", "/branches/br-new":
                return self.send(200, {"branch": {"id": "br-new"}, "operations": []})
        return self.send(404, {"message": "not found"})

    def send(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setattr(neon_api, "_POLL_SECONDS", 0.01)
    with StandIn() as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield served
        served.shutdown()
        thread.join()


@pytest.fixture
def neon(stand_in: StandIn, tmp_path: Path) -> Command:
    address = f"http://127.0.0.1:{stand_in.server_port}"
    return Command(tmp_path, {"NEON_API_KEY": KEY, "NEON_PROJECT_ID": "quiet-garden", "TODO_NEON_API_URL": address})


def test_nothing_happens_without_yes(neon: Command, stand_in: StandIn) -> None:
    for words in (
        ("restore", *AT),
        ("branch", "look", *AT),
        ("branch", "look", *AT, "--drill"),
        ("snapshots", "--take", "n"),
    ):
        assert neon("neon", *words, "--json").report["dry_run"]
    assert stand_in.changes == []


def test_snapshots(neon: Command, stand_in: StandIn) -> None:
    assert [one["id"] for one in neon("neon", "snapshots", "--json").report["snapshots"]] == ["snap-1"]
    assert neon("neon", "snapshots", "--take", "before the move", "--yes").status == 0
    assert stand_in.changes == [
        ("POST", "/projects/quiet-garden/branches/br-main/snapshot", {"name": "before the move"})
    ]


def test_restore_in_place_waits_for_its_operations(neon: Command, stand_in: StandIn) -> None:
    report = neon("neon", "restore", *AT, "--keep-as", "before", "--yes", "--json").report
    assert report == {"branch": "br-main", "kept_as": "before"}
    body = {"source_branch_id": "br-main", "source_timestamp": "2026-11-22T14:00:00Z", "preserve_under_name": "before"}
    assert stand_in.changes == [("POST", "/projects/quiet-garden/branches/br-main/restore", body)]
    assert stand_in.polls == 3


def test_drilled_on_a_branch_that_is_deleted(neon: Command, stand_in: StandIn, people: People) -> None:
    stand_in.url = url_of(people.fresh.target)
    assert neon("neon", "branch", "drill", *AT, "--drill", "--yes", "--json").report["good"]
    (made, gone) = stand_in.changes
    assert made[2]["branch"]["parent_timestamp"] == "2026-11-22T14:00:00Z"
    assert "expires_at" in made[2]["branch"]
    assert gone[:2] == ("DELETE", "/projects/quiet-garden/branches/br-new")
    stand_in.url = "postgresql://nobody@127.0.0.1:1/nothing"
    assert neon("neon", "branch", "drill", *AT, "--drill", "--yes").status == 1
    assert stand_in.changes[-1][0] == "DELETE"


def test_what_is_busy_is_asked_again(neon: Command, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("backup.neon_api.time.sleep", pauses.append)
    stand_in.refusals = [(429, {"Retry-After": "7"}), (423, {}), (503, {"Retry-After": "soon"})]
    assert neon("neon", "snapshots").status == 0
    assert pauses == [7.0, 2.0, 4.0]


@pytest.mark.parametrize(("status", "words"), [(401, "401"), (404, "404"), (400, "400"), (500, "500")])
def test_refusals_are_said_without_the_key(neon: Command, stand_in: StandIn, status: int, words: str) -> None:
    stand_in.refusals = [(status, {})]
    refusal = neon("neon", "snapshots").refusal
    assert re.search(rf"Neon refuses GET /snapshots: {words} ", refusal)
    assert KEY not in refusal


def test_an_operation_that_fails(neon: Command, stand_in: StandIn) -> None:
    stand_in.outcome = "failed"
    assert "create_branch ended as failed" in neon("neon", "restore", *AT, "--yes").refusal


def test_wrong_key_none_and_nobody_there(neon: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Command(neon.data_dir, neon.variables | {"NEON_API_KEY": "napi_wrong"})
    assert "401" in wrong("neon", "snapshots").refusal
    none = Command(neon.data_dir, {})
    assert "NEON_API_KEY" in none("neon", "snapshots").refusal
    monkeypatch.setattr("backup.neon_api.time.sleep", lambda _: None)
    with pytest.raises(BackupError, match="does not answer POST"):
        Neon(KEY, "p", "http://127.0.0.1:1").post("/branches", {})
    with pytest.raises(BackupError, match="does not answer GET"):
        Neon(KEY, "p", "http://127.0.0.1:1").get("/branches")
