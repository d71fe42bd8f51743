"""Every statement of the repositories, and every one that functions and foreign keys run for them, uses an index.

At 1,000 people, one of whom has 10,000 tasks. The plans are those that PostgreSQL really took (auto_explain).
"""

import asyncio
import importlib
import inspect
import json
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

import api.repositories
from api.database import entry
from api.database.transaction import Reading, Transaction
from api.models.changes import TaskChange
from api.models.task import Draft, Order
from api.repositories.attempt_repository import AttemptRepository
from api.repositories.change_repository import ChangeRepository
from api.repositories.event_repository import EventRepository
from api.repositories.idempotency_repository import IdempotencyRepository
from api.repositories.import_repository import ImportRepository, Row
from api.repositories.second_factor_repository import SecondFactor, SecondFactorRepository, SecretRepository
from api.repositories.session_repository import RefreshTokenRepository, SessionRepository
from api.repositories.task_reader import TaskReader
from api.repositories.task_repository import TaskRepository
from api.repositories.token_repository import TokenRepository
from api.repositories.user_repository import UserRepository
from tests.database.conftest import Cluster, Fresh, new_database

_FILL = """
insert into todo.users (id, email, email_key, password_hash, issuer, subject)
    select gen_random_uuid(), n || '@example.com', n || '@example.com', 'x',
        case when n % 2 = 0 then 'issuer' end, case when n % 2 = 0 then n::text end
    from generate_series(1, 1000) n;
insert into todo.sessions (id, user_id, expires_at)
    select gen_random_uuid(), id, now() + interval '1 day' from todo.users, generate_series(1, 5);
insert into todo.refresh_tokens (hash, session_id) select sha256(gen_random_uuid()::text::bytea), id
    from todo.sessions, generate_series(1, 4);
insert into todo.access_tokens (id, user_id, hash, name)
    select gen_random_uuid(), id, sha256(gen_random_uuid()::text::bytea), 'script' from todo.users, generate_series(1, 5);
insert into todo.tasks (id, user_id, number, title, search_text, deleted_at)
    select gen_random_uuid(), id, n, 'Buy milk', 'buy milk', case when n % 10 = 0 then now() end
    from todo.users, lateral generate_series(1, case email_key when '1@example.com' then 10000 else 100 end) n;
insert into todo.idempotency_keys (user_id, key, request_hash, status, headers, body)
    select id, 'key ' || n, '', 201, '{}', '' from todo.users, generate_series(1, 20) n;
insert into todo.imported_records (user_id, record_hash, record, task_id)
    select user_id, sha256(id::text::bytea), '{}', id from todo.tasks;
insert into todo.second_factors (user_id, secret, confirmed_at) select id, 'x', now() from todo.users;
insert into todo.recovery_codes (user_id, hash)
    select id, sha256(gen_random_uuid()::text::bytea) from todo.users, generate_series(1, 10);
insert into todo.events (id, user_id, kind, address, user_agent, request_id)
    select gen_random_uuid(), id, 'kind ' || n % 3, '', '', '' from todo.users, generate_series(1, 30) n;
insert into todo.attempts (kind, address, account)
    select 'login', '10.0.' || n % 250 || '.' || n % 10, sha256('x') from generate_series(1, 20000) n;
"""

_SCANS_ALL = {"UserRepository.all", "SecretRepository.all"}
"""The operator's list of everybody reads everybody, and sealing anew reads every secret."""


@dataclass(frozen=True)
class Ids:
    """What is there to be asked for."""

    person: UUID
    task: UUID
    gone: UUID
    session: UUID
    token: bytes


@pytest.fixture(scope="module")
def filled(cluster: Cluster) -> tuple[Fresh, Ids]:
    from api.database.migrations import migrate

    target = asyncio.run(new_database(cluster))
    migrate(target)
    fresh = Fresh(cluster, target)

    async def fill() -> Ids:
        async with fresh.session() as session:
            await session.execute(_FILL)
            for row in await session.fetch("select relname from pg_class where relnamespace = 'todo'::regnamespace"
                                           " and relkind = 'r'"):  # fmt: skip
                await session.execute(f"vacuum analyze todo.{row[0]}")
            person = await session.fetchval("select id from todo.users where email_key = '1@example.com'")
            return Ids(
                person,
                UUID(
                    await session.fetchval(
                        "select id::text from todo.tasks where user_id = $1 and number = 7777", person
                    )
                ),
                UUID(
                    await session.fetchval(
                        "select id::text from todo.tasks where user_id = $1 and number = 5000", person
                    )
                ),
                *await session.fetchrow(
                    "select s.id, t.hash from todo.sessions s join todo.refresh_tokens t on t.session_id = s.id"
                    " where s.user_id = $1 limit 1",
                    person,
                ),
            )

    return fresh, asyncio.run(fill())


