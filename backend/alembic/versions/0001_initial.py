"""Accounts, tasks, and the wall between people.

Revision ID: 0001
Revises: nothing
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Roles belong to the whole cluster: another database of it may have made them already, even at this moment.
ROLES = """
do $$
declare
    wanted text;
begin
    foreach wanted in array array['todo_app', 'todo_accounts', 'todo_wall'] loop
        begin
            execute format('create role %I nologin noinherit nosuperuser nobypassrls nocreatedb nocreaterole', wanted);
        exception when duplicate_object or unique_violation then
            null;
        end;
        if not pg_has_role(session_user, wanted, 'SET') then
            execute format('grant %I to %I with inherit false, set true', wanted, session_user);
        end if;
    end loop;
end
$$
"""

# PostgreSQL 15 knows neither the privilege SET nor its grant: there membership says both.
ROLES_15 = ROLES.replace("'SET'", "'MEMBER'").replace(" with inherit false, set true", "")

TABLES = r"""
create table todo.users (
    id uuid not null constraint users_pkey primary key,
    email text,
    email_key text,
    name text constraint users_name_length check (name is null or char_length(name) between 1 and 100),
    password_hash text,
    active boolean not null default true,
    issuer text,
    subject text,
    created_at timestamptz not null default now(),
    constraint users_issuer_subject_key unique (issuer, subject),
    constraint users_external_whole check ((issuer is null) = (subject is null)),
    constraint users_email_present check (issuer is not null or (email is not null and email_key is not null))
);

create unique index users_email_key on todo.users (email_key) where issuer is null;

create table todo.sessions (
    id uuid not null constraint sessions_pkey primary key,
    user_id uuid not null constraint sessions_user_id_fkey references todo.users (id) on delete cascade,
    user_agent text not null default '',
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz
);

create index sessions_user_id_idx on todo.sessions (user_id);

create index sessions_expires_at_idx on todo.sessions (expires_at);

create table todo.refresh_tokens (
    hash bytea not null constraint refresh_tokens_pkey primary key,
    session_id uuid not null constraint refresh_tokens_session_id_fkey references todo.sessions (id) on delete cascade,
    created_at timestamptz not null default now(),
    used_at timestamptz,
    successor_salt bytea
);

create index refresh_tokens_session_id_idx on todo.refresh_tokens (session_id);

create table todo.access_tokens (
    id uuid not null constraint access_tokens_pkey primary key,
    user_id uuid not null constraint access_tokens_user_id_fkey references todo.users (id) on delete cascade,
    hash bytea not null,
    name text not null constraint access_tokens_name_length check (char_length(name) between 1 and 100),
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    constraint access_tokens_user_id_hash_key unique (user_id, hash)
);

create table todo.attempts (
    id bigint generated always as identity constraint attempts_pkey primary key,
    kind text not null,
    address text not null,
    account bytea,
    at timestamptz not null default now()
);

create index attempts_address_idx on todo.attempts (kind, address, at);

create index attempts_at_idx on todo.attempts (at);

create table todo.tasks (
    id uuid not null constraint tasks_pkey primary key,
    user_id uuid not null constraint tasks_user_id_fkey references todo.users (id) on delete cascade,
    number bigint not null constraint tasks_number_range check (number between 1 and 9007199254740991),
    title text not null
        constraint tasks_title_length check (char_length(title) between 1 and 100)
        constraint tasks_title_stripped check (
            title = btrim(
                title,
                E'\t\n\x0b\f\r\x1c\x1d\x1e\x1f '
                '\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'
                '\u2028\u2029\u202f\u205f\u3000'
            )
        ),
    description text not null default '' constraint tasks_description_length check (char_length(description) <= 500),
    completed boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    search_text text not null
) with (fillfactor = 90);

create unique index tasks_number_key on todo.tasks (user_id, number, deleted_at) nulls not distinct;

create index tasks_bin_idx on todo.tasks (user_id, deleted_at, id) where deleted_at is not null;

create index tasks_expiry_idx on todo.tasks (deleted_at) where deleted_at is not null;

create table todo.idempotency_keys (
    user_id uuid not null constraint idempotency_keys_user_id_fkey references todo.users (id) on delete cascade,
    key text not null,
    request_hash bytea not null,
    status integer not null,
    headers text not null,
    body text not null,
    created_at timestamptz not null default now(),
    constraint idempotency_keys_pkey primary key (user_id, key)
);

create index idempotency_keys_created_at_idx on todo.idempotency_keys (created_at);

