"""The logical backup that a server makes every day: of a URL's database, and into a bucket."""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pyrage import x25519

from backup import history
from backup.folder import Folder
from backup.place import LOGICAL, new_backup_id
from backup.retention import kept
from backup.turn import my_turn
from tests.backup.conftest import Command
from tests.backup.test_backup_bucket import StandIn, stand_in
from tests.conftest import Server, start_server
from tests.server.processes import Address, add, cluster, command, signed_up, until

__all__ = ["stand_in"]

HURRIED = (
    sys.executable,
    "-c",
    "from backup import daily; daily._FIRST, daily._JITTER = 0.5, 0.5; from server.program import main; main()",
)
"""A server that looks at once whether a backup is due."""
_LONG = 90.0
"""Seconds that a backup and its restoring may take on a busy machine."""


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Address]]:
    with cluster(tmp_path_factory.mktemp("other") / "data") as make:
        yield make


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def serve(data_dir: Path, *options: str, **variables: str) -> Server:
        usual = {"TODO_BACKUPS": "on", "TODO_RATE_LIMIT": "off"}
        servers.append(start_server(data_dir, *options, program=HURRIED, **usual | variables))
        return servers[-1]

    yield serve
    for server in servers:
        if server.process.poll() is None:
            server.stop()


def made_by_itself(server: Server) -> bool:
    with server.client() as client:
        return bool(client.get("/health").json()["backups"] == "ok")


def run(variables: dict[str, Any], *arguments: object, cwd: Path | None = None) -> tuple[int, str, str]:
    return command(*arguments, cwd=cwd, **variables)


