"""Disasters on purpose: a server of its own on data of its own, and how much was lost and how long it took.

stage.py      the server, and the data it works on       ledger.py     what was acknowledged, and when
disasters.py  what happens to it                         drill.py      one after the other, measured
repairs.py    how it is put right                        keyring.py    who can read its backups
outcome.py    what it cost                               environment.py what its servers are told
"""
