"""What the rules of `product.yml` must catch (ruleid) and let pass (ok). Never run, never imported."""


async def sql_from_values(transaction, title, owner, kind):
    # ruleid: sql-from-values
    await transaction.fetch(f"select 1 from todo.users where name = '{title}'")
    # ruleid: sql-from-values
    await transaction.execute("delete from todo.users where name = " + title)
    # ruleid: sql-from-values
    await transaction.execute("delete from todo.users where name = " + _NAME + title)
    # ruleid: sql-from-values
    await transaction.fetchval("select 1 from todo.users where name = '%s'" % title)
    # ruleid: sql-from-values
    await transaction.fetchval("select 1 from todo.users where name = '{}'".format(title))
    # ruleid: sql-from-values
    await transaction.fetch(f"select 1 from todo.users where {_mine(title)}")
    # ruleid: sql-from-values
    await transaction.fetchrow(sql=f"select 1 from todo.users where name = '{title.lower()}'")
    # ruleid: sql-from-values
    transaction.cursor(f"select 1 from todo.users where name = '{title}'")
    # ok: sql-from-values
    await transaction.fetch("select 1 from todo.users where name = $1", title)
    # ok: sql-from-values
    await transaction.fetchrow(f"select {COLUMNS} from todo.users u where u.id = $1", owner)
    # ok: sql-from-values
    await transaction.fetchrow(f"select {COLUMNS} from todo.users u where {_KEYS[type(owner)]}", owner)
    # ok: sql-from-values
    await transaction.fetchrow(f"select 1 from todo.users u where u.active{' and u.admin' if kind else ''}")


async def sql_from_values_made_before(transaction, titles):
    statement = f"select 1 from todo.users where name = '{titles}'"
    # ruleid: sql-from-values
    await transaction.fetch(statement)
    parts = ["u.active"]
    for title in titles:
        parts.append(f"u.name = '{title}'")
    # ruleid: sql-from-values
    await transaction.fetch(f"select 1 from todo.users u where {' and '.join(parts)}")
    # ruleid: sql-from-values
    await transaction.fetch("select 1 from todo.users u where " + " or ".join(f"u.name = '{title}'" for title in titles))
    which = "u.active"
    # ok: sql-from-values
    await transaction.fetch(f"select 1 from todo.users u where {which}")


async def sql_from_values_within(database, title, *more):
    async def work(transaction):
        # ruleid: sql-from-values
        await transaction.fetch(f"select 1 from todo.users where name = '{title}'")
        # ruleid: sql-from-values
        await transaction.fetch("select 1 from todo.users where name = '" + more[0] + "'")
        # ok: sql-from-values
        await transaction.fetch("select 1 from todo.users where name = $1", title)

    await database.transact(work)


class SqlFromWhatIsHeld:
    async def of_its_own(self):
        # ruleid: sql-from-values
        await self._transaction.fetch(f"select 1 from todo.users where name = '{self._title}'")
        # ok: sql-from-values
        await self._transaction.fetch("select 1 from todo.users where name = $1", self._title)

    async def of_what_was_read(self):
        row = await self._transaction.fetchrow("select name from todo.users where id = $1", self._owner)
        # ruleid: sql-from-values
        await self._transaction.execute("delete from todo.users where name = '" + row["name"] + "'")


async def rows_without_owner(transaction, task_id, owner):
    # ruleid: rows-without-owner
    await transaction.fetchrow("select title from todo.tasks where id = $1", task_id)
    # ok: rows-without-owner
    await transaction.fetchrow("select title from todo.tasks where user_id = $1 and id = $2", owner, task_id)


async def rows_deleted_without_owner(transaction, task_id):
    # ruleid: rows-without-owner
    await transaction.execute("delete from todo.tasks where id = $1", task_id)


async def rows_joined_without_owner(transaction, owner, task_id):
    # ruleid: rows-without-owner
    await transaction.fetch("select t.title from todo.users u join todo.tasks t on t.user_id = u.id where u.name = $1", owner)
    # ruleid: rows-without-owner
    await transaction.fetch("select t.title from todo.users u, todo.tasks t where u.user_id = $1 and t.id = $2", owner, task_id)
    # ok: rows-without-owner
    await transaction.fetch("select t.title from todo.users u join todo.tasks t on t.number = 1 where t.user_id = $1", owner)


