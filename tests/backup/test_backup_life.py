"""Making, keeping, interrupting and restoring backups; one person's tasks back in time."""

# ruff: noqa: S608 - the tests' own statements

import asyncio
import contextlib
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from api.database.embedded import running
from api.database.embedded.lock import Locks
from api.database.url import Target, parse_url
from api.models.database import Table
from backup import history
from backup.folder import Folder
from backup.manifest import digest_of
from backup.place import LOGICAL, new_backup_id
from backup.restoring import holds_anything
from backup.retention import kept as staying
from backup.tables import LEFT_OUT
from tests.backup.conftest import MANY, TITLES, TRAVELLING, Command, Kept, People, named, url_of, variables_of
from tests.conftest import BIN, clean_environment
from tests.database.conftest import Fresh


def test_of_every_table_it_is_decided_whether_it_travels() -> None:
    tables = {table.name for table in Table.metadata.sorted_tables}
    assert tables == TRAVELLING | (LEFT_OUT - {"alembic_version"})


def test_the_role_of_backups_reads_and_nothing_more(people: People) -> None:
    async def look() -> None:
        async with people.fresh.session("todo_backup") as session:
            assert await session.fetchval("select count(*) from todo.tasks") == MANY + len(TITLES)
        for statement in (
            "update todo.tasks set title = 'x'",
            "delete from todo.users",
            "insert into todo.deleted_accounts (id) values (gen_random_uuid())",
            "select * from todo.sessions",
            "select * from todo.access_tokens",
        ):
            async with people.fresh.session("todo_backup") as session:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await session.execute(statement)

    asyncio.run(look())


def test_being_granted_the_role_is_not_having_entered_it(people: People) -> None:
    """On PostgreSQL 15 members inherit: the policies ask who somebody is."""

    async def look() -> None:
        async with people.fresh.session() as session, session.transaction():
            await session.execute("grant todo_backup to todo_accounts")
            await session.execute("grant select on todo.tasks to todo_accounts")
            await session.execute("alter role todo_accounts inherit")
            await session.execute("set local role todo_accounts")
            assert await session.fetchval("select count(*) from todo.tasks") == 0
            await session.execute("reset role")
            raise asyncio.CancelledError  # takes all of it back

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(look())