create table todo.imported_records (
    user_id uuid not null constraint imported_records_user_id_fkey references todo.users (id) on delete cascade,
    record_hash bytea not null,
    record text not null,
    task_id uuid not null,
    imported_at timestamptz not null default now(),
    constraint imported_records_pkey primary key (user_id, record_hash)
);
"""

# todo_app is entered for one person and sees what is theirs. todo_accounts signs people in and sees no task.
# todo_wall is never entered: it owns the functions that answer one boolean or tidy up, and reads no text of anybody.
WALL = """
grant usage on schema todo to todo_app, todo_accounts, todo_wall;

grant select, insert, update, delete on todo.tasks, todo.idempotency_keys, todo.imported_records to todo_app;

grant select, delete on todo.users, todo.sessions to todo_app;

grant update (email, email_key, name, password_hash) on todo.users to todo_app;

grant update (ended_at, last_used_at) on todo.sessions to todo_app;

grant select, insert, delete, update (last_used_at) on todo.access_tokens to todo_app;

grant select, insert, update, delete
    on todo.users, todo.sessions, todo.refresh_tokens, todo.access_tokens, todo.attempts to todo_accounts;

grant select (id, deleted_at), delete on todo.tasks to todo_wall;

grant select (created_at), delete on todo.idempotency_keys to todo_wall;

grant select (at), delete on todo.attempts to todo_wall;

grant select (expires_at, ended_at), delete on todo.sessions to todo_wall;

grant select (expires_at), delete on todo.access_tokens to todo_wall;

do $$
declare
    guarded record;
    mine constant text := $policy$(select nullif(current_setting('todo.user_id', true), '')::uuid)$policy$;
begin
    for guarded in
        select * from (values
            ('users', 'id'), ('sessions', 'user_id'), ('access_tokens', 'user_id'),
            ('tasks', 'user_id'), ('idempotency_keys', 'user_id'), ('imported_records', 'user_id')
        ) as guarded (relation, owner)
    loop
        execute format('alter table todo.%I enable row level security', guarded.relation);
        execute format('alter table todo.%I force row level security', guarded.relation);
        execute format(
            'create policy %I on todo.%I for all to todo_app using (%I = %s) with check (%I = %s)',
            guarded.relation || '_own', guarded.relation, guarded.owner, mine, guarded.owner, mine
        );
    end loop;
end
$$;

create policy users_accounts on todo.users for all to todo_accounts using (true) with check (true);

create policy sessions_accounts on todo.sessions for all to todo_accounts using (true) with check (true);

create policy access_tokens_accounts on todo.access_tokens for all to todo_accounts using (true) with check (true);

create policy tasks_exist on todo.tasks for select to todo_wall using (true);

create policy tasks_expired on todo.tasks for delete to todo_wall
    using (deleted_at < now() - interval '30 days');

create policy idempotency_keys_expired on todo.idempotency_keys for all to todo_wall
    using (created_at < now() - interval '24 hours');

create policy sessions_expired on todo.sessions for all to todo_wall
    using (least(expires_at, ended_at) < now() - interval '30 days');

create policy access_tokens_expired on todo.access_tokens for all to todo_wall
    using (expires_at < now() - interval '30 days');
"""

FUNCTIONS = """
create function todo.enter_as(p_role text, p_user uuid) returns void language plpgsql as $$
begin
    perform set_config('statement_timeout', '5s', true), set_config('lock_timeout', '2s', true),
        set_config('idle_in_transaction_session_timeout', '10s', true),
        set_config('todo.user_id', coalesce(p_user::text, ''), true), set_config('role', p_role, true);
    if not (
        row_security_active('todo.users'::regclass) and row_security_active('todo.sessions'::regclass)
        and row_security_active('todo.access_tokens'::regclass) and row_security_active('todo.tasks'::regclass)
        and row_security_active('todo.idempotency_keys'::regclass)
        and row_security_active('todo.imported_records'::regclass)
    ) then
        raise exception 'row-level security does not hold' using errcode = 'TD503';
    end if;
end
$$;

create function todo.enter_user(p_user uuid) returns void language plpgsql as $$
begin
    perform todo.enter_as('todo_app', p_user);
    if not exists (select from todo.users where id = p_user and active) then
        raise exception 'the account is not active' using errcode = 'TD401';
    end if;
end
$$;

create function todo.enter_session(p_user uuid, p_session uuid) returns void language plpgsql as $$
begin
    perform todo.enter_as('todo_app', p_user);
    if not exists (
        select from todo.sessions s join todo.users u on u.id = s.user_id
        where s.id = p_session and s.ended_at is null and s.expires_at > now() and u.id = p_user and u.active
    ) then
        raise exception 'the session has ended' using errcode = 'TD401';
    end if;
end
$$;

