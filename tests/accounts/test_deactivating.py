"""`todo-server users deactivate` acts at once, on whatever is open: two workers, connections, sessions, tokens, a request."""

import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.accounts.conftest import bearer, refresh_token_in, sign_in, users_command
from tests.conftest import Server, assert_problem, register, serving


def begun(server: Server, token: str, body: bytes) -> socket.socket:
    """A POST of a task of which all but the last byte has been sent."""
    parts = urlsplit(server.url)
    link = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20)
    head = f"POST /api/v1/tasks HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    link.sendall(head.encode() + body[:-1])
    return link


def ended(link: socket.socket, body: bytes) -> bytes:
    """The answer, once the last byte has been sent."""
    link.sendall(body[-1:])
    answer = b""
    while piece := link.recv(65536):
        answer += piece
    link.close()
    return answer


def test_it_acts_at_once(tmp_path: Path) -> None:
    body = json.dumps({"title": "Too late"}).encode()
    with serving(tmp_path / "data", "--workers", "2", TODO_RATE_LIMIT="off") as server:
        ada, grace = register(server, "ada"), register(server, "grace")
        links = [server.client() for _ in range(6)]  # kept open, with both workers
        script = ada.client.post("/api/auth/tokens", json={"name": "x"}).json()["token"]
        other = sign_in(links[0], ada.email)
        tokens = [ada.token, script, other.json()["token"]["access_token"]]

        def asked(link: httpx.Client, token: str) -> httpx.Response:
            return link.get("/api/v1/tasks", headers=bearer(token))

        for link in links:
            assert [asked(link, token).status_code for token in tokens] == [200] * 3
        waiting = [begun(server, token, body) for token in tokens]

        done = users_command(server, "deactivate", ada.email)
        assert done.returncode == 0, done.stderr

        for link in links:
            for token in tokens:
                assert_problem(asked(link, token), 401, "UNAUTHORIZED")
            for refresh_token in (ada.refresh_token, refresh_token_in(other)):
                sent = {"refresh_token": refresh_token}
                assert_problem(link.post("/api/auth/refresh", json=sent), 401, "UNAUTHORIZED")
            assert_problem(sign_in(link, ada.email), 401, "INVALID_CREDENTIALS")
        for one in waiting:
            assert ended(one, body).startswith(b"HTTP/1.1 401 ")
        assert asked(links[0], grace.token).status_code == 200

        assert users_command(server, "activate", ada.email).returncode == 0
        assert_problem(asked(links[0], ada.token), 401, "UNAUTHORIZED")
        again = sign_in(links[0], ada.email).json()["token"]["access_token"]
        assert asked(links[0], again).json()["tasks"] == []
        assert asked(links[0], script).status_code == 200  # scripts go on: the person is trusted again
        for link in (*links, ada.client, grace.client):
            link.close()
