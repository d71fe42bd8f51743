"""The PostgreSQL inside: real, private, and gone when nobody needs it.

    with running(data_dir, serving=True) as postgres:
        ...  # postgres.url

One process owns it: `todo-server serve`, or an administrator's command while no server runs. Everything else uses the
owner's. Nothing but the data directory's user can reach it: no network, a socket in a private folder, passwords.

    lifetime.py       who starts it, who uses it, who stops it       lock.py            who may
    supervisor.py     starts it again when it dies                   postmaster.py      one start, one stop
    cluster.py        made whole or not at all                       configuration.py   what we tell it
    owner_role.py     the application's role and database            account.py         as whom it runs
    leftovers.py      what is left of one that was killed            process_table.py   which processes are its own
    place.py          the data directory                             usable.py          whether it can be used
"""

from api.database.embedded.configuration import MAX_CONNECTIONS
from api.database.embedded.errors import EmbeddedError
from api.database.embedded.lifetime import running
from api.database.embedded.owner_role import Postgres

__all__ = ["MAX_CONNECTIONS", "EmbeddedError", "Postgres", "running"]
