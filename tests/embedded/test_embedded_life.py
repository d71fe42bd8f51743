"""Who starts it, who uses it, who stops it; and what is in it."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from held_postgres import Holder, execute, execute_until, is_stopped, postmaster

from api.database.embedded import EmbeddedError, running
from api.database.embedded.configuration import shared_buffers

Hold = Callable[..., Holder]


def test_the_second_start_finds_what_the_first_one_wrote(data_dir: Path) -> None:
    with running(data_dir, serving=True) as postgres:
        execute(postgres.url, "create table kept as select 'Ada' as name")
    assert is_stopped(data_dir)
    with running(data_dir, serving=True) as again:
        assert again == postgres
        assert execute(again.url, "select name from kept") == "Ada"


def test_it_is_durable_private_and_quiet_about_people(data_dir: Path) -> None:
    expected = {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "wal_level": "replica",
        "wal_segment_size": "1MB",
        "archive_mode": "on",
        "archive_command": "",
        "archive_library": "basic_archive",
        "archive_timeout": "45s",
        "summarize_wal": "on",
        "shared_preload_libraries": "pg_stat_statements",
        "jit": "off",
        "max_connections": "100",
        "client_connection_check_interval": "5s",
        "TimeZone": "UTC",
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_parameter_max_length": "0",
    }
    with running(data_dir) as postgres:
        found = {name: execute(postgres.superuser_url, f"show {name}") for name in expected}
        assert found == expected
        # Under plain C this would be 'äß'.
        assert execute(postgres.url, "select upper('äö')") == "ÄÖ"
        assert (
            execute(
                postgres.superuser_url, "select count(*) from pg_hba_file_rules where auth_method <> 'scram-sha-256'"
            )
            == 0
        )
        assert execute(postgres.superuser_url, "select count(*) from pg_hba_file_rules where type <> 'local'") == 0
        assert execute(postgres.superuser_url, "select count(*) from pg_stat_statements where query ~* 'password'") == 0
        with pytest.raises(asyncpg.PostgresError):
            execute(postgres.url, "select 'grace@example.org'::int, 1/0")
    for folder in (data_dir, *(data_dir / name for name in ("postgres", "secrets", "socket", "log"))):
        assert folder.stat().st_mode & 0o077 == 0
    assert not any("select 'grace" in log.read_text() for log in (data_dir / "log").glob("postgresql-*.log"))


def test_the_application_owns_its_database_and_nothing_more(data_dir: Path) -> None:
    with running(data_dir) as postgres:
        rights = "rolcanlogin, rolcreaterole, rolsuper, rolbypassrls, rolcreatedb, rolreplication"
        role = execute(postgres.url, f"select array[{rights}] from pg_roles where rolname = current_user")  # noqa: S608
        assert role == [True, True, False, False, False, False]
        assert (
            execute(postgres.url, "select datdba::regrole::text from pg_database where datname = current_database()")
            == "todo"
        )
        execute(postgres.url, "create schema todo")
        assert execute(postgres.url, "select count(*) from pg_stat_statements") > 0
        for url in (postgres.url, postgres.superuser_url):
            password = url.split(":")[2].split("@")[0]
            assert password not in repr(postgres)
            with pytest.raises(asyncpg.InvalidPasswordError):
                execute(url.replace(password, "wrong"), "select 1")


def test_a_lost_password_of_the_application_is_made_anew(data_dir: Path) -> None:
    with running(data_dir) as before:
        execute(before.url, "create table kept as select 'Ada' as name")
    (data_dir / "secrets" / "todo_password").unlink()
    with running(data_dir) as after:
        assert after.url != before.url
        assert execute(after.url, "select name from kept") == "Ada"


def test_a_second_server_is_refused(data_dir: Path, hold: Hold) -> None:
    first = hold("server")
    assert execute(first.url, "select 1") == 1
    with pytest.raises(EmbeddedError) as refusal, running(data_dir, serving=True):
        pass
    expected = (
        f"Another todo-server (process {first.process.pid}) is using {data_dir}: stop it, or choose another --data-dir."
    )
    assert str(refusal.value) == expected
    assert execute(first.url, "select 1") == 1


def test_a_command_uses_the_servers_postgres_and_leaves_it_running(data_dir: Path, hold: Hold) -> None:
    server = hold("server")
    started = execute(server.url, "select pg_postmaster_start_time()")
    with running(data_dir) as postgres:
        assert postgres.url == server.url
        assert execute(postgres.url, "select pg_postmaster_start_time()") == started
    assert execute(server.url, "select pg_postmaster_start_time()") == started


def test_a_command_waits_for_a_server_that_is_just_starting(data_dir: Path, hold: Hold) -> None:
    server = hold("server")
    while not (data_dir / "owner.lock").exists():
        time.sleep(0.01)
    command = hold("command")
    assert command.url == server.url
    command.end()
    assert execute(server.url, "select 1") == 1


def test_commands_share_and_the_last_one_stops_it(data_dir: Path, hold: Hold) -> None:
    commands = [hold("command") for _ in range(4)]
    assert len({command.url for command in commands}) == 1
    process = postmaster(data_dir)
    owner = next(command for command in commands if str(command.process.pid) in (data_dir / "owner.lock").read_text())
    owner.let_go()
    for command in commands:
        assert execute(command.url, "select 1") == 1
    assert postmaster(data_dir) == process
    for command in commands:
        if command is not owner:
            command.end()
    owner.end()
    assert is_stopped(data_dir)


def test_a_server_waits_for_a_command_and_takes_over(data_dir: Path, hold: Hold) -> None:
    command = hold("command")
    execute(command.url, "create table kept as select 'Ada' as name")
    process = postmaster(data_dir)
    server = hold("server")
    assert server.process.stderr
    assert "Waiting for another todo-server command" in server.process.stderr.readline()
    assert execute(command.url, "select 1") == 1
    command.end()
    assert execute(server.url, "select name from kept") == "Ada"
    assert postmaster(data_dir) != process
    assert server.end() == ""
    assert is_stopped(data_dir)


def test_postgres_gets_no_locks_and_no_terminal(data_dir: Path) -> None:
    with running(data_dir, serving=True):
        process = postmaster(data_dir)
        held = {descriptor.readlink().name for descriptor in Path(f"/proc/{process}/fd").iterdir()}
        assert not {name for name in held if name.endswith(".lock")}
        assert os.getsid(process) != os.getsid(0)


@pytest.mark.parametrize("name", ["d" * 120, "a, b's \"ü\\ %41 d"])
def test_any_path_will_do(tmp_path: Path, hold: Hold, name: str) -> None:
    data_dir = tmp_path / name / "data"
    server = hold("server", where=data_dir)
    superuser_url = server.answer()["superuser_url"]
    assert execute(superuser_url, "show data_directory") == str(data_dir / "postgres")
    folder = Path(execute(superuser_url, "show unix_socket_directories").strip('"'))
    assert folder.stat().st_mode & 0o777 == 0o700
    server.end()
    folder.rmdir()


def test_operators_settings_are_kept_and_ours_renewed(data_dir: Path) -> None:
    with running(data_dir) as postgres:
        execute(postgres.superuser_url, "alter system set work_mem = '7MB'")
    (data_dir / "postgres" / "todo.conf").write_text("fsync = off\n")
    with running(data_dir) as postgres:
        assert execute(postgres.superuser_url, "show fsync") == "on"
        assert execute(postgres.superuser_url, "show work_mem") == "7MB"


def test_it_can_be_used_from_a_thread_beside_a_running_loop(data_dir: Path) -> None:
    def use() -> int:
        with running(data_dir) as postgres:
            return int(execute_until(postgres.url, "select 1", 5))

    async def main() -> list[int]:
        return list(await asyncio.gather(asyncio.to_thread(use), asyncio.to_thread(use)))

    assert asyncio.run(main()) == [1, 1]


def test_memory_is_taken_modestly() -> None:
    gigabyte = 2**30
    assert [shared_buffers(n * gigabyte) for n in (0, 1, 4, 64)] == [128, 128, 256, 512]
