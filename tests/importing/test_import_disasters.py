"""Two imports at once, one that is killed, and a database that keeps something else: all of the file or nothing."""

import asyncio
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg

from api.database.url import parse_url
from tests.conftest import Person, Server
from tests.importing.conftest import Command
from tests.importing.records import meant, record, told


def as_owner(server: Server, sql: str) -> Any:
    """A statement as the owner of the tables, past the API."""

    async def ask(arguments: dict[str, Any]) -> Any:
        connection = await asyncpg.connect(**arguments)
        try:
            return await (connection.fetchval(sql) if sql.startswith("select") else connection.execute(sql))
        finally:
            await connection.close()

    with server.postgres() as postgres:
        return asyncio.run(ask(parse_url(postgres.url).arguments))


def test_two_imports_of_one_file_at_once(command: Command, ada: Person, grace: Person) -> None:
    file = command.file([record(number, user_id=user) for user in ("a", "g") for number in range(1, 301)])
    options = ("--user", f"a={ada.email}", "--user", f"g={grace.email}", "--json")
    with ThreadPoolExecutor() as pool:
        reports = [run.report for run in pool.map(lambda _: command.apart(file, *options), range(3))]
    assert sorted(report["imported"] for report in reports) == [0, 0, 600]
    assert sorted(report["already_there"] for report in reports) == [0, 600, 600]
    assert len(ada.tasks()) == len(grace.tasks()) == 300


def test_two_imports_make_an_account_once(command: Command, ada: Person) -> None:
    file = command.file([record(number) for number in range(1, 301)])
    options = ("--default-user", f"new-{ada.email}", "--create-accounts", "--json")
    with ThreadPoolExecutor() as pool:
        reports = [run.report for run in pool.map(lambda _: command.apart(file, *options), range(2))]
    assert sorted(report["imported"] for report in reports) == [0, 300]


def test_one_that_is_killed_is_completed_by_the_next(command: Command, ada: Person) -> None:
    records = [record(number, f"task {number}", completed=number % 3 == 0) for number in range(1, 5001)]
    records.append(record(5000, "the later one"))
    file = command.file(records)
    options = ("--default-user", ada.email, "--timezone", "UTC", "--json")
    process = subprocess.Popen(
        command.arguments(file, *options), env=command.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    writing = (
        "select count(*) from pg_stat_activity where state <> 'idle' and query like '%into todo.imported_records%'"
    )
    deadline = time.monotonic() + 30
    while not as_owner(command.server, f"{writing} and pid <> pg_backend_pid()"):
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.communicate()
    assert ada.tasks() == []
    report = command(file, *options).report
    assert (report["imported"], report["already_there"], len(report["rejected"])) == (5000, 0, 1)
    assert [told(task) for task in ada.tasks()] == [meant(one) for one in [*records[:4999], records[5000]]]
    assert sorted(path.name for path in command.folder.iterdir()) == ["tasks.json", "tasks.json.rejected.json"]
    again = command(file, *options).report
    assert (again["imported"], again["already_there"], len(again["rejected"])) == (0, 5000, 1)


def test_a_row_that_is_read_back_differently_rolls_all_back(command: Command, ada: Person) -> None:
    as_owner(
        command.server,
        """
        create function todo.twist() returns trigger language plpgsql as $$
        begin
            if new.title = 'lost' then return null; end if;
            new.completed := not new.completed;
            return new;
        end $$;
        create trigger twist before insert on todo.tasks for each row when (new.title in ('lost', 'twisted'))
            execute function todo.twist()
        """,
    )
    try:
        for title, said in (("twisted", "completed"), ("lost", "Record 2")):
            records = [record(1, "fine"), record(2, title)]
            options = ("--default-user", ada.email)
            refused = command(command.file(records), *options)
            assert said in refused.refusal
            assert ada.client.post("/api/v1/tasks/import", json={"tasks": records}).status_code == 500
            assert ada.tasks() == []
    finally:
        as_owner(command.server, "drop function todo.twist() cascade")
    assert command(command.file([record(1, "fine"), record(2, "twisted")]), *options, "--json").report["imported"] == 2
