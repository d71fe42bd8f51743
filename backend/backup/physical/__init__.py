"""Copies of the PostgreSQL inside, file by file, and its write-ahead log: back to any moment.

store.py      where backups and log are kept        manifest.py      what a backup says of itself
create.py     one more backup                       mark.py          a moment, and what the tables held then
unpack.py     its files again                       recover.py       with the log after it, ready to be started
scratch.py    a cluster of its own, to recover      fingerprints.py  what tables hold, in two numbers
verify.py     counts when this has passed           moment.py        back to when
restore.py    the cluster as it was then            placing.py       in the place of the one that was there
viewed.py     or beside it, to look at              aftermath.py     what must not come back
receiver.py   the log, as it is written             wal.py           the log, kept and taken out again
keeper.py     carries it from one to the other      daily.py         a backup every day
synchrony.py  COMMITs wait for the receiver         confirming.py    while it confirms
retention.py  what stays, and in how much room      beside.py        all of it beside a server
turn.py       one at a time                         keys.py          who reads them, who made them
sealing.py    encrypted and signed                  trust.py         and looked at before they are used
replay.py     the log, ready to be replayed    reaching.py      replayed to its moment, whole
pages.py      what each page of it says       own_folders.py   which nobody else can enter
"""
