"""Second factors, recovery codes and events are in backups too: without them a restore would let people in by password alone.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TRAVELLING = ("second_factors", "recovery_codes", "events")


def upgrade() -> None:
    for table in TRAVELLING:
        op.execute(f"grant select on todo.{table} to todo_backup")
        op.execute(
            f"create policy {table}_backup on todo.{table} for select to todo_backup"
            " using ((select current_user = 'todo_backup'))"
        )


def downgrade() -> None:
    for table in TRAVELLING:
        op.execute(f"drop policy {table}_backup on todo.{table}")
        op.execute(f"revoke select on todo.{table} from todo_backup")