Call = Callable[[Any], Awaitable[Any]]


def _calls(ids: Ids) -> dict[str, list[Call]]:
    """How each method is called."""
    now = datetime.now(UTC)
    draft = Draft(uuid4(), "x", "", False, "x")
    row = Row(uuid4(), 10**6, "x", "", False, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "x", b"x", "{}")
    keys = {"number": 5000, "created_at": now, "updated_at": now, "title": "Buy milk"}
    change: dict[str, Any] = dict.fromkeys(("title", "description", "completed", "folded_title", "folded_description"))
    pages: list[Call] = [
        lambda r, by=by, down=down, done=done, search=search, after=after: r.page(  # type: ignore[misc]
            Order(by, down), 100, completed=done, search=search, after=(keys[by], 5000) if after else None
        )
        for by in keys for down in (False, True) for done in (None, True) for search in ("", "milk") for after in (False, True)
    ]  # fmt: skip
    return {
        "AttemptRepository.queue": [lambda r: r.queue()],
        "AttemptRepository.wait": [lambda r: r.wait(10, 900), lambda r: r.wait(10, 900, b"x")],
        "AttemptRepository.note": [lambda r: r.note(b"x")],
        "ChangeRepository.expect_many": [lambda r: r.expect_many()],
        "ChangeRepository.lock": [lambda r: r.lock([ids.task, 7777])],
        "ChangeRepository.make": [
            lambda r: r.make([(ids.task, TaskChange.model_validate({"task": str(ids.task), "title": "x"}))])
        ],
        "ChangeRepository.delete": [lambda r: r.delete([ids.task, 7777])],
        "ChangeRepository.clear": [
            lambda r: r.clear(completed_only=False, only=None),
            lambda r: r.clear(completed_only=True, only=[7777]),
        ],
        "ChangeRepository.restore": [lambda r: r.restore("2026-01-01T00:00:00.000000Z")],
        "ChangeRepository.taken": [lambda r: r.taken("2026-01-01T00:00:00.000000Z")],
        "EventRepository.add": [lambda r: r.add(uuid4(), ids.person, "kind 1", ("", "", ""), None)],
        "EventRepository.add_for": [lambda r: r.add_for(uuid4(), "7@example.com", "kind 1", ("", "", ""))],
        "EventRepository.page": [
            lambda r: r.page(ids.person, 50, None),
            lambda r: r.page(ids.person, 50, UUID("88888888-8888-8888-8888-888888888888")),
        ],
        "IdempotencyRepository.claim": [lambda r: r.claim("key 3", b"")],
        "IdempotencyRepository.keep": [lambda r: r.keep("key 3", b"", 201, "{}", "")],
        "ImportRepository.lock": [lambda r: r.lock()],
        "ImportRepository.known": [lambda r: r.known([b"a", b"b"])],
        "ImportRepository.taken": [lambda r: r.taken([1, 2, 3])],
        "ImportRepository.add": [lambda r: r.add([row])],
        "ImportRepository.read_back": [lambda r: r.read_back([ids.task], [b"x"])],
        "RefreshTokenRepository.lock_session": [lambda r: r.lock_session(ids.token)],
        "RefreshTokenRepository.find": [lambda r: r.find(ids.token)],
        "RefreshTokenRepository.rotate": [
            lambda r: r.rotate(ids.session, used=ids.token, salt=b"s", successor=b"new", days=30)
        ],
        "RefreshTokenRepository.end_session": [lambda r: r.end_session(ids.token)],
        "SecondFactorRepository.find": [lambda r: r.find()],
        "SecondFactorRepository.begin": [lambda r: r.begin(b"x")],
        "SecondFactorRepository.confirm": [lambda r: r.confirm(SecondFactor(now, None))],
        "SecondFactorRepository.remove": [lambda r: r.remove(SecondFactor(now, now))],
        "SecondFactorRepository.replace_codes": [lambda r: r.replace_codes([b"x"])],
        "SecondFactorRepository.count_codes": [lambda r: r.count_codes()],
        "SecretRepository.lock": [lambda r: r.lock(ids.person)],
        "SecretRepository.accept": [lambda r: r.accept(ids.person, 1)],
        "SecretRepository.use_code": [lambda r: r.use_code(ids.person, b"x")],
        "SecretRepository.reset": [lambda r: r.reset(ids.person)],
        "SecretRepository.all": [lambda r: r.all()],
        "SecretRepository.replace": [lambda r: r.replace(ids.person, b"x", b"y")],
        "SessionRepository.begin": [lambda r: r.begin(uuid4(), user_agent="x", days=1, token_hash=b"y")],
        "SessionRepository.live": [lambda r: r.live()],
        "SessionRepository.is_live": [lambda r: r.is_live(ids.session)],
        "SessionRepository.end": [lambda r: r.end(ids.session)],
        "SessionRepository.end_all": [lambda r: r.end_all(), lambda r: r.end_all(but=ids.session)],
        "TaskReader.page": pages,
        "TaskReader.summary": [lambda r: r.summary()],
        "TaskReader.find": [lambda r: r.find(ids.task), lambda r: r.find(7777)],
        "TaskRepository.lock": [lambda r: r.lock(ids.task), lambda r: r.lock(7777)],
        "TaskRepository.add": [lambda r: r.add(draft)],
        "TaskRepository.add_all": [lambda r: r.add_all([draft])],
        "TaskRepository.update": [lambda r: r.update(ids.task, **change), lambda r: r.update(7777, **change)],
        "TaskRepository.complete": [lambda r: r.complete(ids.task, True), lambda r: r.complete(7777, None)],
        "TaskRepository.delete": [lambda r: r.delete(ids.task), lambda r: r.delete(7777)],
        "TaskRepository.clear": [lambda r: r.clear(completed_only=False), lambda r: r.clear(completed_only=True)],
        "TaskReader.bin": [lambda r: r.bin(100, None), lambda r: r.bin(100, (now, ids.gone))],
        "TaskRepository.lock_deleted": [lambda r: r.lock_deleted(ids.gone), lambda r: r.lock_deleted(5000)],
        "TaskRepository.restore": [lambda r: r.restore(ids.gone)],
        "TaskRepository.empty_bin": [lambda r: r.empty_bin()],
        "TaskRepository.is_elsewhere": [lambda r: r.is_elsewhere(ids.task, in_bin=True)],
        "TokenRepository.add": [lambda r: r.add(uuid4(), b"new", "x", 1)],
        "TokenRepository.count": [lambda r: r.count()],
        "TokenRepository.all": [lambda r: r.all()],
        "TokenRepository.delete": [lambda r: r.delete(uuid4())],
        "TokenRepository.delete_by_hash": [lambda r: r.delete_by_hash(b"x")],
        "TokenRepository.delete_all": [lambda r: r.delete_all()],
        "UserRepository.add": [lambda r: r.add(uuid4(), "new@example.com", None, "x")],
        "UserRepository.by_email": [lambda r: r.by_email("7@example.com")],
        "UserRepository.by_id": [lambda r: r.by_id(ids.person)],
        "UserRepository.confirm": [lambda r: r.confirm(ids.person, "x")],
        "UserRepository.lock": [lambda r: r.lock(ids.person)],
        "UserRepository.rename": [lambda r: r.rename(ids.person, "Ada")],
        "UserRepository.readdress": [lambda r: r.readdress(ids.person, "ada@example.com", "x")],
        "UserRepository.set_password": [lambda r: r.set_password(ids.person, "y", old_hash="x")],
        "UserRepository.set_active": [lambda r: r.set_active(ids.person, active=False)],
        "UserRepository.set_admin": [lambda r: r.set_admin(ids.person, admin=True)],
        "UserRepository.is_admin": [lambda r: r.is_admin(ids.person)],
        "UserRepository.delete": [lambda r: r.delete(ids.person, password_hash="x")],
        "UserRepository.all": [lambda r: r.all()],
        "UserRepository.external": [lambda r: r.external("issuer", "2", new_id=uuid4(), email=None, name=None)],
    }


