"""Started, stopped, killed: the same tasks afterwards."""

import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.conftest import BIN, Server, clean_environment, serving, start_server
from tests.server.processes import (
    add,
    children_of,
    is_alive,
    postmaster_of,
    refusal,
    signed_up,
    tasks,
    until,
)


def _again(client: httpx.Client, server: Server) -> httpx.Client:
    """The same person at another server."""
    return server.client(Authorization=client.headers["authorization"])


@pytest.mark.parametrize("killed", ["nothing", "server", "both"])
def test_the_same_tasks_after_a_start(tmp_path: Path, killed: str) -> None:
    data_dir = tmp_path / "data"
    first = start_server(data_dir, TODO_RATE_LIMIT="off")
    port = first.url.rsplit(":", 1)[1]
    with signed_up(first) as client:
        kept = [add(client, f"Task {number}") for number in range(1, 4)]
        postmaster = postmaster_of(data_dir)
        if killed == "nothing":
            assert first.stop() == 0
            assert not is_alive(postmaster)
        else:
            first.process.kill()
            if killed == "both":
                os.kill(postmaster, signal.SIGKILL)
            first.process.wait()
    begun = time.monotonic()
    with serving(data_dir, "--port", port, TODO_RATE_LIMIT="off") as second:
        assert time.monotonic() - begun < 12
        assert second.url.endswith(f":{port}")
        with _again(client, second) as client:
            assert tasks(client) == kept
            assert add(client)["number"] == 4
        if killed != "nothing":
            assert postmaster_of(data_dir) != postmaster
            assert not is_alive(postmaster)
        postmaster = postmaster_of(data_dir)
    assert not is_alive(postmaster)


