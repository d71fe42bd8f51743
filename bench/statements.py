"""The transactions that the API sends, as scripts for pgbench. The SQL is taken from the repositories as they run.

pgbench's own differences: the entry's two statements go in one pipeline (the API sends them as one script), since what is
prepared cannot be a script; what the API passes as null stands in the text, since pgbench has no null to pass.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from api.database.entry import ENTER, as_session
from api.database.schema import STAMP
from api.models.task import BATCH_MAX, Draft, Order
from api.repositories.task_reader import TaskReader
from bench import people
from bench.recording import read, sent, sent_for_key
from todo import rules

TURN = 100
"""Transactions that a client does as one person before it goes on as the next."""
_NOBODY, _NO_SESSION = UUID(int=0), UUID(int=1)
_ENTERED = ENTER.replace("$1", ":user_id").replace("$2", ":session_id").replace("$3", "null")
_HASH = "'\\x00'::bytea"
_TASK = (":user_id", "uuidv7()", ":title", ":description", "false", ":search_text")

VARIABLES = {
    "title": "Sweep the hall",
    "description": "As said on the telephone.",
    "search_text": rules.searchable("Sweep the hall", "As said on the telephone."),
    "folded_title": rules.fold("Sweep the hall"),
    "search": rules.fold(people.SEARCH),
    "limit": "50",
    "large_limit": "10000",
    "headers": '{"location": "/api/v1/tasks/01234567-89ab-7def-8123-456789abcdef"}',
    "body": "x" * 350,
    "turn": "-1",
    "round": "-1",
}
"""What scripts name beside the person and the numbers drawn."""


def _preamble(more: str = "") -> str:
    """Another person after each turn, and the numbers of one transaction."""
    return "\n".join(
        (
            f"\\set turn (:turn + 1) % {TURN}",
            "\\if :turn = 0",
            "\\set round :round + 1",
            "\\set place :first + (:client_id + :clients * :round) % :people",
            f"select user_id, session_id{more} from bench.people where place = :place \\gset",  # noqa: S608 - constants
            "\\endif",
            "\\set number random(1, :tasks)",
            "\\set key random(1, 9000000000000000000)",
            f"\\set deletable 100001 + {TURN} * (:round * :clients / :people % {people.DELETABLE // TURN}) + :turn",
        )
    )


def scripts() -> dict[str, str]:
    """By name: the whole transaction, as the application's role."""
    entry = as_session(_NOBODY, _NO_SESSION).script.replace(f"'{_NOBODY}'", ":user_id")
    begin, enter = (entry.replace(f"'{_NO_SESSION}'", ":session_id") + STAMP).split("; ")
    written = {
        name: (
            f"\\startpipeline\n{begin};\n{enter};\n\\endpipeline",
            *(f"{statement};" for statement in statements),
            "commit;",
        )
        for name, statements in _writing().items()
    }
    read = {name: (f"{statement};",) for name, statement in _reading().items()}
    return {name: "\n".join((_preamble(), *lines)) for name, lines in (read | written).items()}


def bare_scripts() -> dict[str, str]:
    """By name: the statement alone, as superuser, for whom row-level security does not count."""
    preamble = _preamble(", set_config('todo.user_id', user_id::text, false) as entered")
    read = {
        name: statement.replace(_ENTERED, "(select :user_id::uuid)").replace("todo.own_tasks", "todo.tasks")
        for name, statement in _reading().items()
    }
    written = {name: found[0] for name, found in _writing().items() if len(found) == 1}
    return {name: f"{preamble}\n{statement};" for name, statement in (read | written).items()}


def _reading() -> dict[str, str]:
    order = Order("number", descending=False)

    def page(limit: int, search: str) -> Callable[[TaskReader], Awaitable[object]]:
        return lambda tasks: tasks.page(order, limit, completed=None, search=search, after=None)

    return {
        "list": read(page(50, ""), ":limit"),
        "list_large": read(page(10_000, ""), ":large_limit"),
        "search": read(page(50, "x"), ":limit", ":search"),
        "get": read(lambda tasks: tasks.find(1), ":number"),
    }


def _writing() -> dict[str, list[str]]:
    draft = Draft(_NOBODY, "", "", False, "")
    update: dict[str, Any] = {"title": "", "description": None, "completed": None}
    folded: dict[str, Any] = {"folded_title": "", "folded_description": None}

    create = sent(lambda tasks: tasks.add(draft), *_TASK)
    return {
        "create": [create],
        "create_key": [
            sent_for_key(lambda keys: keys.claim("", b""), ":key", _HASH),
            create,
            sent_for_key(
                lambda keys: keys.keep("", b"", 201, "", ""), ":user_id", ":key", _HASH, "201", ":headers", ":body"
            ),
        ],
        "update": [
            sent(
                lambda tasks: tasks.update(1, **update, **folded),
                *(":user_id", ":number", ":title", "null", "null", ":folded_title", "null"),
            )
        ],
        "toggle": [sent(lambda tasks: tasks.complete(1, None), ":user_id", ":number", "null")],
        "delete": [sent(lambda tasks: tasks.delete(1), ":user_id", ":deletable")],
        "batch": [sent(lambda tasks: tasks.add_all([draft]), ":user_id", *_batch())],
    }


def _batch() -> tuple[str, ...]:
    titles = [people.title(number) for number in range(1, BATCH_MAX + 1)]
    return (
        f"array(select uuidv7() from generate_series(1, {BATCH_MAX}))",  # noqa: S608 - a constant
        _array(titles),
        f"array_fill(''::text, array[{BATCH_MAX}])",
        f"array_fill(false, array[{BATCH_MAX}])",
        _array([rules.searchable(title, "") for title in titles]),
    )


def _array(texts: list[str]) -> str:
    return "'{" + ",".join(f'"{text}"' for text in texts) + "}'"
