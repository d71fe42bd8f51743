"""The one error of the embedded PostgreSQL."""


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot be used; `str(error)` is one sentence that says what to do."""
