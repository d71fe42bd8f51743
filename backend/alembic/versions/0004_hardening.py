"""The second factor of accounts, and the events that an account's owner is shown.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = """
create table todo.second_factors (
    user_id uuid not null constraint second_factors_pkey primary key
        constraint second_factors_user_id_fkey references todo.users (id) on delete cascade,
    secret bytea not null,
    created_at timestamptz not null default now(),
    confirmed_at timestamptz,
    last_step bigint not null default 0
);

create table todo.recovery_codes (
    user_id uuid not null constraint recovery_codes_user_id_fkey references todo.users (id) on delete cascade,
    hash bytea not null,
    constraint recovery_codes_pkey primary key (user_id, hash)
);

create table todo.events (
    id uuid not null,
    user_id uuid not null constraint events_user_id_fkey references todo.users (id) on delete cascade,
    kind text not null,
    at timestamptz not null default now(),
    address text not null,
    user_agent text not null,
    request_id text not null,
    detail text,
    constraint events_pkey primary key (user_id, id)
);

create index events_kind_idx on todo.events (user_id, kind, id);

create index events_at_idx on todo.events (at);
"""

# A request can put a secret down and never read it back: only signing in reads it. Events are added and never changed;
# what is too much or too old goes by the hand of todo_wall, which reads no text of theirs.
WALL = """
grant select (user_id, created_at, confirmed_at), insert, update (confirmed_at), delete on todo.second_factors to todo_app;

grant select, update (secret, last_step), delete on todo.second_factors to todo_accounts;

grant select (user_id), insert, delete on todo.recovery_codes to todo_app;

grant select, delete on todo.recovery_codes to todo_accounts;

grant select, insert on todo.events to todo_app;

grant insert on todo.events to todo_accounts;

grant select (id, user_id, kind, at), delete on todo.events to todo_wall;

do $$
declare
    guarded text;
    mine constant text := $policy$user_id = (select nullif(current_setting('todo.user_id', true), '')::uuid)$policy$;
begin
    foreach guarded in array array['second_factors', 'recovery_codes', 'events'] loop
        execute format('alter table todo.%I enable row level security', guarded);
        execute format('alter table todo.%I force row level security', guarded);
        execute format(
            'create policy %I on todo.%I for all to todo_app using (%s) with check (%s)', guarded || '_own', guarded, mine, mine
        );
        execute format(
            'create policy %I on todo.%I for all to todo_accounts using (true) with check (true)',
            guarded || '_accounts', guarded
        );
    end loop;
end
$$;

create policy events_wall on todo.events for all to todo_wall using (true);
"""

# Of one kind so many are kept that a flood of failed sign-ins pushes nothing else out.
EVENTS = """
create function todo.trim_events() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    delete from todo.events where user_id = new.user_id and kind = new.kind and id < (
        select id from todo.events where user_id = new.user_id and kind = new.kind order by id desc offset 199 limit 1
    );
    return null;
end
$$;

revoke all on function todo.trim_events() from public;

create trigger events_trimmed after insert on todo.events for each row execute function todo.trim_events();
"""

TIDY = """
create or replace function todo.tidy() returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    delete from todo.tasks where deleted_at < now() - interval '30 days';
    delete from todo.idempotency_keys where created_at < now() - interval '24 hours';
    delete from todo.attempts where at < now() - interval '1 day';
    delete from todo.sessions where least(expires_at, ended_at) < now() - interval '30 days';
    delete from todo.access_tokens where expires_at < now() - interval '30 days';
    {more}
end
$$;
"""

EVENTS_EXPIRE = "delete from todo.events where at < now() - interval '180 days';"

# The owner of a function may replace it, and here that is todo_wall.
OWNED = """
grant create on schema todo to todo_wall;

{before}

set local role todo_wall;

{script}

reset role;

revoke create on schema todo from todo_wall;
"""

ENTER = """
create or replace function todo.enter_as(p_role text, p_user uuid) returns void language plpgsql as $$
begin
    perform set_config('statement_timeout', '5s', true), set_config('lock_timeout', '2s', true),
        set_config('idle_in_transaction_session_timeout', '10s', true),
        set_config('todo.user_id', coalesce(p_user::text, ''), true), set_config('role', p_role, true);
    if not (
        row_security_active('todo.users'::regclass) and row_security_active('todo.sessions'::regclass)
        and row_security_active('todo.access_tokens'::regclass) and row_security_active('todo.tasks'::regclass)
        and row_security_active('todo.idempotency_keys'::regclass)
        and row_security_active('todo.imported_records'::regclass){more}
    ) then
        raise exception 'row-level security does not hold' using errcode = 'TD503';
    end if;
end
$$;
"""

ENTER_MORE = """
        and row_security_active('todo.second_factors'::regclass)
        and row_security_active('todo.recovery_codes'::regclass)
        and row_security_active('todo.events'::regclass)"""


def upgrade() -> None:
    run(TABLES)
    run(WALL)
    run(EVENTS)
    run(
        OWNED.format(
            before="alter function todo.trim_events() owner to todo_wall;", script=TIDY.format(more=EVENTS_EXPIRE)
        )
    )
    run(ENTER.format(more=ENTER_MORE))


def downgrade() -> None:
    run(ENTER.format(more=""))
    run(OWNED.format(before="", script=TIDY.format(more="")))
    # squawk-ignore ban-drop-table
    run("drop table todo.events, todo.recovery_codes, todo.second_factors;\n\ndrop function todo.trim_events();")


def run(script: str) -> None:
    """Its statements, one by one: the driver prepares each. A blank line stands between two, and nowhere inside one."""
    for statement in script.strip().split("\n\n"):
        if statement.strip():
            op.execute(statement)