_KINDS: dict[str, tuple[bool, Callable[[Transaction, Ids], Any]]] = {
    "AttemptRepository": (False, lambda t, _: AttemptRepository(t, "login", "10.0.5.5")),
    "ChangeRepository": (True, lambda t, ids: ChangeRepository(t, ids.person)),
    "EventRepository": (True, lambda t, _: EventRepository(t)),
    "IdempotencyRepository": (True, lambda t, ids: IdempotencyRepository(t, ids.person)),
    "ImportRepository": (True, lambda t, ids: ImportRepository(t, ids.person)),
    "RefreshTokenRepository": (False, lambda t, _: RefreshTokenRepository(t)),
    "SecondFactorRepository": (True, lambda t, ids: SecondFactorRepository(t, ids.person)),
    "SecretRepository": (False, lambda t, _: SecretRepository(t)),
    "SessionRepository": (True, lambda t, ids: SessionRepository(t, ids.person)),
    "TaskReader": (True, lambda t, ids: TaskReader(Reading(t._connection, entry.as_user(ids.person)))),
    "TaskRepository": (True, lambda t, ids: TaskRepository(t, ids.person)),
    "TokenRepository": (True, lambda t, ids: TokenRepository(t, ids.person)),
    "UserRepository": (True, lambda t, _: UserRepository(t)),
}
_AS_ACCOUNTS = {
    "EventRepository.add_for", "SessionRepository.begin",
    "UserRepository.add", "UserRepository.by_email", "UserRepository.set_active", "UserRepository.set_admin",
    "UserRepository.all", "UserRepository.external",
}  # fmt: skip