async def rows_of_other_tables_without_owner(transaction, row_id, owner):
    # ruleid: rows-without-owner
    await transaction.fetchrow("select token_hash from todo.sessions where id = $1", row_id)
    # ruleid: rows-without-owner
    await transaction.fetchrow("select name from todo.access_tokens where id = $1", row_id)
    # ruleid: rows-without-owner
    await transaction.fetchrow("select secret from todo.second_factors f where f.confirmed_at is not null")
    # ruleid: rows-without-owner
    await transaction.execute("delete from todo.recovery_codes where hash = $1", row_id)
    # ruleid: rows-without-owner
    await transaction.fetchrow("select detail from todo.events where id = $1", row_id)
    # ruleid: rows-without-owner
    await transaction.fetchrow("select body from todo.idempotency_keys where key = $1", row_id)
    # ruleid: rows-without-owner
    await transaction.fetchrow("select record from todo.imported_records where record_hash = $1", row_id)
    await transaction.fetchrow(
        # ok: rows-without-owner
        "select name from todo.access_tokens"
        f" where user_id = $1 and {LIVE}",
        owner,
    )


# ruleid: rows-without-owner
def _mine(key):
    return f"t.id = $2 and t.deleted_at is null"


def conditions():
    # ruleid: rows-without-owner
    where = ["t.deleted_at is null"]
    # ok: rows-without-owner
    where = ["t.user_id = me.id", "t.deleted_at is null"]


def secret_in_log(log, person, password, token, count):
    # ruleid: secret-in-log
    log.info("signed in with %s", person.password)
    # ruleid: secret-in-log
    log.warning(f"refused {token}")
    # ruleid: secret-in-log
    log.error("cannot save %s", person.title)
    # ruleid: secret-in-log
    log.info("signed in", extra={"fields": {"password": password}})
    # ruleid: secret-in-log
    log.info("signed in with %s" % password)
    # ruleid: secret-in-log
    log.info("refused " + token)
    # ruleid: secret-in-log
    person._log.info("refused %s", token)
    # ruleid: secret-in-log
    logging.getLogger("todo").info("refused %s", token[:8])
    # ruleid: secret-in-log
    print(password)
    # ruleid: secret-in-log
    sys.stderr.write(f"refused {token}")
    # ok: secret-in-log
    log.info("%d signed in", count)
    # ok: secret-in-log
    log.info("signed in", extra={"fields": {"password": "wrong"}})
    # ok: secret-in-log
    log.info("the password is wrong, and the token too")


def swallowed_exception(work):
    # ruleid: swallowed-exception
    try:
        work()
    except Exception:
        pass
    # ruleid: swallowed-exception
    try:
        work()
    except:
        return None
    # ok: swallowed-exception
    try:
        work()
    except ValueError:
        pass
    # ruleid: swallowed-exception
    with contextlib.suppress(Exception):
        work()
    # ok: swallowed-exception
    with contextlib.suppress(FileNotFoundError):
        work()


def secret_compared_with_equals(sent, person, token_hash):
    # ruleid: secret-compared-with-equals
    if person.password == sent:
        return True
    # ruleid: secret-compared-with-equals
    if token_hash != sent:
        return False
    # ok: secret-compared-with-equals
    if person.password == None:
        return False
    # ok: secret-compared-with-equals
    return hmac.compare_digest(token_hash, sent)


def request_without_timeout(url):
    # ruleid: request-without-timeout
    urllib.request.urlopen(url)
    # ruleid: request-without-timeout
    httpx.get(url, timeout=None)
    # ok: request-without-timeout
    urllib.request.urlopen(url, timeout=5)
    # ok: request-without-timeout
    httpx.get(url, timeout=5)


def request_to_a_given_address(request, settings, token):
    picture = request.query_params["picture"]
    # ruleid: request-to-a-given-address
    httpx.get(picture, timeout=5)
    keys = jwt.get_unverified_header(token)["jku"]
    # ruleid: request-to-a-given-address
    urllib.request.urlopen(keys, timeout=5)
    # ok: request-to-a-given-address
    urllib.request.urlopen(settings.jwt_jwks_url, timeout=5)


def code_from_data(data):
    # ruleid: code-from-data
    pickle.loads(data)
    # ruleid: code-from-data
    eval(data)
    # ruleid: code-from-data
    yaml.load(data)
    # ok: code-from-data
    json.loads(data)
    # ok: code-from-data
    yaml.safe_load(data)


def program_through_a_shell(name):
    # ruleid: program-through-a-shell
    subprocess.run(f"ls {name}", shell=True)
    # ruleid: program-through-a-shell
    os.system("ls " + name)
    # ok: program-through-a-shell
    subprocess.run(["ls", name])


def token_unverified(token, key):
    # ruleid: token-unverified
    jwt.decode(token, key)
    # ruleid: token-unverified
    jwt.decode(token, key, algorithms=["HS256", "none"])
    # ok: token-unverified
    jwt.decode(token, key, algorithms=["HS256"])


def random_that_can_be_foretold():
    # ruleid: random-that-can-be-foretold
    token = random.getrandbits(128)
    # ok: random-that-can-be-foretold
    pause = random.uniform(0, 1)
    # ok: random-that-can-be-foretold
    token = secrets.token_bytes(16)
