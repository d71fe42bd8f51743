"""Accounts that may see how the server is doing. The role of requests may read this of its own person, and not write it.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table todo.users add column admin boolean not null default false")


def downgrade() -> None:
    op.execute("alter table todo.users drop column admin")