def _methods() -> set[str]:
    found = set()
    for module in pkgutil.iter_modules(api.repositories.__path__):
        for name, kind in inspect.getmembers(
            importlib.import_module(f"api.repositories.{module.name}"), inspect.isclass
        ):
            if name.endswith(("Repository", "Reader")):
                found |= {f"{name}.{method}" for method in vars(kind) if not method.startswith("_")}
    return found


def _scanned(plan: Any) -> list[str]:
    """The tables of ours that a plan reads from one end to the other."""
    if isinstance(plan, list):
        return [table for part in plan for table in _scanned(part)]
    if not isinstance(plan, dict):
        return []
    here = [plan["Relation Name"]] if plan.get("Node Type") == "Seq Scan" else []
    return here + [table for part in plan.values() for table in _scanned(part)]


def test_every_method_is_looked_at(filled: tuple[Fresh, Ids]) -> None:
    assert set(_calls(filled[1])) == _methods()


def test_no_statement_reads_a_whole_table(filled: tuple[Fresh, Ids]) -> None:
    fresh, ids = filled
    seen: list[dict[str, Any]] = []

    def heard(_: object, message: Any) -> None:
        _, _, plan = message.message.partition("plan:")
        if plan:
            seen.append(json.loads(plan))

    async def look() -> None:
        target = replace(fresh.cluster.superuser, database=fresh.target.database)
        connection = await asyncpg.connect(**target.arguments)
        await connection.execute(
            "load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;"
            " set auto_explain.log_format = json; set client_min_messages = log"
        )
        connection.add_log_listener(heard)
        tables: set[str] = set()
        cascades = 0
        try:
            for name, calls in _calls(ids).items():
                as_person, make = _KINDS[name.split(".")[0]]
                mine = as_person and name not in _AS_ACCOUNTS
                for call in calls:
                    seen.clear()
                    entered = entry.as_user(ids.person) if mine else entry.ACCOUNTS
                    await connection.execute("begin" if "Reader" in name else entered.script)
                    await connection.execute("set local client_min_messages = log")
                    await call(make(Transaction(connection), ids))
                    await connection.execute("rollback")
                    await asyncio.sleep(0)
                    assert seen, name
                    for plan in seen:
                        found = [table for table in _scanned(plan["Plan"]) if table in PERSONAL]
                        assert not found or name in _SCANS_ALL, (name, plan)
                        tables |= {table for table in PERSONAL if f'"{table}"' in json.dumps(plan)}
                        cascades += plan["Query Text"].startswith("DELETE FROM ONLY")
        finally:
            connection.remove_log_listener(heard)
            await connection.close()
        assert tables == PERSONAL
        assert cascades >= 6

    asyncio.run(look())


PERSONAL = {
    "users", "sessions", "refresh_tokens", "access_tokens", "tasks", "idempotency_keys", "imported_records", "attempts",
}  # fmt: skip
