"""What is kept, at rest: tables, keys, constraints and indexes. Alembic compares these classes with the migrations.

Requests do not use them (plain SQL does, see ARCHITECTURE.md); they are the one description of the schema. Row-level
security, roles and functions cannot be said here: they stand in the migrations.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlmodel import Field, SQLModel

from todo.rules import DESCRIPTION_MAX, NUMBER_MAX, TITLE_MAX

SCHEMA = "todo"
WHITE_SPACE = (
    r"E'\t\n\x0b\f\r\x1c\x1d\x1e\x1f "
    r"\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    r"\u2028\u2029\u202f\u205f\u3000'"
)
"""What `str.strip` removes, as PostgreSQL writes it."""

_NAMES = {
    "pk": "%(table_name)s_pkey",
    "ck": "%(table_name)s_%(constraint_name)s",
    "fk": "%(table_name)s_%(column_0_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
}


class Table(SQLModel):
    """The schema `todo` and the names of its constraints."""

    metadata = MetaData(schema=SCHEMA, naming_convention=_NAMES)


def moment(*, default: bool = False, nullable: bool = False) -> Column[Any]:
    """A point in time; the database's clock sets it where `default` says so."""
    return Column(DateTime(timezone=True), nullable=nullable, server_default=text("now()") if default else None)


def owner(*, primary_key: bool = False) -> Column[Any]:
    """The person to whom the row belongs; the row goes with them."""
    return Column(Uuid, ForeignKey(f"{SCHEMA}.users.id", ondelete="CASCADE"), nullable=False, primary_key=primary_key)


class User(Table, table=True):
    """A person, who signs in here (`email_key` is unique among these) or with an external service."""

    __tablename__ = "users"
    __table_args__ = (
        Index("users_email_key", "email_key", unique=True, postgresql_where=text("issuer IS NULL")),
        UniqueConstraint("issuer", "subject"),
        CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="external_whole"),
        CheckConstraint("issuer IS NOT NULL OR (email IS NOT NULL AND email_key IS NOT NULL)", name="email_present"),
        CheckConstraint("name IS NULL OR char_length(name) BETWEEN 1 AND 100", name="name_length"),
    )

    id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    email: str | None = Field(sa_column=Column(Text))
    email_key: str | None = Field(sa_column=Column(Text))
    name: str | None = Field(sa_column=Column(Text))
    password_hash: str | None = Field(sa_column=Column(Text))
    active: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=text("true")))
    issuer: str | None = Field(sa_column=Column(Text))
    subject: str | None = Field(sa_column=Column(Text))
    created_at: datetime = Field(sa_column=moment(default=True))
    admin: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=text("false")))


class Session(Table, table=True):
    """One sign-in on one device: the family of its refresh tokens. Its access tokens die with it."""

    __tablename__ = "sessions"
    __table_args__ = (Index("sessions_user_id_idx", "user_id"), Index("sessions_expires_at_idx", "expires_at"))

    id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    user_id: UUID = Field(sa_column=owner())
    user_agent: str = Field(sa_column=Column(Text, nullable=False, server_default=text("''")))
    created_at: datetime = Field(sa_column=moment(default=True))
    last_used_at: datetime = Field(sa_column=moment(default=True))
    expires_at: datetime = Field(sa_column=moment())
    ended_at: datetime | None = Field(sa_column=moment(nullable=True))


