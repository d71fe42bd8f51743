"""The same list of rule cases against the bare table: scripts and psql are held to the rules as well."""

import asyncio
import uuid
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from api.database.url import parse_url
from tests.conftest import Person, Server, register
from tests.rule_cases import RULE_CASES, RuleCase


@pytest.fixture(scope="module")
def owner(server: Server) -> Iterator[Person]:
    person = register(server, "ada")
    yield person
    person.client.close()


@pytest.fixture(scope="module")
def table(server: Server) -> Iterator[str]:
    """The URL by which PostgreSQL's own superuser reaches the table."""
    with server.postgres() as postgres:
        yield postgres.superuser_url


def insert(table: str, owner: Person, fields: dict[str, Any]) -> Any:
    """What the table keeps of the last field, put there past every rule of ours."""

    async def run() -> Any:
        connection = await asyncpg.connect(**parse_url(table).arguments)
        try:
            row = await connection.fetchrow(
                "insert into todo.tasks (id, user_id, number, title, description, completed, search_text)"
                " values ($1, $2, 1 + coalesce((select max(number) from todo.tasks where user_id = $2), 0), $3, $4, $5, '')"
                " returning *",
                uuid.uuid4(),
                uuid.UUID(owner.id),
                fields.get("title"),
                fields.get("description", ""),
                fields.get("completed", False),
            )
            return row[list(fields)[-1]]
        finally:
            await connection.close()

    return asyncio.run(run())


@pytest.mark.parametrize("case", RULE_CASES, ids=str)
def test_the_table_holds_the_rules(table: str, owner: Person, case: RuleCase) -> None:
    if case.fault:
        with pytest.raises((asyncpg.PostgresError, asyncpg.DataError)):
            insert(table, owner, case.fields)
    else:
        assert insert(table, owner, {**case.fields, list(case.fields)[-1]: case.kept}) == case.kept
