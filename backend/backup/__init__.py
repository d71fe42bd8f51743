"""Backups that count only after they were restored. Works on PostgreSQL 15 to 18, embedded, plain or on Neon.

place.py      where backups are kept            history.py      what was verified and drilled there
manifest.py   what a backup says about itself   signature.py    by whom it was made
"""