def listed(data_dir: Path, variables: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Command(data_dir, variables)("list", "--json").report["backups"]
    return found


def test_a_server_on_a_url_makes_one_a_day(
    make: Callable[[], Address], serve: Callable[..., Server], tmp_path: Path
) -> None:
    address, data_dir = make(), tmp_path / "data"
    long_ago = [new_backup_id(datetime.now(UTC) - timedelta(days=800 + day)) for day in range(40)]
    for name in long_ago:
        (data_dir / "backups" / LOGICAL / name).mkdir(parents=True)
    server = serve(data_dir, "--workers", "2", **address.variables)
    with signed_up(server) as ada:
        add(ada)
    until(lambda: made_by_itself(server), _LONG)
    until(lambda: len(Folder(data_dir / "backups").ids(LOGICAL)) < len(long_ago), _LONG)
    (one,) = [one for one in listed(data_dir, address.variables) if one["verified"]]
    assert one["rows"].keys() >= {"tasks", "users"}
    time.sleep(2)  # some looks later
    assert server.stop() == 0
    assert len([one for one in listed(data_dir, address.variables) if one["verified"]]) == 1
    said = "".join(server.output)
    assert (urlsplit(address.url).password or "?") not in said
    assert "backup" not in said
    status, out, _ = run(address.variables, "check", "--port", "1", "--data-dir", data_dir)
    assert (status, "newest verified backup is 0.0 hours old" in out) == (0, True)


def test_of_two_servers_one_makes_it(make: Callable[[], Address], serve: Callable[..., Server], tmp_path: Path) -> None:
    address = make()
    variables = {**address.variables, "TODO_BACKUP_DIR": str(tmp_path / "place")}
    servers = [serve(tmp_path / name, **variables) for name in ("one", "two")]
    for server in servers:
        until(lambda server=server: made_by_itself(server), _LONG)  # type: ignore[misc]
    time.sleep(2)
    assert [server.stop() for server in servers] == [0, 0]
    assert [one["verified"] for one in listed(tmp_path / "one", variables)] == [True]
    assert "backup" not in "".join(servers[0].output + servers[1].output)


def test_whose_turn_it_is(make: Callable[[], Address], tmp_path: Path) -> None:
    from api.database.url import parse_url

    address = make()
    assert run(address.variables, "migrate", cwd=tmp_path)[0] == 0
    arguments = ("backup", "create", "--daily", "--data-dir", tmp_path / "data")
    with my_turn(parse_url(address.url)) as mine:
        assert mine
        assert "Another server" in run(address.variables, *arguments)[1]
    assert "verified: restored" in run(address.variables, *arguments)[1]
    assert "younger than a day" in run(address.variables, *arguments)[1]
    assert "alone" in run(address.variables, *arguments, "--no-verify")[2]
    assert len(Folder(tmp_path / "data" / "backups").ids(LOGICAL)) == 1


def test_a_place_that_cannot_be_written_to_is_one_line(
    make: Callable[[], Address], serve: Callable[..., Server], tmp_path: Path
) -> None:
    address = make()
    server = serve(tmp_path / "data", **address.variables, TODO_BACKUP_DIR="/proc/todo")
    until(lambda: "no backup can be made" in "".join(server.output), _LONG)
    with signed_up(server) as ada:
        add(ada)
    assert server.stop() == 0
    said = [line for line in server.output if "backup" in line]
    assert len(said) == 1
    assert "/proc/todo" in said[0]


def test_a_role_that_may_not_read_is_told_the_mend(
    make: Callable[[], Address], serve: Callable[..., Server], tmp_path: Path
) -> None:
    address = make()
    assert run(address.variables, "migrate", cwd=tmp_path)[0] == 0
    parts = urlsplit(address.url)
    database = parts.path[1:]
    address.execute(
        "create role lesser login password 'lesser' noinherit",
        f"grant connect on database {database} to lesser",
        "grant todo_app to lesser",
        "grant todo_accounts to lesser",
        "grant usage on schema todo to lesser",
        "grant select on todo.alembic_version to lesser",
        "select 1",
    )
    url = address.url.replace(f"{parts.username}:{parts.password}", "lesser:lesser")
    variables = {**address.variables, "DATABASE_URL": url}
    status, _, said = run(variables, "backup", "create", "--daily", "--data-dir", tmp_path / "data")
    assert status == 1
    assert 'grant todo_backup to "lesser"' in said
    _, out, _ = run(variables, "check", "--port", "1", "--data-dir", tmp_path / "data")
    assert 'grant todo_backup to "lesser"' in out
    address.execute('grant todo_backup to "lesser"', "select 1")
    status, _, said = run(variables, "backup", "create", "--daily", "--data-dir", tmp_path / "data")
    assert status == 0, said


def test_a_server_that_stops_leaves_nothing_half_made(
    make: Callable[[], Address], serve: Callable[..., Server], tmp_path: Path
) -> None:
    address, data_dir = make(), tmp_path / "data"
    server = serve(data_dir, **address.variables)
    until(lambda: list((data_dir / "scratch").iterdir()), _LONG)
    assert server.stop() == 0
    until(lambda: list((data_dir / "scratch").iterdir()) == [])
    assert [path.name for path in (data_dir / "backups" / LOGICAL).glob("*.new")] == []
    assert "backup" not in "".join(server.output)


def test_encrypted_ones_are_verified_before(make: Callable[[], Address], tmp_path: Path) -> None:
    address, data_dir, identity = make(), tmp_path / "data", x25519.Identity.generate()
    variables = {**address.variables, "TODO_BACKUP_RECIPIENTS": str(identity.to_public())}
    assert run(variables, "migrate", cwd=tmp_path)[0] == 0
    assert run(variables, "backup", "create", "--daily", "--data-dir", data_dir)[0] == 0
    (one,) = listed(data_dir, variables)
    assert (one["encrypted"], one["verified"], one["verified_encrypted"]) == (True, True, False)
    assert not (data_dir / "making-logical").exists()
    key = tmp_path / "key.txt"
    key.write_text(str(identity))
    Command(data_dir, variables)("verify", "--identity", str(key), "--json").report  # noqa: B018
    (one,) = listed(data_dir, variables)
    assert (one["verified"], one["verified_encrypted"]) == (True, True)


def test_into_a_bucket_from_the_database_inside(
    stand_in: StandIn, serve: Callable[..., Server], tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    variables = {
        "TODO_BACKUP_DIR": "s3://garden/todo/backups",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{stand_in.server_port}",
    }
    server = serve(data_dir, **variables)
    until(lambda: any("/history/" in key for key in stand_in.objects), _LONG)
    until(lambda: made_by_itself(server), 30)
    assert [one["verified"] for one in listed(data_dir, variables) if one["kind"] == "logical"] == [True]
    assert server.stop() == 0
    assert "backup" not in "".join(server.output)


def test_of_those_that_failed_a_few_stay(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    names = [new_backup_id(now - timedelta(hours=hours)) for hours in range(40)]
    assert kept(names, {names[30]}, set(names[:10])) >= {*names[:3], *names[10:31]}
    assert kept(names, {names[30]}, set(names[:10])).isdisjoint(names[3:10])
    place = Folder(tmp_path)
    for good in (True, False):
        history.record(place, history.VERIFIED, "a", good=good, manifest_sha256="1")
        history.record(place, history.VERIFIED, "b", good=not good, manifest_sha256="2")
    assert history.failed(place) == {"a"}
