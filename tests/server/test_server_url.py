"""`DATABASE_URL` in place of the PostgreSQL inside."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest

from api.database.embedded import running
from tests.conftest import assert_problem, serving, start_server
from tests.links.modes import JWT_SECRET
from tests.server.processes import Address, add, cluster, command, refusal, signed_up, tasks, until


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Address]]:
    with cluster(tmp_path_factory.mktemp("other") / "data") as make:
        yield make


def test_it_serves_from_the_urls_database(make: Callable[[], Address], tmp_path: Path) -> None:
    address = make()
    password = urlsplit(address.url).password or "?"
    with serving(tmp_path / "data", **address.variables) as server, signed_up(server) as client:
        add(client)
        assert address.execute("select count(*) from todo.tasks") == 1
        assert not (tmp_path / "data").exists()
    said = "".join(server.output)
    assert urlsplit(address.url).path.lstrip("/") in said
    assert "socket" in said
    assert password not in said
    assert JWT_SECRET not in said


def test_two_servers_migrate_at_once_and_share_it(make: Callable[[], Address], tmp_path: Path) -> None:
    address = make()
    servers = []
    starts = [
        threading.Thread(target=lambda place=place: servers.append(start_server(tmp_path / place, **address.variables)))
        for place in ("one", "two")
    ]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    try:
        with signed_up(servers[0]) as client:
            task = add(client)
            with servers[1].client(Authorization=client.headers["authorization"]) as there:
                assert tasks(there) == [task]
    finally:
        assert [server.stop() for server in servers] == [0, 0]


def test_other_peoples_tables(make: Callable[[], Address], tmp_path: Path) -> None:
    address = make()
    address.execute("create table orders (id int)", "insert into orders values (7) returning id")
    for arguments in (["serve", "--port", "0"], ["migrate"]):
        assert "orders" in (said := refusal(*arguments, cwd=tmp_path, **address.variables))  # type: ignore[arg-type]
        assert "--adopt" in said
    code, out, _ = command("migrate", "--adopt", cwd=tmp_path, **address.variables)
    assert code == 0
    assert urlsplit(address.url).path.lstrip("/") in out
    assert address.execute("select id from orders") == 7
    assert command("migrate", cwd=tmp_path, **address.variables)[0] == 0


def test_wrong_password_and_missing_privileges_are_one_sentence(make: Callable[[], Address], tmp_path: Path) -> None:
    address = make()
    parts = urlsplit(address.url)
    wrong = address.url.replace(parts.password or "?", "wr0ng")
    for arguments in (["serve", "--port", "0"], ["migrate"]):
        said = refusal(*arguments, cwd=tmp_path, DATABASE_URL=wrong, JWT_SECRET=JWT_SECRET)
        assert "password" in said
        assert "wr0ng" not in said
    address.execute("create role poor login password 'poor'", "select 1")
    poor = address.url.replace(f"todo:{parts.password}", "poor:poor")
    assert "docs/database.md" in refusal("migrate", cwd=tmp_path, DATABASE_URL=poor)
    address.execute(f"grant create on database {parts.path[1:]} to poor", "select 1")
    assert "docs/database.md" in refusal("serve", cwd=tmp_path, DATABASE_URL=poor, JWT_SECRET=JWT_SECRET)
    address.execute("select 1 where to_regnamespace('todo') is null")
    assert "migrate" in refusal("users", "list", cwd=tmp_path, **address.variables)  # type: ignore[arg-type]


def test_a_superusers_url(make: Callable[[], Address], tmp_path: Path) -> None:
    address = make()
    variables = {**address.variables, "DATABASE_URL": address.superuser_url, "TODO_PREPARED_STATEMENTS": "off"}
    with (
        serving(tmp_path / "data", **variables) as server,
        signed_up(server) as ada,
        signed_up(server, "grace") as grace,
    ):
        task = add(ada)
        assert tasks(grace) == []
        assert grace.get(f"/api/v1/tasks/{task['id']}").status_code == 404
        assert grace.delete(f"/api/v1/tasks/{task['id']}").status_code == 403
        assert tasks(ada) == [task]


def test_a_server_whose_database_is_down_starts_and_recovers(tmp_path: Path) -> None:
    with running(tmp_path / "other", serving=True) as postgres:
        url = postgres.url
    with serving(tmp_path / "data", DATABASE_URL=url, JWT_SECRET=JWT_SECRET, TODO_RATE_LIMIT="off") as server:
        with server.client() as client:
            assert client.get("/health/live").status_code == 200
            begun = time.monotonic()
            for path in ("/health/ready", "/health"):
                assert client.get(path).status_code == 503
            assert time.monotonic() - begun < 8
            body = {"email": "ada@example.com", "password": "a quiet garden in October"}
            begun = time.monotonic()
            answer = client.post("/api/auth/login", json=body)
            assert_problem(answer, 503, "DATABASE_UNAVAILABLE")
            assert int(answer.headers["retry-after"]) > 0
            assert 20 < time.monotonic() - begun < 30
        with running(tmp_path / "other", serving=True):
            until(lambda: httpx.get(f"{server.url}/health/ready").status_code == 200, 15)
            with signed_up(server) as client:
                add(client)
    said = "".join(server.output)
    assert "503 until it can" in said
    assert "Traceback" not in said
    assert quote(urlsplit(url).password or "?") not in said


def test_a_wall_that_falls_under_a_running_server(make: Callable[[], Address], tmp_path: Path) -> None:
    address = make()
    with serving(tmp_path / "data", **address.variables) as server, signed_up(server) as ada:
        add(ada, "Hers alone")
        address.execute("alter table todo.tasks disable row level security", "select 1")
        for answer in (ada.get("/api/v1/tasks"), ada.post("/api/v1/tasks", json={"title": "x"})):
            assert_problem(answer, 503, "DATABASE_UNAVAILABLE")
            assert "Hers" not in answer.text
        assert ada.get("/api/auth/me").status_code == 503
        address.execute("alter table todo.tasks enable row level security", "select 1")
        assert len(tasks(ada)) == 1


def test_a_fault_of_ours_is_500_and_says_nothing(make: Callable[[], Address], tmp_path: Path) -> None:
    address = make()
    markers = ["Zitrone-title", "Zitrone-description"]
    with serving(tmp_path / "data", **address.variables) as server, signed_up(server) as ada:
        address.execute(
            "create function public.fail() returns trigger language plpgsql as"
            " $$ begin raise exception 'row % is odd', new using errcode = 'P0001', detail = new.title; end $$",
            "create trigger fail before insert on todo.tasks for each row execute function public.fail()",
            "select 1",
        )
        answer = ada.post("/api/v1/tasks", json={"title": markers[0], "description": markers[1]})
        assert_problem(answer, 500, "INTERNAL_ERROR")
        for name in ("x-request-id", "x-content-type-options", "content-security-policy"):
            assert name in answer.headers
        assert not any(marker in answer.text for marker in markers)
        assert ada.get("/api/v1/tasks").status_code == 200
        request_id = answer.headers["x-request-id"]
    said = "".join(server.output)
    assert request_id in said
    assert "RaiseError" in said
    assert not any(marker in said for marker in markers)
