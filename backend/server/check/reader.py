"""Whether the URL's role may make backups."""

import asyncpg

from api.database.schema import STAMP
from backup.dumping import NO_READER, grant_of
from server.check.finding import Finding, fail, ok

_MAY = """
select current_user as role, case when to_regrole('todo_backup') is null then false
    else pg_has_role('todo_backup', case when current_setting('server_version_num')::int < 160000 then 'MEMBER' else 'SET' end)
    end as may
"""


async def reader(connection: asyncpg.Connection) -> Finding:
    """Of one that may not, nothing else fails: people are served."""
    found = await connection.fetchrow(_MAY + STAMP)
    if not found["may"]:
        return fail(
            "backup role", NO_READER.partition(" As the")[0], f"As the role that migrates: {grant_of(found['role'])}"
        )
    return ok("backup role", "The URL's role may read for backups.")
