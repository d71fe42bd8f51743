"""No log tells what people keep: the server's with every line switched on, and PostgreSQL's own."""

import secrets
import sys
from pathlib import Path

import pytest

from tests.accounts.conftest import bearer, new_email, sign_in
from tests.accounts.one_time import switch_on
from tests.conftest import register, serving

LOUD = f"""#!{sys.executable}
import logging

quiet = logging.basicConfig
logging.basicConfig = lambda **more: quiet(**{{**more, "level": logging.DEBUG}})

if __name__ == "__main__":
    from server.main import main

    main()
"""
"""A server that logs all that it has to say, whatever the level. Its workers run the file's beginning again."""


def test_what_people_keep_is_in_no_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "todo-server"
    program.write_text(LOUD)
    program.chmod(0o755)
    monkeypatch.setattr("tests.conftest.BIN", tmp_path)
    words = [f"word{secrets.token_hex(8)}" for _ in range(5)]
    title, description, search, name, wrong = words
    with serving(tmp_path / "data", TODO_RATE_LIMIT="off", TODO_LOG_LEVEL="info") as server:
        ada, grace = register(server, "ada"), register(server, "grace")
        client = ada.client
        client.headers["User-Agent"] = name
        task = ada.add(title, description=description)
        assert client.get("/api/v1/tasks", params={"q": search}).status_code == 200
        assert client.get(f"/api/v1/{search}", params={"token": ada.token}).status_code == 404
        assert client.get(f"/{search}", params={"q": search}).status_code == 404
        assert client.post("/api/v1/tasks", json={"title": title * 100}).status_code == 422
        assert client.post("/api/v1/tasks", content=f'{{"title": "{title}').status_code in {415, 422}
        assert (
            client.patch(f"/api/v1/tasks/{task['id']}", json={"title": f"{title}\r\nWARNING made up"}).status_code
            == 200
        )
        assert grace.client.delete(f"/api/v1/tasks/{task['id']}").status_code == 403
        script = client.post("/api/auth/tokens", json={"name": name}).json()["token"]
        assert client.get("/api/v1/tasks", headers=bearer(script)).status_code == 200
        assert sign_in(client, ada.email, wrong).status_code == 401
        taken = {"email": grace.email, "password": ada.password}
        assert client.patch("/api/auth/me", json=taken).status_code == 409
        assert client.post("/api/auth/register", json={"email": ada.email, "password": wrong}).status_code == 409
        stranger = new_email()
        assert sign_in(client, stranger, wrong).status_code == 401
        sent = {"refresh_token": ada.refresh_token}
        renewed = client.post("/api/auth/refresh", json=sent).json()["refresh_token"]
        app = switch_on(ada)
        code = {"email": ada.email, "password": ada.password, "code": app.recovery_codes[0]}
        assert client.post("/api/auth/login", json=code).status_code == 200
        client.close()
        grace.client.close()
    said = "".join(server.output)
    assert said.count("/api/v1/tasks") > 5  # the log was on
    assert "/api/v1/tasks/{task_id}" in said
    files = {str(path): path.read_text(errors="replace") for path in server.data_dir.rglob("*.log")}
    assert files  # PostgreSQL's
    for place, text in {"the server's log": said, **files}.items():
        for secret in (
            *words, ada.password, ada.token, ada.refresh_token, renewed, script, app.secret, *app.recovery_codes,
            ada.email, grace.email, stranger, "made up", task["id"],
        ):  # fmt: skip
            assert secret not in text, (place, secret)
