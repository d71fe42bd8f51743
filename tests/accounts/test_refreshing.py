"""Staying signed in by refresh token, and signing out."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import pytest

from tests.accounts.conftest import bearer, in_database, new_email, refresh_token_in, sign_up
from tests.conftest import Person, Server, assert_problem

REFRESH, LOGOUT = "/api/auth/refresh", "/api/auth/logout"


def refresh(client: httpx.Client, token: str) -> httpx.Response:
    return client.post(REFRESH, json={"refresh_token": token})


def use_was_earlier(server: Server, token: str, seconds: int) -> None:
    """As if the token had been used `seconds` earlier."""
    rows = in_database(
        server,
        "update todo.refresh_tokens set used_at = used_at - make_interval(secs => $2) where hash = sha256($1) returning hash",
        token.encode(),
        float(seconds),
    )
    assert len(rows) == 1


def test_in_the_body(anonymous: httpx.Client, ada: Person) -> None:
    answer = refresh(anonymous, ada.refresh_token)
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"token", "refresh_token"}
    assert set(body["token"]) == {"access_token", "token_type", "expires_in"}
    assert body["refresh_token"] != ada.refresh_token
    assert "set-cookie" not in answer.headers
    assert anonymous.get("/api/auth/me", headers=bearer(body["token"]["access_token"])).json()["user"] == ada.user
    assert refresh(anonymous, body["refresh_token"]).status_code == 200


def test_by_cookie(anonymous: httpx.Client) -> None:
    first = refresh_token_in(sign_up(anonymous, new_email()))
    answer = anonymous.post(REFRESH)
    assert answer.status_code == 200
    assert set(answer.json()) == {"token"}
    second = refresh_token_in(answer)
    assert second != first
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert anonymous.post(REFRESH, json={}).status_code == 200
    assert anonymous.post(REFRESH, headers={"Content-Type": "application/json"}).status_code == 200


def test_a_body_goes_before_a_cookie(anonymous: httpx.Client, ada: Person) -> None:
    of_the_cookie = refresh_token_in(sign_up(anonymous, new_email()))
    answer = refresh(anonymous, ada.refresh_token)
    assert "refresh_token" in answer.json()
    assert "set-cookie" not in answer.headers
    both = refresh(anonymous, of_the_cookie)
    assert refresh_token_in(both) == both.json()["refresh_token"], "the browser must not keep the one that is used up"


def test_a_lost_answer_is_given_again(server: Server, anonymous: httpx.Client, ada: Person) -> None:
    first, again = (refresh(anonymous, ada.refresh_token).json() for _ in range(2))
    assert first["refresh_token"] == again["refresh_token"]
    assert first["token"] != again["token"]
    use_was_earlier(server, ada.refresh_token, 8)
    assert refresh(anonymous, ada.refresh_token).json()["refresh_token"] == first["refresh_token"]
    assert refresh(anonymous, first["refresh_token"]).status_code == 200


def test_an_old_token_replayed_ends_the_family(server: Server, anonymous: httpx.Client, ada: Person) -> None:
    successor = refresh(anonymous, ada.refresh_token).json()
    use_was_earlier(server, ada.refresh_token, 11)
    assert_problem(refresh(anonymous, ada.refresh_token), 401, "UNAUTHORIZED")
    assert_problem(refresh(anonymous, successor["refresh_token"]), 401, "UNAUTHORIZED")
    for token in (ada.token, successor["token"]["access_token"]):
        assert_problem(anonymous.get("/api/auth/me", headers=bearer(token)), 401, "UNAUTHORIZED")


def test_an_old_token_replayed_after_its_successor_was_used_ends_the_family(
    anonymous: httpx.Client, ada: Person
) -> None:
    second = refresh(anonymous, ada.refresh_token).json()["refresh_token"]
    third = refresh(anonymous, second).json()
    assert_problem(refresh(anonymous, ada.refresh_token), 401, "UNAUTHORIZED")
    assert_problem(refresh(anonymous, third["refresh_token"]), 401, "UNAUTHORIZED")
    assert_problem(anonymous.get("/api/auth/me", headers=bearer(third["token"]["access_token"])), 401, "UNAUTHORIZED")


def test_another_session_of_the_same_person_lives_on(server: Server, anonymous: httpx.Client, ada: Person) -> None:
    other = anonymous.post("/api/auth/login", json={"email": ada.email, "password": ada.password})
    anonymous.cookies.clear()
    refresh(anonymous, ada.refresh_token)
    use_was_earlier(server, ada.refresh_token, 60)
    refresh(anonymous, ada.refresh_token)
    assert refresh(anonymous, refresh_token_in(other)).status_code == 200


def test_parallel_refreshes_all_get_the_same_successor(server: Server, ada: Person) -> None:
    def once(_: int) -> httpx.Response:
        with server.client() as client:
            return refresh(client, ada.refresh_token)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(once, range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


@pytest.mark.parametrize("token", ["", "x", "é", "x" * 5000, "../../etc/passwd", "todo_" + "A" * 64])
def test_what_is_no_refresh_token(anonymous: httpx.Client, token: str) -> None:
    assert_problem(refresh(anonymous, token), 401, "UNAUTHORIZED")
    assert anonymous.post(LOGOUT, json={"refresh_token": token}).status_code == 204


def test_without_any(anonymous: httpx.Client) -> None:
    answer = anonymous.post(REFRESH)
    assert_problem(answer, 401, "UNAUTHORIZED")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in answer.headers
    assert_problem(anonymous.post(REFRESH, json={"refresh_token": 5}), 422, "VALIDATION_ERROR")
    assert_problem(anonymous.post(REFRESH, json={"token": "x"}), 422, "VALIDATION_ERROR")
    assert_problem(anonymous.post(REFRESH, data={"refresh_token": "x"}), 415, "UNSUPPORTED_MEDIA_TYPE")


def test_an_access_token_is_no_refresh_token_nor_the_other_way(anonymous: httpx.Client, ada: Person) -> None:
    assert_problem(refresh(anonymous, ada.token), 401, "UNAUTHORIZED")
    assert_problem(anonymous.get("/api/auth/me", headers=bearer(ada.refresh_token)), 401, "UNAUTHORIZED")


def test_a_dead_cookie_is_taken_away(server: Server, anonymous: httpx.Client) -> None:
    email = new_email()
    sign_up(anonymous, email)
    in_database(
        server,
        "update todo.sessions s set ended_at = now() from todo.users u where u.id = s.user_id and u.email = $1 returning s.id",
        email,
    )
    answer = anonymous.post(REFRESH)
    assert_problem(answer, 401, "UNAUTHORIZED")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert not anonymous.cookies


@pytest.mark.parametrize(
    "change",
    [
        "update todo.sessions set expires_at = now() where user_id = $1 returning id",
        "update todo.sessions set ended_at = now() where user_id = $1 returning id",
        "update todo.users set active = false where id = $1 returning id",
        "delete from todo.users where id = $1 returning id",
    ],
)
def test_expired_ended_inactive_and_deleted(server: Server, anonymous: httpx.Client, ada: Person, change: str) -> None:
    assert in_database(server, change, UUID(ada.id))
    assert_problem(refresh(anonymous, ada.refresh_token), 401, "UNAUTHORIZED")
    assert_problem(ada.client.get("/api/auth/me"), 401, "UNAUTHORIZED")
    assert_problem(ada.client.get("/api/v1/tasks"), 401, "UNAUTHORIZED")


def test_a_session_lives_thirty_days_from_its_last_use(server: Server, anonymous: httpx.Client, ada: Person) -> None:
    days = "select extract(epoch from expires_at - now())::float8 / 86400 from todo.sessions where user_id = $1"
    owner = UUID(ada.id)
    in_database(
        server, "update todo.sessions set expires_at = now() + interval '1 hour' where user_id = $1 returning id", owner
    )
    assert refresh(anonymous, ada.refresh_token).status_code == 200
    assert 29.9 < in_database(server, days, owner)[0][0] <= 30


def test_tokens_are_kept_as_hashes_only(server: Server, anonymous: httpx.Client, ada: Person) -> None:
    second = refresh(anonymous, ada.refresh_token).json()["refresh_token"]
    rows = in_database(
        server,
        "select t::text from todo.refresh_tokens t join todo.sessions s on s.id = t.session_id where s.user_id = $1",
        UUID(ada.id),
    )
    assert len(rows) == 2
    for row in rows:
        for token in (ada.refresh_token, second):
            assert token not in row[0]
            assert token.encode().hex() not in row[0]


def test_logging_out_by_cookie(anonymous: httpx.Client) -> None:
    body = sign_up(anonymous, new_email()).json()
    token = refresh_token_in(anonymous.post(REFRESH))
    answer = anonymous.post(LOGOUT)
    assert answer.status_code == 204
    assert answer.content == b""
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert_problem(anonymous.get("/api/auth/me", headers=bearer(body["token"]["access_token"])), 401, "UNAUTHORIZED")
    assert_problem(refresh(anonymous, token), 401, "UNAUTHORIZED")


def test_logging_out_by_body(anonymous: httpx.Client, ada: Person) -> None:
    assert anonymous.post(LOGOUT, json={"refresh_token": ada.refresh_token}).status_code == 204
    assert_problem(ada.client.get("/api/auth/me"), 401, "UNAUTHORIZED")
    assert_problem(ada.client.get("/api/v1/tasks"), 401, "UNAUTHORIZED")
    assert anonymous.post(LOGOUT, json={"refresh_token": ada.refresh_token}).status_code == 204
    assert anonymous.post(LOGOUT).status_code == 204


def test_logging_out_with_the_token_before_the_last(anonymous: httpx.Client, ada: Person) -> None:
    second = refresh(anonymous, ada.refresh_token).json()["refresh_token"]
    assert anonymous.post(LOGOUT, json={"refresh_token": ada.refresh_token}).status_code == 204
    assert_problem(refresh(anonymous, second), 401, "UNAUTHORIZED")


def test_a_foreign_page_can_neither_refresh_nor_log_out(anonymous: httpx.Client) -> None:
    sign_up(anonymous, new_email())
    for path in (REFRESH, LOGOUT):
        assert_problem(anonymous.post(path, headers={"Origin": "https://evil.example"}), 403, "FORBIDDEN")
    assert anonymous.post(REFRESH).status_code == 200
