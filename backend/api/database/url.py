"""A PostgreSQL URL as people paste it, taken apart once: what asyncpg may be told, and what it must not.

Sources: the Neon documentation on connection strings; asyncpg/connect_utils.py (an unknown parameter would become a
server setting, which a pooler refuses).
"""

import re
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

_LIBPQ_ONLY = {
    *(
        "channel_binding",
        "options",
        "gssencmode",
        "krbsrvname",
        "application_name",
        "connect_timeout",
        "sslnegotiation",
    ),
    *("keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"),
    *("target_session_attrs", "load_balance_hosts"),
}
_SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}


class UnusableUrl(ValueError):
    """The URL cannot be used; `str(error)` says why, and never holds the password."""


@dataclass(frozen=True, repr=False)
class Target:
    """One database on one server."""

    host: str
    port: int
    user: str
    password: str | None
    database: str
    sslmode: str

    @property
    def local(self) -> bool:
        """On this machine: by socket or loopback."""
        return self.host.startswith("/") or self.host in {"localhost", "127.0.0.1", "::1"}

    @property
    def neon(self) -> bool:
        return self.host.endswith(".neon.tech")

    @property
    def pooled(self) -> bool:
        """Neon's pooler: the endpoint's id ends in -pooler."""
        return self.neon and self.host.split(".")[0].endswith("-pooler")

    @property
    def unpooled(self) -> "Target":
        """The same database without Neon's pooler between."""
        host = re.sub(r"-pooler(?=\.)", "", self.host, count=1) if self.pooled else self.host
        return Target(host, self.port, self.user, self.password, self.database, self.sslmode)

    @property
    def encryption(self) -> ssl.SSLContext | str | bool:
        """What asyncpg is told about it. Neon's certificates are verified under `require` too; nothing is left to PGSSLMODE."""
        if self.host.startswith("/") or self.sslmode == "disable":
            return False
        if self.sslmode in {"allow", "prefer"}:
            return self.sslmode
        context = ssl.create_default_context()
        if self.sslmode == "require" and not self.neon:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif self.sslmode == "verify-ca":
            context.check_hostname = False
        return context

    @property
    def arguments(self) -> dict[str, Any]:
        """For `asyncpg.connect`."""
        return {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "database": self.database,
            "ssl": self.encryption,
        }

    @property
    def sqlalchemy_url(self) -> str:
        """For Alembic's engine; everything else travels as `arguments`."""
        return f"postgresql+asyncpg://{quote(self.user, safe='')}@/{quote(self.database, safe='')}"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"database {self.database} on {host if host.startswith('/') else f'{host}:{self.port}'}"


def parse_url(url: str) -> Target:
    """The target that a URL names. Raises `UnusableUrl`."""
    try:
        parts = urlsplit(url.strip())
        port = 5432 if parts.port is None else parts.port
    except ValueError:
        raise UnusableUrl("the URL's host or port cannot be read") from None
    if parts.scheme not in {"postgres", "postgresql"}:
        raise UnusableUrl("the URL must begin with postgresql://")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host = query.pop("host", None) or _host(parts.netloc)
    if not host or "," in host:
        raise UnusableUrl("the URL must name one host")
    port = _port(query.pop("port", str(port)))
    database = unquote(parts.path.removeprefix("/"))
    if not parts.username or not database:
        raise UnusableUrl("the URL must name a user and a database: postgresql://USER:PASSWORD@HOST/DATABASE")
    sslmode = query.pop("sslmode", "require" if host.endswith(".neon.tech") else "prefer")
    if sslmode not in _SSL_MODES:
        raise UnusableUrl(f"sslmode must be one of {', '.join(sorted(_SSL_MODES))}")
    strange = set(query) - _LIBPQ_ONLY
    if strange:
        raise UnusableUrl(f"the URL's parameter {min(strange)} is not known")
    target = Target(
        host=host,
        port=port,
        user=unquote(parts.username),
        password=unquote(parts.password) if parts.password is not None else None,
        database=database,
        sslmode=sslmode,
    )
    if "\0" in f"{target.host}{target.user}{target.password}{target.database}":
        raise UnusableUrl("the URL holds the character %00, which no name or password can have")
    if target.neon and sslmode in {"disable", "allow", "prefer"}:
        raise UnusableUrl("Neon wants encryption: use sslmode=require")
    return target


def _host(netloc: str) -> str:
    """The host as written, but for the case of a name: a socket's folder keeps its capitals, which `hostname` would lose."""
    host = netloc.rpartition("@")[2]
    host = host[1 : host.index("]")] if host.startswith("[") else host.partition(":")[0]
    host = unquote(host)
    return host if host.startswith("/") else host.lower()


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65535):
        raise UnusableUrl("the URL's port must be a number from 1 to 65535")
    return int(text)
