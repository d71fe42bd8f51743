"""Killed at any moment: what was acknowledged is there, and the next start, or the supervisor, puts things right."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from held_postgres import PROMISED_BACK, Holder, execute, execute_until, is_stopped, postmaster

from api.database.embedded import running

Hold = Callable[..., Holder]


def test_a_killed_postgres_is_started_again(data_dir: Path) -> None:
    with running(data_dir, serving=True) as postgres:
        execute(postgres.url, "create table numbers (n int)")
        for number in range(3):
            execute(postgres.url, f"insert into numbers values ({number})")  # noqa: S608
            os.kill(postmaster(data_dir), signal.SIGKILL)
            rows = execute_until(postgres.url, "select array_agg(n order by n) from numbers", PROMISED_BACK)
            assert rows == list(range(number + 1))
    assert is_stopped(data_dir)


def test_backends_that_go_on_without_their_postmaster_do_not_block_the_new_one(data_dir: Path) -> None:
    endless = "do $$ begin loop end loop; end $$"

    def keep_busy(url: str) -> None:
        with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
            execute(url, endless)

    with running(data_dir, serving=True) as postgres:
        execute(postgres.url, "create table kept as select 'Ada' as name")
        busy = threading.Thread(target=keep_busy, args=(postgres.url,))
        busy.start()
        running_now = "select count(*) from pg_stat_activity where query ~ '^do ' and state = 'active'"
        while not execute(postgres.superuser_url, running_now):
            time.sleep(0.02)
        os.kill(postmaster(data_dir), signal.SIGKILL)
        assert execute_until(postgres.url, "select name from kept", PROMISED_BACK) == "Ada"
        busy.join()


def test_a_stop_while_it_is_started_again_leaves_nothing(data_dir: Path) -> None:
    with running(data_dir, serving=True):
        os.kill(postmaster(data_dir), signal.SIGKILL)
        time.sleep(0.1)
    with running(data_dir):
        pass
    assert is_stopped(data_dir)


def test_a_postgres_that_outlived_its_server_is_replaced(data_dir: Path, hold: Hold) -> None:
    server = hold("server")
    execute(server.url, "create table kept as select 'Ada' as name")
    server.kill()
    orphan = postmaster(data_dir)
    with running(data_dir, serving=True) as postgres:
        assert postmaster(data_dir) != orphan
        assert execute(postgres.url, "select name from kept") == "Ada"


def test_a_command_that_uses_an_orphan_is_waited_for(data_dir: Path, hold: Hold) -> None:
    server = hold("server")
    assert execute(server.url, "select 1") == 1
    command = hold("command")
    assert command.url == server.url
    server.kill()
    orphan = postmaster(data_dir)
    next_server = hold("server")
    assert next_server.process.stderr
    assert "Waiting" in next_server.process.stderr.readline()
    assert execute(command.url, "select 1") == 1
    assert postmaster(data_dir) == orphan
    command.end()
    assert execute(next_server.url, "select 1") == 1
    assert postmaster(data_dir) != orphan


def test_server_and_postgres_killed_together(data_dir: Path, hold: Hold) -> None:
    server = hold("server")
    execute(server.url, "create table kept as select 'Ada' as name")
    process = postmaster(data_dir)
    server.kill()
    os.kill(process, signal.SIGKILL)
    with running(data_dir) as postgres:
        assert execute(postgres.url, "select name from kept") == "Ada"


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_a_first_start_that_was_killed_is_made_anew(data_dir: Path, hold: Hold, seconds: float) -> None:
    server = hold("server")
    while not (data_dir / "postgres.new").exists() and not (data_dir / "postgres").exists():
        time.sleep(0.005)
    time.sleep(seconds)
    server.kill()
    with running(data_dir, serving=True) as postgres:
        assert execute(postgres.url, "select 1") == 1
    assert not (data_dir / "postgres.new").exists()


def test_what_an_interrupted_initdb_left_is_thrown_away(data_dir: Path) -> None:
    (data_dir / "postgres.new" / "base").mkdir(parents=True)
    (data_dir / "postgres.new" / "PG_VERSION").write_text("18\n")
    with running(data_dir) as postgres:
        assert execute(postgres.url, "select 1") == 1
    assert not (data_dir / "postgres.new").exists()


def test_a_stale_lock_whose_process_is_somebody_elses(data_dir: Path) -> None:
    with running(data_dir) as postgres:
        execute(postgres.url, "create table kept as select 'Ada' as name")
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as stranger:
        for marks in (f"{stranger.pid}\n/elsewhere\n0\n5432\n", ""):
            for mark in (data_dir / "postgres" / "postmaster.pid", data_dir / "socket" / ".s.PGSQL.5432.lock"):
                mark.write_text(marks)
            with running(data_dir, serving=True) as postgres:
                assert execute(postgres.url, "select name from kept") == "Ada"
        assert stranger.poll() is None
        stranger.kill()