create function todo.enter_token(p_user uuid, p_hash bytea) returns void language plpgsql as $$
declare
    used timestamptz;
begin
    perform todo.enter_as('todo_app', p_user);
    select coalesce(t.last_used_at, '-infinity') into used
        from todo.access_tokens t join todo.users u on u.id = t.user_id
        where t.user_id = p_user and t.hash = p_hash and (t.expires_at is null or t.expires_at > now()) and u.active;
    if not found then
        raise exception 'the token is not valid' using errcode = 'TD401';
    end if;
    if used < now() - interval '1 minute' then
        update todo.access_tokens set last_used_at = now()
            where id = (
                select id from todo.access_tokens where user_id = p_user and hash = p_hash for no key update skip locked
            );
    end if;
end
$$;

create function todo.enter_accounts() returns void language plpgsql as $$
begin
    perform todo.enter_as('todo_accounts', null);
end
$$;

create function todo.next_number() returns bigint language plpgsql as $$
declare
    me constant uuid := nullif(current_setting('todo.user_id', true), '')::uuid;
begin
    -- Two statements: the second sees what others committed while the first waited for the lock.
    perform from todo.users where id = me for no key update;
    return coalesce(
        (select number from todo.tasks where user_id = me and deleted_at is null order by number desc limit 1), 0
    ) + 1;
end
$$;

create function todo.claim_key(p_key text, p_hash bytea)
    returns table (state text, status integer, headers text, body text) language plpgsql as $$
declare
    me constant uuid := nullif(current_setting('todo.user_id', true), '')::uuid;
begin
    if not pg_try_advisory_xact_lock(hashtextextended(me::text || p_key, 0)) then
        return query select 'in use'::text, null::integer, null::text, null::text;
        return;
    end if;
    return query
        select case when k.request_hash = p_hash then 'replay' else 'reused' end, k.status, k.headers, k.body
        from todo.idempotency_keys k
        where k.user_id = me and k.key = p_key and k.created_at > now() - interval '24 hours';
end
$$;

create function todo.task_exists(p_id uuid, p_in_bin boolean) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from todo.tasks
        where id = p_id and (deleted_at is null or (p_in_bin and deleted_at > now() - interval '30 days'))
    )
$$;

create function todo.tidy() returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    delete from todo.tasks where deleted_at < now() - interval '30 days';
    delete from todo.idempotency_keys where created_at < now() - interval '24 hours';
    delete from todo.attempts where at < now() - interval '1 day';
    delete from todo.sessions where least(expires_at, ended_at) < now() - interval '30 days';
    delete from todo.access_tokens where expires_at < now() - interval '30 days';
end
$$;

revoke all on all functions in schema todo from public;

grant execute on function todo.next_number(), todo.claim_key(text, bytea), todo.task_exists(uuid, boolean) to todo_app;

grant create on schema todo to todo_wall;

alter function todo.task_exists(uuid, boolean) owner to todo_wall;

alter function todo.tidy() owner to todo_wall;

revoke create on schema todo from todo_wall;

do $$ begin
    set local role todo_wall;
    execute format('grant execute on function todo.tidy() to %I', session_user);
    reset role;
end $$;
"""

GONE = """
drop function todo.tidy(), todo.task_exists(uuid, boolean), todo.claim_key(text, bytea), todo.next_number(),
    todo.enter_accounts(), todo.enter_token(uuid, bytea), todo.enter_session(uuid, uuid),
    todo.enter_user(uuid), todo.enter_as(text, uuid);

drop table todo.imported_records, todo.idempotency_keys, todo.tasks, todo.attempts, todo.access_tokens,
    todo.refresh_tokens, todo.sessions, todo.users;

revoke usage on schema todo from todo_app, todo_accounts, todo_wall;
"""

# A role that another database of the cluster still uses stays.
ROLES_GONE = """
do $$
declare
    unwanted text;
begin
    foreach unwanted in array array['todo_app', 'todo_accounts', 'todo_wall'] loop
        begin
            execute format('drop role %I', unwanted);
        exception when dependent_objects_still_exist or insufficient_privilege then
            null;
        end;
    end loop;
end
$$
"""


def upgrade() -> None:
    connection = op.get_bind()
    version = connection.dialect.server_version_info if not op.get_context().as_sql else (18,)
    op.execute(ROLES if version >= (16,) else ROLES_15)
    run(TABLES)
    run(WALL)
    run(FUNCTIONS)


def downgrade() -> None:
    run(GONE)
    op.execute(ROLES_GONE)


def run(script: str) -> None:
    """Its statements, one by one: the driver prepares each. A blank line stands between two, and nowhere inside one."""
    for statement in script.strip().split("\n\n"):
        op.execute(statement)
