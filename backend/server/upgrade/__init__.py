"""`todo-server upgrade`: to the schema of this version, and to the PostgreSQL that comes with it, rehearsed before.

command.py     the command                      report.py      what it tells
rehearsal.py   on the newest good backup        live.py        on the database itself
migrating.py   the step itself                  witness.py     what a migration must leave
old_server.py  that PostgreSQL, for a moment   older.py          a data directory of an older PostgreSQL
back.py        what leads back
"""
