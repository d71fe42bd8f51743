"""An authenticator app, for tests."""

import base64
import time
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from tests.conftest import Person

PATH = "/api/auth/second-factor"


@dataclass
class App:
    """One account in it. `codes` never gives one twice: waiting for the next would take half a minute."""

    secret: str
    recovery_codes: list[str] = field(default_factory=list)
    _next: int = -1

    def at(self, steps: int) -> str:
        """The code of so many steps from now."""
        totp = TOTP(base64.b32decode(self.secret), 6, SHA1(), 30)  # noqa: S303
        return totp.generate(time.time() + 30 * steps).decode()

    def code(self) -> str:
        """A right code that was not used; there are three of them: the last one, the one that is shown, the next."""
        self._next += 1
        assert self._next <= 2
        return self.at(self._next - 1)


def begin(person: Person) -> App:
    """A secret in the app, not confirmed yet."""
    answer = person.client.post(PATH, json={"password": person.password})
    assert answer.status_code == 200, answer.text
    return App(answer.json()["secret"])


def switch_on(person: Person) -> App:
    """The second factor, on."""
    app = begin(person)
    answer = person.client.post(f"{PATH}/confirm", json={"code": app.code()})
    assert answer.status_code == 200, answer.text
    app.recovery_codes = answer.json()["recovery_codes"]
    return app


def standing(person: Person) -> dict[str, Any]:
    """What the server says is on."""
    found: dict[str, Any] = person.client.get(PATH).json()
    return found
