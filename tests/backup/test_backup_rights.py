"""An old backup brings no right back that was taken since; and it comes back with the second factors that it was made with."""

import asyncio

from api.database.schema import REVISION
from api.database.url import Target
from api.utils.sealed import seal
from tests.backup.conftest import MANY, SECRET, TITLES, Command, Kept, People, named, url_of
from tests.database.conftest import Fresh

SINCE = ("second_factors", "recovery_codes", "events")
"""Tables that backups of the schema 0006 do not hold."""


def test_a_backup_of_an_older_schema(kept: Kept, command: Command, people: People, empty: Target) -> None:
    """As it was then, and then migrated: it holds the tables of its time."""
    then = [copy for copy in kept.manifest.tables if copy.table not in SINCE]
    for copy in kept.manifest.tables:
        if copy not in then:
            (kept.folder / copy.file).unlink()
    tables = [copy.model_dump() for copy in then]
    kept.sign(tables=tables)
    assert "tables" in command("restore", kept.name, "--into", named(empty)).refusal
    kept.sign(tables=tables, schema_revision="0006")
    assert command("verify", kept.name, "--scratch", named(empty), "--json").report["verified"]
    command("restore", kept.name, "--into", named(empty), "--json").report.pop("rows")
    restored = People(Fresh(people.fresh.cluster, empty), people.ada, people.grace)
    assert restored.rows("select version_num from todo.alembic_version") == [(REVISION,)]
    assert restored.rows("select count(*) from todo.tasks") == [(MANY + len(TITLES),)]
    # And it can be backed up again.
    command.variables["DATABASE_URL"] = url_of(empty)
    assert command("create", "--json").report["rows"]["second_factors"] == 0


def test_a_password_on_the_command_line_is_refused(kept: Kept, command: Command, empty: Target) -> None:
    for words in (("restore", kept.name, "--into"), ("verify", kept.name, "--scratch")):
        refusal = command(*words, url_of(empty)).refusal
        assert "PGPASSWORD" in refusal
        assert str(empty.password) not in refusal
    command.variables["PGPASSWORD"] = "another"
    assert "password authentication failed" in command("restore", kept.name, "--into", named(empty)).refusal


def test_what_was_taken_since_does_not_come_back(kept: Kept, command: Command, people: People, empty: Target) -> None:
    ada, grace = people.ada, people.grace
    asyncio.run(use_and_revoke(people))
    command.variables["JWT_SECRET"] = "y" * 40
    report = command("restore", kept.name, "--into", named(empty), "--json").report
    assert report["deletions_known"]
    for found in ("kept_out", "no_admins", "by_password_alone"):
        assert report[found] == [f"{grace}@example.com"], found
    assert report["unreadable"] == [f"{ada}@example.com"]
    restored = People(Fresh(people.fresh.cluster, empty), ada, grace)
    assert restored.rows("select id from todo.users where admin and active") == [(ada,)]
    assert set(restored.rows("select user_id, hash from todo.recovery_codes")) == {(ada, b"other"), (grace, b"hers")}
    assert restored.rows("select count(*) from todo.events") == [(200,)]


async def use_and_revoke(people: People) -> None:
    async with people.fresh.session() as session:
        await session.execute("update todo.users set admin = false, active = false where id = $1", people.grace)
        await session.execute("delete from todo.recovery_codes where hash = 'one'")
        await session.execute(
            "insert into todo.second_factors (user_id, secret, confirmed_at) values ($1, $2, now())",
            people.grace,
            seal(b"hers", people.grace, SECRET),
        )


def test_where_nobody_knows_what_was_taken_it_is_said(kept: Kept, people: People) -> None:
    """Into a new data directory: nobody is an admin, and the rest is named."""
    run = Command(kept.data_dir, {})("restore", kept.name)
    assert run.status == 0, run.errors
    assert "is not known here" in run.output
    for person in (people.ada, people.grace):
        assert f"{person}@example.com was an admin" in run.output
    assert f"{people.ada}@example.com has a second factor sealed under another JWT_SECRET" in run.output
