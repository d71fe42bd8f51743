"""A bucket as the place, with a stand-in that speaks as much of S3 as is used. No real S3 was used."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

from tests.backup.conftest import MANY, TITLES, Command, People, url_of


class StandIn(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[str, bytes] = {}
        self.refusing = False


class Handler(BaseHTTPRequestHandler):
    server: StandIn
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
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
        for part in body.split("<Key>")[1:]:
            self.server.objects.pop(part.partition("</Key>")[0], None)
        self.send(200, b"<DeleteResult></DeleteResult>")

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


def test_a_bucket_is_a_place(stand_in: StandIn, people: People, tmp_path: Path) -> None:
    variables = {
        "DATABASE_URL": url_of(people.fresh.target),
        "JWT_SECRET": "x" * 40,
        "TODO_BACKUP_DIR": "s3://garden/todo/backups",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{stand_in.server_port}",
    }
    command = Command(tmp_path / "data", variables)
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
    assert list((tmp_path / "data" / "backups").iterdir()) == []
