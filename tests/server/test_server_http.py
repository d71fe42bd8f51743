"""What every answer carries, and requests that are out of all proportion."""

# ruff: noqa: PYI034, S608, ISC004

import json
import re
import secrets
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import PASSWORD, Person, Server, assert_problem, serving, serving_on
from tests.links.modes import Make
from tests.server.processes import children_of

STRICT = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def assert_enveloped(answer: httpx.Response) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,128}", answer.headers["x-request-id"])
    for name, value in STRICT.items():
        assert answer.headers[name] == value
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200), ("HEAD", "/", 200), ("GET", "/health/live", 200), ("GET", "/health/ready", 200),
        ("GET", "/health", 200), ("HEAD", "/health", 200), ("GET", "/docs", 200), ("GET", "/openapi.json", 200),
        ("GET", "/nowhere", 404), ("GET", "/docs/../etc/passwd", 404), ("GET", "/api", 401), ("GET", "/api/nowhere", 401),
        ("GET", "/api/v1/tasks", 401), ("POST", "/health", 405), ("DELETE", "/", 405), ("GET", "/api/auth/login", 401),
        ("POST", "/api/auth/login", 422), ("OPTIONS", "/", 405), ("TRACE", "/", 405), ("GET", "/health/", 404),
        ("GET", "/%00", 404), ("GET", "/health?x=1", 422),
    ],
)  # fmt: skip
def test_every_answer_is_enveloped(anonymous: httpx.Client, method: str, path: str, status: int) -> None:
    answer = anonymous.request(method, path)
    assert answer.status_code == status
    assert_enveloped(answer)
    if method == "HEAD":
        assert answer.content == b""
        assert answer.headers["content-type"] == anonymous.get(path).headers["content-type"]
    elif status >= 400:
        assert_problem(answer, status, answer.json()["error_code"])


def test_405_names_all_methods_of_the_path(ada: Person) -> None:
    task = ada.add()["id"]
    for path, methods in {
        "/api/v1/tasks": {"GET", "HEAD", "POST", "DELETE"},
        f"/api/v1/tasks/{task}": {"GET", "HEAD", "PUT", "PATCH", "DELETE"},
        f"/api/v1/tasks/{task}/toggle": {"POST"},
        "/api/auth/me": {"GET", "HEAD", "PATCH", "DELETE"},
        "/health": {"GET", "HEAD"},
    }.items():
        answer = ada.client.request("OPTIONS", path)
        assert_problem(answer, 405, "METHOD_NOT_ALLOWED")
        assert set(answer.headers["allow"].split(", ")) == methods, path


def test_request_ids(anonymous: httpx.Client) -> None:
    for sent in ("abc", "A.b_c-9", "x" * 128):
        assert anonymous.get("/health/live", headers={"X-Request-ID": sent}).headers["x-request-id"] == sent
    made = set()
    for sent in ("", "x" * 129, "a b", "a,b", "ä", "a\tb"):
        answer = anonymous.get("/health/live", headers=[(b"X-Request-ID", sent.encode())])
        assert answer.headers["x-request-id"] != sent
        made.add(answer.headers["x-request-id"])
        assert_enveloped(answer)
    assert len(made) == 6
    body = anonymous.get("/nowhere", headers={"X-Request-ID": "mine"}).json()
    assert body["request_id"] == "mine"


def test_health_says_what_it_promises(anonymous: httpx.Client) -> None:
    body = anonymous.get("/health").json()
    assert set(body) - {"backups", "backup_age_seconds"} == {"status", "database", "version"}
    assert body["status"] == body["database"] == "ok"


def test_the_pages_policy(anonymous: httpx.Client) -> None:
    answer = anonymous.get("/")
    assert answer.headers["content-type"].startswith("text/html")
    policy = {part.split()[0]: part.split()[1:] for part in answer.headers["content-security-policy"].split(";")}
    assert "default-src" in policy
    for name in ("default-src", "script-src", "script-src-elem", "script-src-attr", "object-src"):
        for source in policy.get(name, []):
            assert source in ("'self'", "'none'"), (name, source)
    assert "<script>" not in answer.text
    assert not re.search(r"\son\w+=", answer.text)


