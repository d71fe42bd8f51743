"""What the rules of `product.yml` must catch (ruleid) and let pass (ok). Never run, never imported."""


async def sql_from_values(transaction, title, owner):
    # ruleid: sql-from-values
    await transaction.fetch(f"select 1 from todo.users where name = '{title}'")
    # ruleid: sql-from-values
    await transaction.execute("delete from todo.users where name = " + title)
    # ruleid: sql-from-values
    await transaction.fetchval("select 1 from todo.users where name = '%s'" % title)
    # ok: sql-from-values
    await transaction.fetch("select 1 from todo.users where name = $1", title)
    # ok: sql-from-values
    await transaction.fetchrow(f"select {COLUMNS} from todo.users u where u.id = $1", owner)


async def tasks_without_owner(transaction, task_id):
    # ruleid: tasks-without-owner
    await transaction.fetchrow("select title from todo.tasks where id = $1", task_id)


async def tasks_deleted_without_owner(transaction, task_id):
    # ruleid: tasks-without-owner
    await transaction.execute("delete from todo.tasks where id = $1", task_id)


async def tasks_with_owner(transaction, task_id, owner):
    # ok: tasks-without-owner
    await transaction.fetchrow("select title from todo.tasks where user_id = $1 and id = $2", owner, task_id)


def secret_in_log(log, person, token, count):
    # ruleid: secret-in-log
    log.info("signed in with %s", person.password)
    # ruleid: secret-in-log
    log.warning(f"refused {token}")
    # ruleid: secret-in-log
    log.error("cannot save %s", person.title)
    # ok: secret-in-log
    log.info("%d signed in", count)


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
