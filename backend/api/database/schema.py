"""The revision of the schema that this code is written for; a test compares it with the newest migration."""

REVISION = "0001"

STAMP = f" /* schema {REVISION} */"
"""Ends every statement: after a migration the texts differ, so that no pooler answers from a plan that no longer fits."""
