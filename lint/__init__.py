"""Checks of the sources that no tool has: `python -m lint.secrets`, `python -m lint.hashes`."""