def test_a_second_start_needs_no_network(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with serving(data_dir) as server:
        server.stop()
    # A network of its own, with nothing in it, where that can be made.
    alone = (
        ["unshare", "--net", "--"]
        if subprocess.run(["/usr/bin/unshare", "--net", "true"], check=False).returncode == 0
        else []
    )
    process = subprocess.Popen(
        [*alone, BIN / "todo-server", "serve", "--port", "0", "--data-dir", data_dir],
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if "Serving on" in line:
                break
        try:
            assert "Serving on" in said, said
        finally:
            process.terminate()
            process.stdout.read()
    assert process.returncode == 0


def test_a_killed_postgres_comes_back_under_the_server(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with serving(data_dir, TODO_RATE_LIMIT="off") as server, signed_up(server) as client:
        acknowledged: list[str] = []
        refused: list[int] = []
        stop = threading.Event()

        def work() -> None:
            with _again(client, server) as mine:
                while not stop.is_set():
                    answer = mine.post("/api/v1/tasks", json={"title": "Buy milk"})
                    if answer.status_code == 201:
                        acknowledged.append(answer.json()["task"]["id"])
                    else:
                        refused.append(answer.status_code)

        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        for _ in range(2):
            until(lambda: len(acknowledged) > 20)
            before, count = postmaster_of(data_dir), len(acknowledged)
            os.kill(before, signal.SIGKILL)
            begun = time.monotonic()
            until(lambda count=count: len(acknowledged) > count + 20, 15)  # type: ignore[misc]
            assert time.monotonic() - begun < 10
            until(lambda before=before: postmaster_of(data_dir) != before)  # type: ignore[misc]
        stop.set()
        for thread in threads:
            thread.join()
        present = tasks(client)
        assert set(refused) <= {503}
        assert {task["id"] for task in present} == set(acknowledged)
        assert [task["number"] for task in present] == list(range(1, len(acknowledged) + 1))
        assert not any("Traceback" in line for line in server.output)


def test_a_killed_worker_is_replaced_while_the_other_serves(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "--workers", "2", TODO_RATE_LIMIT="off") as server, signed_up(server) as client:
        both = until(lambda: _pair(server))
        acknowledged = {add(client)["id"]}
        os.kill(both[0], signal.SIGKILL)
        begun = time.monotonic()
        while time.monotonic() - begun < 1:
            with server.client(Authorization=client.headers["authorization"]) as another:
                try:
                    acknowledged.add(add(another)["id"])
                except httpx.TransportError:
                    assert time.monotonic() - begun < 0.2, "only what the killed one had taken may be lost"
        new = until(lambda: _pair(server))
        assert both[1] in new
        assert both[0] not in new
        assert acknowledged <= {task["id"] for task in tasks(client)}
        assert server.stop() == 0
        assert not any(is_alive(process) for process in new)


def test_a_server_whose_workers_cannot_start_ends(tmp_path: Path) -> None:
    dies = "import os, sys\nif any('spawn_main' in word for word in sys.orig_argv): os._exit(3)\n"
    (tmp_path / "sitecustomize.py").write_text(dies)
    with pytest.raises(AssertionError, match=r"ended with status 3(?s:.)*todo-server: no worker could be started"):
        start_server(tmp_path / "data", "--workers", "2", PYTHONPATH=str(tmp_path))


def test_a_worker_that_is_killed_while_it_starts_is_replaced_too(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(start_server, tmp_path / "data")
        main = until(lambda: next(iter(_servers_below(os.getpid())), None), 30)
        os.kill(until(lambda: children_of(main), 30)[0], signal.SIGKILL)
        server = starting.result(60)
    try:
        with server.client() as client:
            assert client.get("/health/ready").status_code == 200
    finally:
        assert server.stop() == 0


def _servers_below(process: int) -> list[int]:
    """Whichever thread started them."""
    threads = Path(f"/proc/{process}/task").iterdir()
    children = [child for thread in threads for child in (thread / "children").read_text().split()]
    return [int(child) for child in children if b"todo-server" in Path(f"/proc/{child}/cmdline").read_bytes()]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_under_load_loses_nothing(tmp_path: Path, kind: signal.Signals, workers: int) -> None:
    data_dir = tmp_path / "data"
    process = subprocess.Popen(
        [BIN / "todo-server", "serve", "--port", "0", "--data-dir", data_dir, "--workers", str(workers)],
        env=clean_environment(TODO_RATE_LIMIT="off"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        assert process.stdout
        url = next(line for line in process.stdout if "Serving on" in line).split()[2]
        server = Server(process, url, data_dir, [], threading.current_thread())
        acknowledged: list[str] = []
        broken: list[str] = []
        with signed_up(server) as client:
            postmaster = postmaster_of(data_dir)
            workers_before = until(lambda: children_of(process.pid))

            def work() -> None:
                with _again(client, server) as mine:
                    while True:
                        try:
                            answer = mine.post("/api/v1/tasks", json={"title": "Buy milk"})
                        except httpx.ConnectError:
                            return
                        except httpx.TransportError as error:
                            broken.append(repr(error))
                            return
                        if answer.status_code != 201:
                            broken.append(answer.text)
                            return
                        acknowledged.append(answer.json()["task"]["id"])

            threads = [threading.Thread(target=work) for _ in range(16)]
            for thread in threads:
                thread.start()
            until(lambda: len(acknowledged) > 100)
            begun = time.monotonic()
            if kind == signal.SIGINT:
                os.killpg(process.pid, kind)
            else:
                process.send_signal(kind)
            for thread in threads:
                thread.join()
        said = process.stdout.read()
        assert process.wait(30) == 0
        assert time.monotonic() - begun < 20
        assert broken == []
        assert "Stopped." in said
        assert "Traceback" not in said
        assert not is_alive(postmaster)
        assert not any(is_alive(worker) for worker in workers_before)
    with serving(data_dir) as again, _again(client, again) as client:
        present = {task["id"] for task in tasks(client)}
        assert set(acknowledged) == present


def test_a_stop_during_the_start_leaves_nothing(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    for seconds in (0.3, 0.9, 1.4, 1.9):
        process = subprocess.Popen(
            [BIN / "todo-server", "serve", "--port", "0", "--data-dir", data_dir],
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        time.sleep(seconds)
        process.send_signal(signal.SIGINT if seconds > 1 else signal.SIGTERM)
        said = process.communicate(timeout=30)[0]
        assert "Traceback" not in said
        assert not [word for word in Path("/proc").glob("[0-9]*/cmdline") if _works_in(word, data_dir)], said


def _pair(server: Server) -> list[int] | None:
    found = children_of(server.process.pid)
    return found if len(found) == 2 else None


def _works_in(arguments: Path, data_dir: Path) -> bool:
    try:
        return os.fsencode(data_dir) in arguments.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_two_servers_on_one_data_directory_are_refused(server: Server) -> None:
    said = refusal("serve", "--port", "0", "--data-dir", server.data_dir)
    assert "Another todo-server" in said
    with server.client() as client:
        assert client.get("/health/ready").status_code == 200


def test_a_second_signal_changes_nothing(tmp_path: Path) -> None:
    server = start_server(tmp_path / "data")
    postmaster = postmaster_of(server.data_dir)
    for _ in range(20):
        if server.process.poll() is None:
            server.process.send_signal(signal.SIGINT)
        time.sleep(0.05)
    assert server.process.wait(30) == 0
    server.reader.join(10)
    assert not is_alive(postmaster)
    assert "Stopped.\n" in server.output
    assert not any("Traceback" in line for line in server.output)