def beside(people: People, *arguments: object, **more: object) -> subprocess.Popen[str]:
    """The command as a process of its own."""
    process: subprocess.Popen[str] = subprocess.Popen(
        [BIN / "todo-server", "backup", *map(str, arguments)],
        env=clean_environment(**variables_of(people.fresh.target)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,  # type: ignore[call-overload]
    )
    return process


def wait_for(what: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_killed_while_it_is_made(people: People, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    logical = data_dir / "backups" / LOGICAL
    process = beside(people, "create", "--no-verify", "--data-dir", data_dir)
    wait_for(lambda: list(logical.glob("*.new/*")))
    process.send_signal(signal.SIGSTOP)
    assert Folder(data_dir / "backups").ids(LOGICAL) == []
    command = Command(data_dir, variables_of(people.fresh.target))
    assert "Another command is writing" in command("create").refusal
    process.kill()
    process.communicate()
    made = command("create", "--json").report
    assert made["verified"]
    assert made["rows"]["tasks"] == MANY + len(TITLES)
    assert [entry.name for entry in logical.iterdir() if entry.name != ".lock"] == [made["id"]]
    assert list((data_dir / "scratch").iterdir()) == []
    assert (logical / made["id"]).stat().st_mode & 0o077 == 0


def test_killed_while_it_restores(people: People, kept: Kept, command: Command, empty: Target) -> None:
    process = beside(people, "restore", kept.name, "--into", named(empty), "--data-dir", kept.data_dir)
    there = Fresh(people.fresh.cluster, empty)

    async def begun() -> bool:
        async with there.session() as session:
            query = "select exists (select from pg_stat_activity where datname = $1 and query like 'COPY%')"
            return bool(await session.fetchval(query, empty.database))

    wait_for(lambda: asyncio.run(begun()))
    process.kill()
    process.communicate()
    wait_for(lambda: not asyncio.run(begun()))
    assert not asyncio.run(holds_anything(empty))
    assert command("restore", kept.name, "--into", named(empty), "--json").report["rows"] > MANY


def test_a_full_disk_keeps_nothing(people: People, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    limit = 100_000
    process = beside(
        people,
        *("create", "--no-verify", "--data-dir", data_dir),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "too large" in errors.lower()
    assert "internal error" not in errors
    assert [entry.name for entry in (data_dir / "backups" / LOGICAL).iterdir()] == [".lock"]


def test_no_room_is_said_before(kept: Kept, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    from shutil import disk_usage

    full = disk_usage(kept.data_dir)._replace(free=1000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: full)
    assert "No room" in command("create").refusal
    assert "No room" in command("verify", kept.name).refusal


def test_what_is_refused(kept: Kept, command: Command) -> None:
    assert "no backup" in command("verify", "20200101T000000Z-abcdef").refusal
    assert "no backup" in command("restore", "../../etc").refusal
    assert "public key of age" in command("create", "--recipient", "age1nonsense").refusal
    assert "no time" in command("restore", "--user", "a@example.com", "--at", "noon", "--into-now").refusal
    assert "together" in command("restore", "--user", "a@example.com").refusal
    assert "Which backup" in command("restore").refusal


@pytest.fixture
def embedded(kept: Kept) -> Command:
    """The backup restored into a data directory's own PostgreSQL."""
    command = Command(kept.data_dir, {})
    assert command("restore", kept.name, "--json").report["set_aside"] is None
    return command


def asked(data_dir: Path, *queries: str) -> list[list[tuple[object, ...]]]:
    async def ask(url: str) -> list[list[tuple[object, ...]]]:
        connection = await asyncpg.connect(**parse_url(url).arguments)
        with contextlib.ExitStack():
            found = [[tuple(row) for row in await connection.fetch(query)] for query in queries]
        await connection.close()
        return found

    with running(data_dir) as postgres:
        return asyncio.run(ask(postgres.superuser_url))


def test_in_place_of_the_embedded_database(kept: Kept, embedded: Command, people: People) -> None:
    with contextlib.closing(Locks(kept.data_dir)) as locks:
        assert locks.server.take()
        assert "is running" in embedded("restore", kept.name, "--replace").refusal
    assert "--replace" in embedded("restore", kept.name).refusal
    asked(kept.data_dir, f"delete from todo.users where id = '{people.grace}'")
    report = embedded("restore", kept.name, "--replace", "--json").report
    assert [one["id"] for one in report["deleted_since"]] == [str(people.grace)]
    (databases, left, remembered) = asked(
        kept.data_dir,
        "select datname from pg_database where datname ~ '^todo' order by 1",
        "select count(*) from todo.users",
        "select count(*) from todo.deleted_accounts",
    )
    assert databases == [("todo",), (report["set_aside"],)]
    assert (left, remembered) == ([(1,)], [(1,)])
    back = embedded("restore", kept.name, "--replace", "--bring-back-deleted", "--json").report
    assert back["brought_back"]
    assert asked(kept.data_dir, "select count(*) from todo.users", "select count(*) from todo.deleted_accounts") == [
        [(2,)],
        [(0,)],
    ]


def test_one_person_back_in_time(kept: Kept, command: Command, people: People, empty: Target) -> None:
    command("restore", kept.name, "--into", named(empty))
    history.record(kept.place, history.VERIFIED, kept.name, good=True, manifest_sha256=digest_of(kept.folder))
    command.variables["DATABASE_URL"] = url_of(empty)
    now = People(Fresh(people.fresh.cluster, empty), people.ada, people.grace)
    ada, grace = people.ada, people.grace
    mine = f"select number, title from todo.tasks where user_id = '{ada}' and deleted_at is null order by number"
    others = f"select sum(hashtextextended(t::text, 0)::numeric) from todo.tasks t where user_id = '{grace}'"
    for statement in (
        f"delete from todo.tasks where user_id = '{grace}' and number > 100",
        f"delete from todo.tasks where user_id = '{ada}' and number <= 2",
        f"update todo.tasks set deleted_at = now() where user_id = '{ada}' and number = 3",
        f"update todo.tasks set title = 'changed' where user_id = '{ada}' and number = 4",
        (
            "insert into todo.tasks (id, user_id, number, title, search_text)"
            f" values (gen_random_uuid(), '{ada}', 1, 'since', 'since')"
        ),
    ):
        now.rows(statement)
    before = now.rows(others)
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    call = ("restore", "--user", f"{ada}@EXAMPLE.com", "--at", later, "--into-now", "--json")
    report = command(*call).report
    assert (report["came_back"], report["set_back"], report["unchanged"]) == (3, 1, 2)
    assert (report["made_since"], report["renumbered"]) == (1, 1)
    expected = [(1, "since"), *enumerate(TITLES[1:], 2), (7, TITLES[0])]
    assert now.rows(mine) == expected
    assert now.rows(others) == before
    binned = now.rows(f"select title from todo.tasks where user_id = '{ada}' and deleted_at is not null")
    assert binned == [("changed",)]
    again = command(*call).report
    assert (again["came_back"], again["set_back"], again["unchanged"]) == (0, 0, 6)
    assert (
        "no verified backup"
        in command("restore", "--user", "a@b.de", "--at", "2020-01-01T00:00Z", "--into-now").refusal
    )


def test_which_backups_stay() -> None:
    end = datetime(2026, 11, 22, 12, tzinfo=UTC)
    names = [new_backup_id(end - timedelta(hours=6 * n)) for n in range(4 * 400)]
    everything = staying(names, set(names))
    assert len(everything) <= 7 + 4 + 12
    assert max(names) in everything
    assert {name[:6] for name in everything} >= {"202512", "202610", "202611"}
    oldest = min(names)
    assert oldest in staying(names, {oldest})
    assert len(staying(names[:3], set())) == 3
    assert staying([], set()) == set()


def test_prune(kept: Kept, command: Command) -> None:
    for day in range(20):
        name = new_backup_id(datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=day))
        (kept.folder.parent / name).mkdir()
    history.record(kept.place, history.VERIFIED, kept.name, good=True, manifest_sha256=digest_of(kept.folder))
    rehearsed = command("prune", "--dry-run", "--json").report
    assert len(kept.place.ids(LOGICAL)) == 21
    done = command("prune", "--json").report
    assert done["removed"] == rehearsed["removed"] != []
    assert kept.place.ids(LOGICAL) == done["kept"]
    assert kept.name in done["kept"]


def test_a_torn_history_is_read_on(tmp_path: Path) -> None:
    place = Folder(tmp_path)
    history.record(place, history.VERIFIED, "a", good=True, manifest_sha256="1")
    with (tmp_path / "history.jsonl").open("ab") as file:
        file.write(b'{"at": "20')
    history.record(place, history.VERIFIED, "b", good=True, manifest_sha256="2")
    history.record(place, history.VERIFIED, "a", good=False, manifest_sha256="1")
    assert history.verified_digests(place) == {"2"}
