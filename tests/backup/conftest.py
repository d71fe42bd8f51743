"""A database with two people in it, its backup, and the command as an operator runs it."""

import asyncio
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from click.testing import CliRunner

from api.database.url import Target
from api.utils.sealed import seal
from backup.creating import create
from backup.folder import Folder
from backup.manifest import NAME, Manifest
from backup.place import LOGICAL
from backup.signature import Signer
from backup.streams import packing, unpacked
from server.main import main
from tests.conftest import clean_environment
from tests.database.conftest import Cluster, Fresh, cluster, fresh, make_empty, new_database, shared
from tests.importing.conftest import Run

__all__ = ["cluster", "fresh", "make_empty", "shared"]

TITLES = ("Buy milk", "دفع الفاتورة 🧾", "back\\slash\tand tab", "\\N", "\\.", "one, \"two\" 'three'")
MANY = 20_000
SECRET = "x" * 40
TRAVELLING = {
    *("users", "tasks", "idempotency_keys", "imported_records", "deleted_accounts"),
    *("second_factors", "recovery_codes", "events"),
}


def url_of(target: Target) -> str:
    password, host = quote(target.password or "", safe=""), quote(target.host, safe="")
    return f"postgresql://{target.user}:{password}@/{target.database}?host={host}"


def named(target: Target) -> str:
    """For the command line, which takes no password: that is in PGPASSWORD."""
    return f"postgresql://{target.user}@/{target.database}?host={quote(target.host, safe='')}"


def variables_of(target: Target) -> dict[str, str]:
    """The database of a command, and the password of those that its options name."""
    return {"DATABASE_URL": url_of(target), "JWT_SECRET": SECRET, "PGPASSWORD": target.password or ""}


async def rows(target_of: Fresh, query: str, *values: Any) -> list[tuple[Any, ...]]:
    async with target_of.session() as session:
        return [tuple(row) for row in await session.fetch(query, *values)]


@dataclass
class People:
    """Ada has texts that are hard to write down, Grace has many tasks."""

    fresh: Fresh
    ada: UUID
    grace: UUID

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return asyncio.run(rows(self.fresh, query, *values))


@pytest.fixture(scope="module")
def people(shared: Fresh) -> People:
    async def made() -> People:
        ada, grace = await shared.add_person(), await shared.add_person()
        for number, title in enumerate(TITLES, 1):
            await shared.add_task(ada, number, title)
        async with shared.session() as session:
            await session.execute(
                "insert into todo.tasks (id, user_id, number, title, description, search_text)"
                " select gen_random_uuid(), $1, n, 'Task ' || n, md5(n::text) || E'\\nline', 'task ' || n"
                " from generate_series(1, $2::int) n",
                grace,
                MANY,
            )
            await session.execute(
                "insert into todo.sessions (id, user_id, expires_at) values (gen_random_uuid(), $1, now() + interval '1 day')",
                ada,
            )
            await session.execute(
                "insert into todo.second_factors (user_id, secret, confirmed_at) values ($1, $2, now())",
                ada,
                seal(b"a secret of an app's", ada, SECRET),
            )
            await session.execute(
                "insert into todo.recovery_codes values ($1, 'one'), ($1, 'other'), ($2, 'hers')", ada, grace
            )
            # As many of a kind as are kept: a restore trims none of them.
            await session.execute(
                "insert into todo.events (id, user_id, kind, address, user_agent, request_id)"
                " select gen_random_uuid(), $1, 'sign in', '::1', 'Fire\tfox 🦊', n::text from generate_series(1, 200) n",
                ada,
            )
            await session.execute("update todo.users set admin = true")
        return People(shared, ada, grace)

    return asyncio.run(made())


@dataclass
class Kept:
    """A backup and the data directory that made it, a copy for each test."""

    data_dir: Path
    name: str

    @property
    def place(self) -> Folder:
        return Folder(self.data_dir / "backups")

    @property
    def folder(self) -> Path:
        return self.data_dir / "backups" / LOGICAL / self.name

    @property
    def manifest(self) -> Manifest:
        return Manifest.read(self.folder, self.name)[0]

    def sign(self, **changes: Any) -> None:
        """A changed manifest, signed by the right key: what is wrong then is only seen by restoring."""
        Manifest.model_validate({**self.manifest.model_dump(), **changes}, strict=False).write(
            self.folder, Signer(self.data_dir)
        )

    def rewrite(self, table: str, change: Callable[[bytes], bytes], **claims: Any) -> None:
        """Other rows in the file of a table, with sums and signature that fit."""
        tables = []
        for copy in self.manifest.tables:
            if copy.table == table:
                path = self.folder / copy.file
                content = change(b"".join(unpacked(path, (), copy.raw_bytes)))
                path.unlink()
                with packing(path, ()) as (packer, counted):
                    packer.write(content)
                copy = copy.model_copy(
                    update={
                        "bytes": counted.bytes,
                        "sha256": counted.sha256,
                        "raw_bytes": len(content),
                        "rows": content.count(b"\n"),
                        **claims,
                    }
                )
            tables.append(copy.model_dump())
        self.sign(tables=tables)


@pytest.fixture(scope="module")
def first(people: People, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    data_dir = tmp_path_factory.mktemp("backups") / "data"
    place = Folder(data_dir / "backups")
    return Kept(data_dir, create(people.fresh.target, place, data_dir).id)


@pytest.fixture
def kept(first: Kept, tmp_path: Path) -> Kept:
    return Kept(Path(shutil.copytree(first.data_dir, tmp_path / "data")), first.name)


@dataclass
class Command:
    """`todo-server backup` within this process."""

    data_dir: Path
    variables: dict[str, str]

    def __call__(self, *arguments: object) -> Run:
        unset: dict[str, str | None] = dict.fromkeys(os.environ.keys() - clean_environment().keys())
        words = ["backup", *map(str, arguments), "--data-dir", str(self.data_dir)]
        done = CliRunner(env=unset | self.variables).invoke(main, words)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Run(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def command(kept: Kept, people: People) -> Command:
    return Command(kept.data_dir, variables_of(people.fresh.target))


@pytest.fixture
def empty(cluster: Cluster) -> Target:
    return asyncio.run(new_database(cluster))


def read_json(folder: Path) -> Any:
    return json.loads((folder / NAME).read_text())
