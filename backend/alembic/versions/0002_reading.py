"""Reading in one statement: it enters by itself and reads a view behind the same wall.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A view is read with its owner's rights and row-level security, whoever reads it: so the role need not be taken before.
VIEW = """
grant create on schema todo to todo_app;

create view todo.own_tasks as select * from todo.tasks;

alter view todo.own_tasks owner to todo_app;

revoke create on schema todo from todo_app;

do $$ begin
    set local role todo_app;
    execute format('grant select on todo.own_tasks to %I', session_user);
    reset role;
end $$;
"""

ENTER = """
create function todo.enter(p_user uuid, p_session uuid, p_token bytea) returns uuid language plpgsql as $$
declare
    used timestamptz;
begin
    perform todo.enter_as('todo_app', p_user);
    if p_session is not null then
        perform from todo.sessions s join todo.users u on u.id = s.user_id
            where s.id = p_session and s.ended_at is null and s.expires_at > now() and u.id = p_user and u.active;
    elsif p_token is not null then
        select coalesce(t.last_used_at, '-infinity') into used
            from todo.access_tokens t join todo.users u on u.id = t.user_id
            where t.user_id = p_user and t.hash = p_token and (t.expires_at is null or t.expires_at > now()) and u.active;
    else
        perform from todo.users where id = p_user and active;
    end if;
    if not found then
        raise exception 'the session, token or account is not active' using errcode = 'TD401';
    end if;
    if used < now() - interval '1 minute' and current_setting('transaction_read_only') = 'off' then
        update todo.access_tokens set last_used_at = now()
            where id = (
                select id from todo.access_tokens where user_id = p_user and hash = p_token for no key update skip locked
            );
    end if;
    return p_user;
end
$$;

revoke all on function todo.enter(uuid, uuid, bytea) from public;

-- A server of before opens no connection to this schema (its revision): it must be replaced in any case.
-- squawk-ignore ban-drop-function
drop function todo.enter_token(uuid, bytea), todo.enter_session(uuid, uuid), todo.enter_user(uuid);
"""

# As 0001 has them.
ENTER_0001 = """
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

revoke all on function todo.enter_user(uuid), todo.enter_session(uuid, uuid), todo.enter_token(uuid, bytea) from public;
"""


def upgrade() -> None:
    run(VIEW)
    run(ENTER)


def downgrade() -> None:
    run("drop view todo.own_tasks;\n\ndrop function todo.enter(uuid, uuid, bytea);")
    run(ENTER_0001)


def run(script: str) -> None:
    """Its statements, one by one: the driver prepares each. A blank line stands between two, and nowhere inside one."""
    for statement in script.strip().split("\n\n"):
        op.execute(statement)