class RefreshToken(Table, table=True):
    """A refresh token, as its SHA-256. Once used it keeps the salt from which its successor follows."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (Index("refresh_tokens_session_id_idx", "session_id"),)

    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    session_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey(f"{SCHEMA}.sessions.id", ondelete="CASCADE"), nullable=False)
    )
    created_at: datetime = Field(sa_column=moment(default=True))
    used_at: datetime | None = Field(sa_column=moment(nullable=True))
    successor_salt: bytes | None = Field(sa_column=Column(LargeBinary))


class AccessToken(Table, table=True):
    """A personal access token for scripts and the console app, as its SHA-256."""

    __tablename__ = "access_tokens"
    __table_args__ = (
        UniqueConstraint("user_id", "hash"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name_length"),
    )

    id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    user_id: UUID = Field(sa_column=owner())
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_column=moment(default=True))
    expires_at: datetime | None = Field(sa_column=moment(nullable=True))
    last_used_at: datetime | None = Field(sa_column=moment(nullable=True))


class SecondFactor(Table, table=True):
    """The secret of a person's one-time codes, sealed (utils/sealed.py). Until `confirmed_at` it asks for nothing.

    `last_step` is the time step of the last code that was accepted: none of it or before it is accepted again.
    """

    __tablename__ = "second_factors"

    user_id: UUID = Field(sa_column=owner(primary_key=True))
    secret: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=moment(default=True))
    confirmed_at: datetime | None = Field(sa_column=moment(nullable=True))
    last_step: int = Field(sa_column=Column(BigInteger, nullable=False, server_default=text("0")))


class RecoveryCode(Table, table=True):
    """A code that stands in for a one-time code, once, as its SHA-256: it goes when it is used."""

    __tablename__ = "recovery_codes"

    user_id: UUID = Field(sa_column=owner(primary_key=True))
    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))


class Event(Table, table=True):
    """Something that happened to an account, for its owner to see. The newest 200 of each kind are kept, for 180 days."""

    __tablename__ = "events"
    __table_args__ = (Index("events_kind_idx", "user_id", "kind", "id"), Index("events_at_idx", "at"))

    user_id: UUID = Field(sa_column=owner(primary_key=True))
    id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=moment(default=True))
    address: str = Field(sa_column=Column(Text, nullable=False))
    user_agent: str = Field(sa_column=Column(Text, nullable=False))
    request_id: str = Field(sa_column=Column(Text, nullable=False))
    detail: str | None = Field(sa_column=Column(Text))


class Attempt(Table, table=True):
    """Something that is limited per address, and per (account, address): failed sign-ins, registrations."""

    __tablename__ = "attempts"
    __table_args__ = (
        Index("attempts_address_idx", "kind", "address", "at"),
        Index("attempts_at_idx", "at"),
    )

    id: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    address: str = Field(sa_column=Column(Text, nullable=False))
    account: bytes | None = Field(sa_column=Column(LargeBinary))
    at: datetime = Field(sa_column=moment(default=True))


class Task(Table, table=True):
    """A task of one person. `deleted_at` is when it went into the bin; null while it is present.

    The one index on (user, number) serves look-up, order, numbering and the foreign key, and keeps numbers unique among
    the tasks present: NULLS NOT DISTINCT makes the null of all present tasks one value.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index("tasks_number_key", "user_id", "number", "deleted_at", unique=True, postgresql_nulls_not_distinct=True),
        Index("tasks_bin_idx", "user_id", "deleted_at", "id", postgresql_where=text("deleted_at IS NOT NULL")),
        Index("tasks_expiry_idx", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
        CheckConstraint(f"number BETWEEN 1 AND {NUMBER_MAX}", name="number_range"),
        CheckConstraint(f"char_length(title) BETWEEN 1 AND {TITLE_MAX}", name="title_length"),
        CheckConstraint(f"title = btrim(title, {WHITE_SPACE})", name="title_stripped"),
        CheckConstraint(f"char_length(description) <= {DESCRIPTION_MAX}", name="description_length"),
        {"postgresql_with": {"fillfactor": "90"}},
    )

    id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    user_id: UUID = Field(sa_column=owner())
    number: int = Field(sa_column=Column(BigInteger, nullable=False))
    title: str = Field(sa_column=Column(Text, nullable=False))
    description: str = Field(sa_column=Column(Text, nullable=False, server_default=text("''")))
    completed: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    created_at: datetime = Field(sa_column=moment(default=True))
    updated_at: datetime = Field(sa_column=moment(default=True))
    deleted_at: datetime | None = Field(sa_column=moment(nullable=True))
    search_text: str = Field(sa_column=Column(Text, nullable=False))


class IdempotencyKey(Table, table=True):
    """The first answer to a POST, kept for 24 hours in the write's own transaction."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("idempotency_keys_created_at_idx", "created_at"),)

    user_id: UUID = Field(sa_column=owner(primary_key=True))
    key: str = Field(sa_column=Column(Text, primary_key=True))
    request_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    status: int = Field(sa_column=Column(Integer, nullable=False))
    headers: str = Field(sa_column=Column(Text, nullable=False))
    body: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_column=moment(default=True))


class ImportedRecord(Table, table=True):
    """The import ledger: each record that was moved in from a JSON file, whole, by the SHA-256 of its canonical form."""

    __tablename__ = "imported_records"

    user_id: UUID = Field(sa_column=owner(primary_key=True))
    record_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    record: str = Field(sa_column=Column(Text, nullable=False))
    task_id: UUID = Field(sa_column=Column(Uuid, nullable=False))
    imported_at: datetime = Field(sa_column=moment(default=True))


class Recovery(Table, table=True):
    """How far the server's log had come when it had recovered from a crash (database/outcome.py).

    True of this server alone: a copy of the data elsewhere leaves these rows out.
    """

    __tablename__ = "recoveries"

    log_bytes: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))


class DeletedAccount(Table, table=True):
    """That an account was deleted, for 400 days: a backup that is older does not bring it back."""

    __tablename__ = "deleted_accounts"

    id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    deleted_at: datetime = Field(sa_column=moment(default=True))
