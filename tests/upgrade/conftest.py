"""Data directories of older versions, the version after this one, and the commands on them."""

import asyncio
import shutil
import subprocess
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.database.embedded import running
from api.database.migrations import migrate
from api.database.schema import REVISION
from api.database.url import Target, parse_url
from tests.conftest import BIN, clean_environment
from tests.database.conftest import cluster, make_empty
from tests.importing.conftest import Run

__all__ = ["cluster", "make_empty"]

BACKEND = Path(__file__).parents[2] / "backend"
TASKS = 300
NEXT = f"{int(REVISION) + 1:04d}"

_FILL = """
insert into todo.users (id, email, email_key) values (gen_random_uuid(), 'ada@example.com', 'ada@example.com');
insert into todo.tasks (id, user_id, number, title, search_text)
    select gen_random_uuid(), u.id, n, 'دفع 🧾 ' || n, 'task ' || n from todo.users u, generate_series(1, 300) n
"""
STATE = """
select (select version_num from todo.alembic_version) as revision, count(*) as tasks,
    sum(hashtextextended(row(id, user_id, number, title)::text, 0)::numeric)::text as sum from todo.tasks
"""


def ask(url: str, *statements: str) -> Any:
    """The row that the last statement gives."""

    async def asked() -> Any:
        connection = await asyncpg.connect(**parse_url(url).arguments)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchrow(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(asked())


def fill(target: Target, superuser_url: str, revision: str) -> Any:
    """The schema of that revision with one person's tasks; returns its state."""
    migrate(target, revision=revision)
    return ask(superuser_url, _FILL, STATE)


def state_of(data_dir: Path) -> Any:
    with running(data_dir) as postgres:
        return ask(postgres.superuser_url, STATE)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def todo_server(
    data_dir: Path, *arguments: str, code: Path | None = None, url: str | None = None, password: str = ""
) -> Run:
    """The command as an operator runs it, of this version or of the one in `code`."""
    environment = clean_environment(PGPASSWORD=password, **({"NEON_DATABASE_URL": url} if url else {}))
    if code is not None:
        environment["PYTHONPATH"] = str(code)
    done = subprocess.run(
        [BIN / "todo-server", *arguments, "--data-dir", data_dir],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


def next_version(folder: Path, migration: str, head: str = "") -> Path:
    """A copy of this code with one migration more."""
    ignore = shutil.ignore_patterns("__pycache__", "node_modules")
    for name in ("api", "backup", "server", "alembic", "../todo"):
        shutil.copytree(BACKEND / name, folder / Path(name).name, ignore=ignore)
    shutil.copy(BACKEND / "alembic.ini", folder)
    (folder / "alembic" / "versions" / f"{NEXT}_next.py").write_text(
        f"from alembic import op\nrevision = '{NEXT}'\ndown_revision = '{REVISION}'\n{head}\n"
        f"def upgrade():\n    op.execute({migration!r})\n"
    )
    schema = folder / "api" / "database" / "schema.py"
    schema.write_text(schema.read_text().replace(f'REVISION = "{REVISION}"', f'REVISION = "{NEXT}"'))
    return folder
