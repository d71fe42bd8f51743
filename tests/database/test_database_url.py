"""PostgreSQL URLs as people paste them."""

import ssl

import pytest

from api.database.url import UnusableUrl, parse_url

SECRET = "s3cret%21word"
NEON = f"postgresql://ada:{SECRET}@ep-quiet-garden-a1b2c3-pooler.eu-central-1.aws.neon.tech/todo"


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "password", "database"),
    [
        ("postgresql://ada:pw@db.example.org/todo", "db.example.org", 5432, "ada", "pw", "todo"),
        ("postgres://ada@db.example.org:6543/todo", "db.example.org", 6543, "ada", None, "todo"),
        ("  postgresql://ada:pw@DB.Example.org/todo\n", "db.example.org", 5432, "ada", "pw", "todo"),
        ("postgresql://a%40b:p%3A%2F%3F%23%40@h/a%20b", "h", 5432, "a@b", "p:/?#@", "a b"),
        ("postgresql://ada:p@ss@h/todo", "h", 5432, "ada", "p@ss", "todo"),
        ("postgresql://ada:pw@[::1]:5433/todo", "::1", 5433, "ada", "pw", "todo"),
        ("postgresql://ada:pw@[2001:DB8::1]/todo", "2001:db8::1", 5432, "ada", "pw", "todo"),
        ("postgresql://ada:pw@%2Fvar%2FRun%2FPG/todo", "/var/Run/PG", 5432, "ada", "pw", "todo"),
        ("postgresql://ada:pw@/todo?host=/var/Run/PG&port=5433", "/var/Run/PG", 5433, "ada", "pw", "todo"),
        ("postgresql://ada:@h/todo", "h", 5432, "ada", "", "todo"),
        (f"{NEON}?sslmode=require&channel_binding=require", "ep-quiet-garden-a1b2c3-pooler.eu-central-1.aws.neon.tech", 5432, "ada",  # noqa: E501
         "s3cret!word", "todo"),
        ("postgresql://ada:pw@h/todo?options=endpoint%3Dep-quiet&connect_timeout=10&keepalives_idle=5",
         "h", 5432, "ada", "pw", "todo"),
    ],
)  # fmt: skip
def test_what_is_understood(url: str, host: str, port: int, user: str, password: str | None, database: str) -> None:
    target = parse_url(url)
    assert (target.host, target.port, target.user, target.password, target.database) == (
        host, port, user, password, database,
    )  # fmt: skip
    told = target.arguments
    assert set(told) == {"host", "port", "user", "password", "database", "ssl"}
    assert str(port) in str(target) or host.startswith("/")
    assert database in str(target)
    assert host in str(target)
    for text in (str(target), repr(target), target.sqlalchemy_url):
        assert not password or password not in text.replace(f"database {database}", "")


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("", "begin with postgresql://"),
        (f"mysql://ada:{SECRET}@h/todo", "begin with postgresql://"),
        (f"postgresql+asyncpg://ada:{SECRET}@h/todo", "begin with postgresql://"),
        (f"ada:{SECRET}@h/todo", "begin with postgresql://"),
        (f"postgresql://ada:{SECRET}@/todo", "one host"),
        (f"postgresql://ada:{SECRET}@h1,h2/todo", "one host"),
        (f"postgresql://ada:{SECRET}@h1:5432,h2:5432/todo", "port"),
        (f"postgresql://:{SECRET}@h/todo", "a user and a database"),
        (f"postgresql://ada:{SECRET}@h", "a user and a database"),
        (f"postgresql://ada:{SECRET}@h/", "a user and a database"),
        (f"postgresql://ada:{SECRET}@h:70000/todo", "port"),
        (f"postgresql://ada:{SECRET}@h:0/todo", "port"),
        (f"postgresql://ada:{SECRET}@h:x/todo", "port"),
        (f"postgresql://ada:{SECRET}@h/todo?port=x", "port"),
        (f"postgresql://ada:{SECRET}@h/todo?port=99999", "port"),
        (f"postgresql://ada:{SECRET}@[::1/todo", "host or port"),
        (f"postgresql://ada:{SECRET}@h/todo?sslmode=sometimes", "sslmode"),
        (f"postgresql://ada:{SECRET}@h/todo?statement_timeout=5", "statement_timeout"),
        (f"postgresql://ada:{SECRET}%00@h/todo", "%00"),
        (f"{NEON}?sslmode=disable", "encryption"),
        (f"{NEON}?sslmode=prefer", "encryption"),
        (f"postgresql://ada:{SECRET}#x@h/todo", "port"),
        (f"postgresql://ada:{SECRET}/x@h/todo", "port"),
    ],
)
def test_what_is_refused_without_telling_the_password(url: str, complaint: str) -> None:
    with pytest.raises(UnusableUrl, match=complaint) as refusal:
        parse_url(url)
    assert "s3cret" not in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize(
    ("host", "sslmode", "expected"),
    [
        ("db.example.org", None, "prefer"),
        ("db.example.org", "prefer", "prefer"),
        ("db.example.org", "allow", "allow"),
        ("db.example.org", "disable", False),
        ("%2Frun%2Fpg", "require", False),
        ("db.example.org", "require", (ssl.CERT_NONE, False)),
        ("db.example.org", "verify-ca", (ssl.CERT_REQUIRED, False)),
        ("db.example.org", "verify-full", (ssl.CERT_REQUIRED, True)),
        ("ep-x-pooler.neon.tech", None, (ssl.CERT_REQUIRED, True)),
        ("ep-x-pooler.neon.tech", "require", (ssl.CERT_REQUIRED, True)),
    ],
)
def test_encryption(host: str, sslmode: str | None, expected: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "disable")
    target = parse_url(f"postgresql://ada:pw@{host}/todo{f'?sslmode={sslmode}' if sslmode else ''}")
    found = target.arguments["ssl"]
    if isinstance(expected, tuple):
        assert isinstance(found, ssl.SSLContext)
        assert (found.verify_mode, found.check_hostname) == expected
    else:
        assert found == expected


def test_the_direct_host_of_neon() -> None:
    pooled = parse_url(NEON)
    assert pooled.neon
    assert pooled.pooled
    assert pooled.unpooled.host == "ep-quiet-garden-a1b2c3.eu-central-1.aws.neon.tech"
    assert not pooled.unpooled.pooled
    assert pooled.unpooled.unpooled == pooled.unpooled
    assert (pooled.unpooled.password, pooled.unpooled.database) == (pooled.password, pooled.database)
    own = parse_url("postgresql://ada:pw@my-pooler.example.org/todo")
    assert not own.pooled
    assert own.unpooled == own
    assert not parse_url("postgresql://ada:pw@ep-x.neon.tech.example.org/todo").neon
