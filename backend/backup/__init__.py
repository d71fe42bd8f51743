"""Backups that count only after they were restored. Work on PostgreSQL 15 to 18: the one inside, any other, Neon.

creating.py     makes one           dumping.py      rows of one moment into files
verifying.py    tries one           loading.py      files into an empty schema, compared
restoring.py    into an empty database              replacing.py    in place of the one inside, set aside
account.py      one person's tasks, as they were    rights.py       who may do what now
settling.py     what was taken since is not brought back
place.py        where they are kept                 retention.py    which stay
manifest.py     what one says about itself          signature.py    by whom it was made
streams.py      compression and sums                age.py          encryption
tables.py       what travels                        fingerprints.py equal rows, in any order
scratch.py      a PostgreSQL for a moment           history.py      what was verified and drilled
trust.py        a backup is looked at before any row of it is read
"""
