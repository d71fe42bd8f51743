"""Parts that can be tried by themselves."""

import asyncio
import time

import pytest
from starlette.requests import Request

from api.errors import Overloaded
from api.middleware.client_address import client_address
from api.models.account_rules import email_key
from api.services import passwords
from api.settings import ConfigurationError, load_settings
from api.utils.ids import new_id


def test_ids_come_in_order() -> None:
    before = time.time_ns() // 1_000_000
    ids = [new_id() for _ in range(20_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert {made.version for made in ids} == {7}
    assert before <= ids[0].int >> 80 <= ids[-1].int >> 80 <= time.time_ns() // 1_000_000 + 1


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("198.51.100.7", [], "198.51.100.7"),
        ("198.51.100.7", ["1.2.3.4"], "198.51.100.7"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["1.2.3.4"], "1.2.3.4"),
        ("10.0.0.1", ["6.6.6.6, 1.2.3.4"], "1.2.3.4"),
        ("10.0.0.1", ["6.6.6.6", "1.2.3.4, 10.9.9.9"], "1.2.3.4"),
        ("10.0.0.1", ["10.2.2.2, 10.3.3.3"], "10.2.2.2"),
        ("10.0.0.1", ["1.2.3.4, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["1.2.3.4:5678"], "1.2.3.4"),
        ("10.0.0.1", ["[2001:db8::1]:5678"], "2001:db8::/64"),
        ("::ffff:10.0.0.1", ["2001:db8:0:0:1::1"], "2001:db8::/64"),
        ("::ffff:198.51.100.7", [], "198.51.100.7"),
        ("fe80::1%eth0", [], "fe80::/64"),
        ("testclient", ["1.2.3.4"], "testclient"),
    ],
)
def test_where_a_request_comes_from(peer: str, forwarded: list[str], client: str) -> None:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    request = Request({"type": "http", "client": (peer, 1), "headers": headers})
    assert client_address(request, ("10.0.0.0/8",)) == client


def test_a_malformed_proxy_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8, my-proxy")
    with pytest.raises(ConfigurationError, match="TRUSTED_PROXIES"):
        load_settings()


@pytest.mark.parametrize("other", ["ADA@EXAMPLE.COM", " ada@example.com ", "Ada@Example.Com"])
def test_spellings_of_one_address(other: str) -> None:
    assert email_key(other) == email_key("ada@example.com")


def test_the_longest_key_fits_the_index() -> None:
    assert len(email_key("ᾷ" * 254).encode()) < 2700


def test_too_many_passwords_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "WAITING_MAX", 2)

    async def crowd() -> list[bool | BaseException]:
        return await asyncio.gather(*(passwords.matches("x", None) for _ in range(4)), return_exceptions=True)

    outcomes = asyncio.run(crowd())
    assert outcomes[:2] == [False, False]
    assert all(isinstance(outcome, Overloaded) for outcome in outcomes[2:])
    assert asyncio.run(passwords.matches("x", None)) is False