def test_the_documentation_works_offline(anonymous: httpx.Client) -> None:
    page = anonymous.get("/docs").text
    files = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(files) >= 3
    for file in files:
        assert file.startswith("/docs/")
        answer = anonymous.get(file)
        assert answer.status_code == 200
        assert_enveloped(answer)
        assert answer.headers["content-type"].startswith(("text/javascript", "text/css", "application/javascript"))
    assert not re.search(
        r"(?:src|href|url)\s*[=(:]\s*[\"']?(?:https?:)?//", page + anonymous.get("/docs/start.js").text
    )
    assert "@import" not in anonymous.get("/docs/swagger-ui.css").text
    assert "http" not in re.sub(r"http://www\.w3\.org/\d+/\w+", "", anonymous.get("/docs/swagger-ui.css").text)


def test_the_openapi_document(anonymous: httpx.Client) -> None:
    document = anonymous.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, method, statuses in (
        ("/api/v1/tasks", "post", {"201", "401", "413", "415", "422", "503"}),
        ("/api/v1/tasks", "get", {"200", "401", "422", "503"}),
        ("/api/v1/tasks/{task_id}", "delete", {"204", "401", "403", "404", "412", "503"}),
        ("/api/auth/register", "post", {"201", "409", "422", "403", "429"}),
        ("/api/auth/login", "post", {"200", "401", "422", "429"}),
        ("/health/ready", "get", {"200"}),
    ):
        assert statuses <= set(document["paths"][path][method]["responses"]), (path, method)
    assert {path for path in document["paths"] if path.startswith("/docs")} == set()


