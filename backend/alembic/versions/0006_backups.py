"""A role that reads everything for backups, and what remains of a deleted account: its id, so that no backup brings it back.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Roles belong to the whole cluster: another database of it may have made this one already, even at this moment.
ROLE = """
do $$
begin
    begin
        create role todo_backup nologin noinherit nosuperuser nobypassrls nocreatedb nocreaterole;
    exception when duplicate_object or unique_violation then
        null;
    end;
    if not pg_has_role(session_user, 'todo_backup', 'SET') then
        execute format('grant todo_backup to %I with inherit false, set true', session_user);
    end if;
end
$$
"""

# PostgreSQL 15 knows neither the privilege SET nor its grant: there membership says both.
ROLE_15 = ROLE.replace("'SET'", "'MEMBER'").replace(" with inherit false, set true", "")

DELETED = """
create table todo.deleted_accounts (
    id uuid not null constraint deleted_accounts_pkey primary key,
    deleted_at timestamptz not null default now()
);

alter table todo.deleted_accounts enable row level security;

alter table todo.deleted_accounts force row level security;

grant usage on schema todo to todo_backup;

grant insert, delete, select (deleted_at) on todo.deleted_accounts to todo_wall;

create policy deleted_accounts_remember on todo.deleted_accounts for insert to todo_wall with check (true);

create policy deleted_accounts_expired on todo.deleted_accounts for all to todo_wall
    using (deleted_at < now() - interval '400 days');

create function todo.remember_deleted_account() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into todo.deleted_accounts (id) values (old.id) on conflict do nothing;
    delete from todo.deleted_accounts where deleted_at < now() - interval '400 days';
    return null;
end
$$;

create trigger users_deleted after delete on todo.users for each row execute function todo.remember_deleted_account();

revoke all on function todo.remember_deleted_account() from public;

grant create on schema todo to todo_wall;

alter function todo.remember_deleted_account() owner to todo_wall;

revoke create on schema todo from todo_wall;
"""

# On PostgreSQL 15 a role is granted with its privileges: the condition asks that it was entered, not only granted.
READING = """
do $$
declare
    travelling text;
begin
    foreach travelling in array
        array['users', 'tasks', 'idempotency_keys', 'imported_records', 'deleted_accounts']
    loop
        execute format('grant select on todo.%I to todo_backup', travelling);
        execute format(
            'create policy %I on todo.%I for select to todo_backup using ((select current_user = ''todo_backup''))',
            travelling || '_backup', travelling
        );
    end loop;
end
$$;
"""

GONE = """
drop policy users_backup on todo.users;

drop policy tasks_backup on todo.tasks;

drop policy idempotency_keys_backup on todo.idempotency_keys;

drop policy imported_records_backup on todo.imported_records;

drop trigger users_deleted on todo.users;

drop function todo.remember_deleted_account();

drop table todo.deleted_accounts;

revoke select on all tables in schema todo from todo_backup;

revoke usage on schema todo from todo_backup;

do $$ begin
    drop role todo_backup;
exception when dependent_objects_still_exist or insufficient_privilege then
    null;
end $$;
"""


def upgrade() -> None:
    connection = op.get_bind()
    version = connection.dialect.server_version_info if not op.get_context().as_sql else (18,)
    op.execute(ROLE if version >= (16,) else ROLE_15)
    run(DELETED)
    run(READING)


def downgrade() -> None:
    run(GONE)


def run(script: str) -> None:
    """Its statements, one by one: the driver prepares each. A blank line stands between two, and nowhere inside one."""
    for statement in script.strip().split("\n\n"):
        op.execute(statement)
