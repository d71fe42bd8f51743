"""Where one is signed in."""

import re

import httpx
import pytest

from tests.accounts.conftest import bearer, new_email, second_session
from tests.conftest import PASSWORD, Person, Server, assert_problem

SESSIONS = "/api/auth/sessions"
NOBODY = "019a0000-0000-7000-8000-000000000000"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"


def test_the_list(server: Server, ada: Person, grace: Person) -> None:
    second_session(server, ada)
    sessions = ada.client.get(SESSIONS).json()["sessions"]
    assert len(sessions) == 2
    for session in sessions:
        assert set(session) == {"id", "created_at", "last_used_at", "user_agent", "current"}
        assert re.fullmatch(MOMENT, session["created_at"])
        assert re.fullmatch(MOMENT, session["last_used_at"])
    assert [(session["user_agent"][:7], session["current"]) for session in sessions] == [
        ("another", False),
        ("python-", True),
    ]


def test_refreshing_counts_as_use(anonymous: httpx.Client, ada: Person) -> None:
    before = ada.client.get(SESSIONS).json()["sessions"][0]
    anonymous.post("/api/auth/refresh", json={"refresh_token": ada.refresh_token})
    [after] = ada.client.get(SESSIONS).json()["sessions"]
    assert (after["id"], after["current"]) == (before["id"], True)
    assert after["last_used_at"] > before["last_used_at"]
    assert after["created_at"] == before["created_at"]


def test_ending_another_one(server: Server, anonymous: httpx.Client, ada: Person) -> None:
    token, refresh_token = second_session(server, ada)
    other = next(session for session in ada.client.get(SESSIONS).json()["sessions"] if not session["current"])
    assert ada.client.delete(f"{SESSIONS}/{other['id'].upper()}").status_code == 204
    assert_problem(anonymous.get("/api/auth/me", headers=bearer(token)), 401, "UNAUTHORIZED")
    assert_problem(anonymous.post("/api/auth/refresh", json={"refresh_token": refresh_token}), 401, "UNAUTHORIZED")
    assert [session["current"] for session in ada.client.get(SESSIONS).json()["sessions"]] == [True]
    assert_problem(ada.client.delete(f"{SESSIONS}/{other['id']}"), 404, "NOT_FOUND")


def test_ending_the_current_one(ada: Person) -> None:
    [session] = ada.client.get(SESSIONS).json()["sessions"]
    assert ada.client.delete(f"{SESSIONS}/{session['id']}").status_code == 204
    assert_problem(ada.client.get("/api/auth/me"), 401, "UNAUTHORIZED")


def test_somebody_elses(ada: Person, grace: Person) -> None:
    [hers] = grace.client.get(SESSIONS).json()["sessions"]
    assert_problem(ada.client.delete(f"{SESSIONS}/{hers['id']}"), 404, "NOT_FOUND")
    assert grace.client.get("/api/auth/me").status_code == 200


@pytest.mark.parametrize("unknown", [NOBODY, "1", "x" * 500, f"{{{NOBODY}}}", NOBODY.replace("-", ""), "é"])
def test_no_such_session(ada: Person, unknown: str) -> None:
    assert_problem(ada.client.delete(f"{SESSIONS}/{unknown}"), 404, "NOT_FOUND")


def test_a_user_agent_is_only_words(server: Server) -> None:
    with server.client(**{"User-Agent": "<script>alert(1)</script>" + "x" * 1000}) as client:
        answer = client.post("/api/auth/register", json={"email": new_email(), "password": PASSWORD})
        token = answer.json()["token"]["access_token"]
        [session] = client.get(SESSIONS, headers=bearer(token)).json()["sessions"]
    assert session["user_agent"].startswith("<script>alert(1)</script>x")
    assert len(session["user_agent"]) == 300
