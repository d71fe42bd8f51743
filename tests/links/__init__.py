"""How the servers under test reach their database, other than by the socket of the PostgreSQL inside.

modes.py         the ways, by the names that TODO_TEST_DATABASE takes
debian.py        PostgreSQL 15 of Debian, which speaks TLS         certificates.py  a private authority for it
cutting.py       idle connections, cut again and again             waking.py        a database that sleeps and wakes
"""
