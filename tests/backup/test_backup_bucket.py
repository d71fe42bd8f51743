"""A bucket as the place, with a stand-in that speaks as much of S3 as is used. No real S3 was used."""

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

from api.services.backup_history import read_history
from api.utils.backup_age import BackupAge
from backup.place import made_at
from server.check import surroundings
from server.connection import settings_for
from tests.backup.conftest import MANY, TITLES, Command, People, variables_of
from tests.conftest import BIN, clean_environment


class StandIn(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[str, bytes] = {}
        self.refusing = False
        self.holding = threading.Event()
        """Set: uploads of tasks begin and never end."""
        self.arrived, self.released = threading.Event(), threading.Event()


class Handler(BaseHTTPRequestHandler):
    server: StandIn
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.holding.is_set() and "tasks." in self.path:
            self.server.arrived.set()
            self.server.released.wait(60)
            self.close_connection = True
            return None
        if self.server.refusing:
            return self.send(403, b"<Error><Code>AccessDenied</Code></Error>")
        self.server.objects[self.key] = content
        return self.send(200, b"", ETag='"1"')

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if "list-type" in query:
            prefix = query.get("prefix", [""])[0]
            keys = sorted(key for key in self.server.objects if key.startswith(prefix))
            listed = "".join(
                f"<Contents><Key>{escape(key)}</Key><Size>{len(self.server.objects[key])}</Size><ETag>1</ETag>"
                "<LastModified>2026-11-22T15:00:00.000Z</LastModified></Contents>"
                for key in keys
            )
            body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>"
            return self.send(200, body.encode())
        if self.key not in self.server.objects:
            return self.send(404, b"<Error><Code>NoSuchKey</Code></Error>")
        return self.send(
            200, self.server.objects[self.key], **{"ETag": '"1"', "Last-Modified": "Sun, 22 Nov 2026 15:00:00 GMT"}
        )

    def do_DELETE(self) -> None:
        self.server.objects.pop(self.key, None)
        self.send(204, b"")

    def do_POST(self) -> None:
        """Deleting several."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        keys = [part.partition("</Key>")[0] for part in body.split("<Key>")[1:]]
        for key in keys:
            self.server.objects.pop(key, None)
        deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        self.send(200, f"<DeleteResult>{deleted}</DeleteResult>".encode())

    @property
    def key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix("/garden/")

    def send(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield served
        served.shutdown()
        thread.join()


@pytest.fixture
def in_the_bucket(stand_in: StandIn, people: People, tmp_path: Path) -> Command:
    variables = {
        **variables_of(people.fresh.target),
        "TODO_BACKUP_DIR": "s3://garden/todo/backups",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{stand_in.server_port}",
    }
    return Command(tmp_path / "data", variables)


def test_an_upload_that_was_killed_is_no_backup(stand_in: StandIn, in_the_bucket: Command) -> None:
    stand_in.holding.set()
    process = subprocess.Popen(
        [BIN / "todo-server", "backup", "create", "--no-verify", "--data-dir", in_the_bucket.data_dir],
        env=clean_environment(**in_the_bucket.variables),
    )
    assert stand_in.arrived.wait(60)
    process.kill()
    process.wait()
    stand_in.holding.clear()
    stand_in.released.set()
    assert stand_in.objects  # what went up before
    assert in_the_bucket("list", "--json").report["backups"] == []
    left = set(stand_in.objects)
    old = "todo/backups/logical/20200101T000000Z-abcdef/tasks.copy.zst"
    stand_in.objects[old] = b"of a year ago"
    assert list(in_the_bucket.data_dir.glob("backups/on-its-way-*"))
    made = in_the_bucket("create", "--json").report
    assert made["verified"]
    assert [one["id"] for one in in_the_bucket("list", "--json").report["backups"]] == [made["id"]]
    # What is left of it goes here at once, and there when it is a day old: somebody may still be uploading.
    assert left <= set(stand_in.objects)
    assert old not in stand_in.objects
    assert [path.name for path in (in_the_bucket.data_dir / "backups").iterdir()] == ["history.jsonl"]


def test_a_bucket_is_a_place(stand_in: StandIn, in_the_bucket: Command, people: People, tmp_path: Path) -> None:
    command = in_the_bucket
    made = command("create", "--json").report
    assert made["verified"]
    assert made["rows"]["tasks"] == MANY + len(TITLES)
    (listed,) = command("list", "--json").report["backups"]
    assert (listed["id"], listed["verified"]) == (made["id"], True)
    name = f"todo/backups/logical/{made['id']}/tasks.copy.zst"
    whole = stand_in.objects[name]
    stand_in.objects[name] = whole[:-1]
    assert "damaged" in command("verify", made["id"]).refusal
    del stand_in.objects[name]
    assert "lacks the file" in command("verify", made["id"]).refusal
    stand_in.refusing = True
    assert "cannot be used" in command("create", "--no-verify").refusal
    assert len(command("list", "--json").report["backups"]) == 1
    stand_in.refusing = False
    other = command("create", "--no-verify", "--json").report["id"]
    assert command("prune", "--json").report["removed"] == []
    assert {made["id"], other} == {one["id"] for one in command("list", "--json").report["backups"]}
    assert [path.name for path in (tmp_path / "data" / "backups").iterdir()] == ["history.jsonl"]


def test_the_server_knows_of_what_is_in_a_bucket(in_the_bucket: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Metrics, status, health and check read it from this machine, without the bucket and its keys."""
    made = in_the_bucket("create", "--json").report
    monkeypatch.setenv("TODO_BACKUP_DIR", in_the_bucket.variables["TODO_BACKUP_DIR"])
    settings = settings_for(in_the_bucket.data_dir)
    assert read_history(settings.backup_folder).verified_at == made_at(made["id"]).timestamp()
    assert BackupAge(settings.backup_folder).told()["backups"] == "ok"
    assert [one.verdict for one in surroundings.backups(settings)] == ["ok"]
