"""Where the log ended each time the server recovered from a crash: what decides about a COMMIT whose answer was lost.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create table todo.recoveries (log_bytes bigint constraint recoveries_pkey primary key)")
    op.execute("grant select, insert on todo.recoveries to todo_app, todo_accounts")


def downgrade() -> None:
    op.execute("drop table todo.recoveries")
