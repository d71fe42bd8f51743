"""Another JWT_SECRET, with and without the previous one: tokens and second factors."""

import asyncio
import secrets
from pathlib import Path

import pytest

from api.database.url import parse_url
from server.tidying import seal_anew
from tests.accounts.conftest import bearer, refresh_token_in, sign_in
from tests.accounts.one_time import switch_on
from tests.conftest import Server, assert_problem, register, serving


def test_rotation_signs_nobody_out_and_locks_nobody_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    first, second, third = (secrets.token_hex(32) for _ in range(3))

    def run_with(secret: str, previous: str = ""):  # type: ignore[no-untyped-def]
        return serving(tmp_path / "data", JWT_SECRET=secret, JWT_SECRET_PREVIOUS=previous, TODO_RATE_LIMIT="off")

    with run_with(first) as server:
        ada = register(server, "ada")
        app = switch_on(ada)

    def entered(server: Server, code: str) -> str | None:
        with server.client() as client:
            answer = client.post("/api/auth/login", json={"email": ada.email, "password": ada.password, "code": code})
            if answer.status_code == 200:
                return str(answer.json()["token"]["access_token"])
            assert_problem(answer, 401, "INVALID_SECOND_FACTOR")
            return None

    def works(server: Server, token: str) -> bool:
        with server.client() as client:
            answer = client.get("/api/auth/me", headers=bearer(token))
            assert answer.status_code in {200, 401}
            return answer.status_code == 200

    with run_with(second, first) as server:
        assert works(server, ada.token)
        newer = entered(server, app.code())
        assert newer is not None
        with server.postgres() as postgres:
            asyncio.run(seal_anew(parse_url(postgres.url), (second, first)))
    with run_with(second) as server:
        assert not works(server, ada.token)
        assert works(server, newer)
        assert entered(server, app.code()) is not None
    assert not caplog.records

    # The secret is lost: what it sealed is, too, and a recovery code is the way in.
    with run_with(third) as server:
        assert not works(server, newer)
        assert entered(server, app.at(1)) is None
        with server.postgres() as postgres:
            asyncio.run(seal_anew(parse_url(postgres.url), (third,)))
        [warning] = caplog.messages
        assert warning.startswith("1 second factors")
        assert ada.email not in warning
        token = entered(server, app.recovery_codes[0])
        assert token is not None
        with server.client(**bearer(token)) as client:
            off = {"password": ada.password, "code": app.recovery_codes[1]}
            assert client.request("DELETE", "/api/auth/second-factor", json=off).status_code == 204
            answer = sign_in(client, ada.email, ada.password)
            assert answer.status_code == 200
            assert refresh_token_in(answer)
    ada.client.close()