class Line:
    """A connection on which bytes can be sent that no client would."""

    def __init__(self, server: Server) -> None:
        host, port = server.url.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=20)

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> bool:
        """False where the server has hung up."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def answer(self) -> tuple[int, bytes]:
        """Status and the rest, until the end of the body or of the connection."""
        read = b""
        while True:
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                more = b""
            read += more
            head, _, body = read.partition(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            if not more or (length and len(body) >= int(length[1])):
                return (int(read.split()[1]) if read else 0), read


def _memory(server: Server) -> int:
    (worker,) = children_of(server.process.pid)
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{worker}/status").read_text())[1]) // 1024  # type: ignore[index]


def _head(person: Person, *more: str) -> bytes:
    lines = ("POST /api/v1/tasks HTTP/1.1", "Host: x", f"Authorization: Bearer {person.token}", *more)
    return "\r\n".join([*lines, "", ""]).encode()


def test_a_body_without_end_is_refused_early(server: Server, ada: Person) -> None:
    before = _memory(server)
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with Line(server) as line:
        line.send(_head(ada, "Content-Type: application/json", "Transfer-Encoding: chunked"))
        sent = 0
        while sent < 100 * 2**20 and line.send(piece):
            sent += len(piece)
        assert sent < 50 * 2**20
    with Line(server) as line:
        line.send(_head(ada, "Content-Type: application/json", "Transfer-Encoding: chunked") + piece + piece)
        status, said = line.answer()
        assert status == 413
        assert b"PAYLOAD_TOO_LARGE" in said
    with Line(server) as line:
        line.send(_head(ada, "Content-Type: application/json", f"Content-Length: {10**15}"))
        assert line.answer()[0] == 413
    assert _memory(server) < before + 20
    assert ada.add()["title"] == "Buy milk"


def test_an_upload_that_is_finished_gets_its_413(ada: Person) -> None:
    for size in (64 * 1024 + 1, 3 * 2**20):
        answer = ada.client.post("/api/v1/tasks", content=b"x" * size, headers={"Content-Type": "application/json"})
        assert_problem(answer, 413, "PAYLOAD_TOO_LARGE")
        assert_enveloped(answer)
    assert ada.add()


@pytest.mark.parametrize(
    "lies",
    [
        ["Content-Length: x"], ["Content-Length: -1"], ["Content-Length: 5", "Content-Length: 6"],
        ["Content-Length: 5", "Transfer-Encoding: chunked"], ["Content-Length: ²"], ["Transfer-Encoding: gzip"],
    ],
)  # fmt: skip
def test_lengths_that_cannot_be(server: Server, ada: Person, lies: list[str]) -> None:
    with Line(server) as line:
        line.send(_head(ada, "Content-Type: application/json", *lies) + b'{"title": "x"}')
        status, said = line.answer()
        assert status in {400, 415, 422}
        assert b"x-request-id" in said
        assert b"application/problem+json" in said
    assert ada.tasks() == []


def test_a_body_that_ends_before_its_length(server: Server, ada: Person) -> None:
    with Line(server) as line:
        line.send(_head(ada, "Content-Type: application/json", "Content-Length: 100") + b'{"title": "x"}')
        line.socket.shutdown(socket.SHUT_WR)
        assert line.answer()[0] in {0, 422}
    with Line(server) as line:
        line.send(_head(ada, "Content-Type: application/json", "Content-Length: 5") + b'{"title": "x"}')
        assert line.answer()[0] == 422
    assert ada.tasks() == []


def test_a_slow_body_is_taken(server: Server, ada: Person) -> None:
    body = b'{"title": "Slow"}'
    with Line(server) as line:
        line.send(_head(ada, "Content-Type: application/json", f"Content-Length: {len(body)}"))
        for byte in body:
            line.send(bytes([byte]))
            time.sleep(0.02)
        assert line.answer()[0] == 201


@pytest.mark.parametrize("kind", ["one header", "many headers", "address", "endless"])
def test_heads_out_of_all_proportion(server: Server, ada: Person, kind: str) -> None:
    before = _memory(server)
    with Line(server) as line:
        if kind == "one header":
            line.send(_head(ada, "X-Long: " + "x" * 200_000))
        elif kind == "many headers":
            line.send(_head(ada, *(f"X-{number}: {'y' * 50}" for number in range(3000))))
        elif kind == "address":
            line.send(f"GET /{'x' * 200_000} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        else:
            line.send(b"GET / HTTP/1.1\r\nX-Long: ")
            for _ in range(200):
                if not line.send(b"x" * 65536):
                    break
        status, said = line.answer()
        assert status in {0, 400, 401, 404, 413, 422, 431}
        assert status or kind == "endless"
        assert b"x-request-id" in said or not status
    assert _memory(server) < before + 20
    assert ada.add()


@pytest.mark.parametrize(("size", "status"), [(60_000, 200), (70_000, 431), (120_000, 431)])
@pytest.mark.parametrize("parts", [1, 2, 7])
def test_heads_are_measured_however_they_arrive(
    server: Server, ada: Person, size: int, status: int, parts: int
) -> None:
    head = _head(ada, "X-Long: " + "x" * size).replace(b"POST", b"GET", 1)
    with Line(server) as line:
        for start in range(0, len(head), len(head) // parts + 1):
            line.send(head[start : start + len(head) // parts + 1])
            time.sleep(0.02 if parts > 1 else 0)
        assert line.answer()[0] == status


def test_a_body_behind_a_head_does_not_count_as_head(server: Server, ada: Person) -> None:
    body = b'{"title": "Long", "description": "%s"}' % (b" " * 400) + b" " * 60_000
    head = _head(ada, "Content-Type: application/json", f"Content-Length: {len(body)}", "X-Long: " + "x" * 60_000)
    for cut in (len(head) - 3, len(head) - 1, len(head) + 10):
        with Line(server) as line:
            line.send((head + body)[:cut])
            time.sleep(0.05)
            line.send((head + body)[cut:])
            assert line.answer()[0] == 201


def test_what_is_no_http(server: Server) -> None:
    for nonsense in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n\r\nhello\r\n\r\n",
    ):
        with Line(server) as line:
            line.send(nonsense)
            status, said = line.answer()
            assert status == 400
            assert json.loads(said.partition(b"\r\n\r\n")[2])["status"] == 400


@pytest.fixture(scope="module")
def cors(tmp_path_factory: pytest.TempPathFactory, new_database: Make) -> Iterator[Server]:
    data_dir, variables = tmp_path_factory.mktemp("cors") / "data", {"ALLOWED_ORIGINS": "https://page.example.org"}
    with serving_on(new_database(), data_dir, TODO_RATE_LIMIT="off", **variables) as running:
        yield running


def test_pages_of_allowed_origins(cors: Server) -> None:
    origin = {"Origin": "https://page.example.org"}
    with cors.client() as client:
        asked = {
            **origin,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization,if-match",
        }
        answer = client.options("/api/v1/tasks", headers=asked)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == origin["Origin"]
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert "PATCH" in answer.headers["access-control-allow-methods"]
        assert_enveloped(answer)
        refused = client.get("/api/v1/tasks", headers=origin)
        assert refused.status_code == 401
        assert refused.headers["access-control-allow-origin"] == origin["Origin"]
        assert "ETag" in refused.headers["access-control-expose-headers"]
        body = {"email": f"ada-{secrets.token_hex(4)}@example.com", "password": PASSWORD}
        assert client.post("/api/auth/register", json=body, headers=origin).status_code == 201
        for other in ("https://evil.example.org", "https://page.example.org.evil.example", "null"):
            for answer in (
                client.options("/api/v1/tasks", headers={**asked, "Origin": other}),
                client.get("/health", headers={"Origin": other}),
                client.post("/api/auth/login", json=body, headers={"Origin": other}),
            ):
                assert "access-control-allow-origin" not in answer.headers
                assert_enveloped(answer)


def test_without_allowed_origins_no_page_elsewhere_reads_anything(anonymous: httpx.Client) -> None:
    for answer in (
        anonymous.get("/health", headers={"Origin": "https://page.example.org"}),
        anonymous.options(
            "/api/v1/tasks", headers={"Origin": "https://page.example.org", "Access-Control-Request-Method": "GET"}
        ),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_nothing_of_anybody_reaches_a_log(tmp_path: Path) -> None:
    marker = "Zitrone" + secrets.token_hex(4)
    data_dir = tmp_path / "data"
    with serving(data_dir, TODO_RATE_LIMIT="off") as server, server.client() as client:
        body = {"email": f"{marker}@example.com", "password": f"{marker} a quiet garden", "name": f"{marker} name"}
        answer = client.post("/api/auth/register", json=body)
        token = answer.json()["token"]["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        client.post("/api/auth/register", json=body)
        client.post("/api/auth/login", json={**body, "name": None})
        client.post("/api/auth/login", json={"email": body["email"], "password": f"{marker} wrong"})
        task = client.post("/api/v1/tasks", json={"title": f"{marker} title", "description": f"{marker} text"}).json()[
            "task"
        ]
        client.get("/api/v1/tasks", params={"q": f"{marker} search"})
        client.get(f"/api/v1/tasks/{marker}")
        client.get(f"/{marker}")
        client.patch(f"/api/v1/tasks/{task['id']}", content=f'{{"{marker}": '.encode())
        script = client.post("/api/auth/tokens", json={"name": marker}).json()["token"]
        # Errors of the database itself: a row that breaks a rule, and one that stands in the way.
        import asyncio

        import asyncpg

        from api.database.embedded import running

        with running(data_dir) as postgres:

            async def provoke() -> None:
                connection = await asyncpg.connect(postgres.superuser_url)
                try:
                    for statement, values in (
                        (f"update todo.tasks set title = '{marker} ' || repeat('x', 200)", ()),
                        ("insert into todo.users (id, email, email_key) select gen_random_uuid(), email, email_key"
                         f" from todo.users where '{marker}' <> ''", ()),
                        (f"select '{marker}' frm x", ()),
                    ):  # fmt: skip
                        try:
                            await connection.execute(statement, *values)
                        except asyncpg.PostgresError:
                            continue
                        raise AssertionError(statement)
                finally:
                    await connection.close()

            asyncio.run(provoke())
    logs = "".join(server.output)
    files = list((data_dir / "log").iterdir())
    assert files
    logs += "".join(file.read_text(errors="replace") for file in files)
    assert "ERROR" in logs
    for secret in (marker, token, script, token.split(".")[2]):
        assert secret not in logs
