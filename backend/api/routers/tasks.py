"""Tasks over HTTP: path, status, types. What they mean is said in the adapter."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api.middleware.body import BULK_MAX
from api.models.task import (
    BinPage,
    BinQuery,
    ClearQuery,
    Deleted,
    Nothing,
    Summary,
    TaskAnswer,
    TaskBatch,
    TaskCompletion,
    TaskCreate,
    TaskPage,
    TaskQuery,
    TasksAnswer,
    TaskUpdate,
)
from api.repositories.task_reader import TaskReader
from api.repositories.task_repository import TaskRepository
from api.repositories.task_text import Answer
from api.routers.idempotent import IdempotentRoute
from api.routers.openapi import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, headers, problems
from api.routers.preconditions import etag, if_match, if_none_match
from api.routers.route import ReadingRoute, takes
from api.services.task_adapter import TaskAdapter
from api.services.task_reading import TaskReading, task_key

_ABOUT: dict[str, Any] = {"prefix": "/api/v1/tasks", "tags": ["tasks"], "responses": problems(401, 422, 503)}
reading = APIRouter(route_class=ReadingRoute, **_ABOUT)
router = APIRouter(route_class=IdempotentRoute, **_ABOUT)


def seen_tasks(request: Request) -> TaskReading:
    """The tasks of whoever asks, to be read."""
    return TaskReading(TaskReader(request.scope["reading"]), request.scope["who"].user_id)


def my_tasks(request: Request) -> TaskAdapter:
    """The tasks of whoever asks, in the request's transaction."""
    return TaskAdapter(TaskRepository(request.scope["transaction"], request.scope["who"].user_id))


Seen = Annotated[TaskReading, Depends(seen_tasks)]
Tasks = Annotated[TaskAdapter, Depends(my_tasks)]


class Json(Response):
    """JSON that is text already. Made without the framework's care for headers, which it needs none of."""

    def __init__(self, body: bytes, status: int = 200, *headers: tuple[bytes, bytes]) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = [
            (b"content-length", b"%d" % len(self.body)),
            (b"content-type", b"application/json"),
            (b"cache-control", b"no-store"),
            *headers,
        ]


def one(found: Answer, status: int = 200, *headers: tuple[bytes, bytes]) -> Response:
    """One task, with its ETag."""
    return Json(b'{"task":%b}' % found.task.encode(), status, (b"etag", etag(found.version).encode()), *headers)


def page(tasks: bytes, next_cursor: str | None) -> Response:
    """Tasks of a list."""
    return Json(b'{"tasks":[%b],"next_cursor":%b}' % (tasks, orjson.dumps(next_cursor)))


def deleted(count: int) -> Response:
    """How many tasks went."""
    return Json(b'{"deleted":%d}' % count)


@reading.get("", response_model=TaskPage, summary="List, filter, search and sort")
async def list_tasks(query: Annotated[TaskQuery, Query()], tasks: Seen) -> Response:
    return page(*await tasks.list(query))


@reading.get("/summary", response_model=Summary, summary="How many there are")
async def summary(tasks: Seen) -> Response:
    total, completed = await tasks.summary()
    return Json(b'{"total":%d,"completed":%d,"pending":%d}' % (total, completed, total - completed))


@router.post(
    "",
    status_code=201,
    response_model=TaskAnswer,
    summary="Add a task",
    responses=problems(409, 412, 413, 415),
    openapi_extra=headers(IDEMPOTENCY_KEY),
)
async def create(request: Request, task: TaskCreate, tasks: Tasks) -> Response:
    tasks.check_list(if_match(request))
    task_id, added = await tasks.add(task)
    return one(added, 201, (b"location", f"/api/v1/tasks/{task_id}".encode()))


@router.post(
    "/batch",
    status_code=201,
    response_model=TasksAnswer,
    summary="Add many, all or none",
    responses=problems(409, 412, 413, 415),
    openapi_extra=headers(IDEMPOTENCY_KEY),
)
@takes(BULK_MAX)
async def create_batch(request: Request, batch: TaskBatch, tasks: Tasks) -> Response:
    tasks.check_list(if_match(request))
    added = await tasks.add_all(batch.tasks)
    return Json(b'{"tasks":[%b]}' % added.encode(), 201)


@router.delete("", response_model=Deleted, summary="Clear all tasks or the completed ones", responses=problems(412))
async def clear(request: Request, query: Annotated[ClearQuery, Query()], tasks: Tasks) -> Response:
    return deleted(await tasks.clear(completed_only=query.completed is True, seen=if_match(request)))


@reading.get("/deleted", response_model=BinPage, summary="The bin, newest first")
async def list_bin(query: Annotated[BinQuery, Query()], tasks: Seen) -> Response:
    return page(*await tasks.bin(query))


@router.delete("/deleted", response_model=Deleted, summary="Empty the bin for good", responses=problems(412))
async def empty_bin(request: Request, tasks: Tasks) -> Response:
    return deleted(await tasks.empty_bin(if_match(request)))


_CHANGED: dict[str, Any] = {
    "response_model": TaskAnswer,
    "responses": problems(403, 404, 412, 413, 415),
    "openapi_extra": headers(IF_MATCH),
}
_POSTED: dict[str, Any] = {
    "response_model": TaskAnswer,
    "responses": problems(403, 404, 409, 412, 413, 415),
    "openapi_extra": headers(IF_MATCH, IDEMPOTENCY_KEY),
}


@reading.get(
    "/{task_id}",
    response_model=TaskAnswer,
    summary="One task, by id or number",
    responses={304: {"description": "Not changed since"}, **problems(404)},
    openapi_extra=headers(IF_NONE_MATCH),
)
async def show(request: Request, task_id: str, tasks: Seen) -> Response:
    found = await tasks.show(task_key(task_id))
    known = if_none_match(request)
    if known is not None and known(found.version):
        return Response(status_code=304, headers={"ETag": etag(found.version)})
    return one(found)


@router.patch("/{task_id}", summary="Change what is given", **_CHANGED)
@router.put("/{task_id}", summary="Change what is given", **_CHANGED)
async def update(request: Request, task_id: str, changes: TaskUpdate, tasks: Tasks) -> Response:
    return one(await tasks.update(task_key(task_id), changes, if_match(request)))


@router.patch("/{task_id}/complete", summary="Complete or reopen", **_CHANGED)
async def complete(request: Request, task_id: str, wanted: TaskCompletion, tasks: Tasks) -> Response:
    return one(await tasks.complete(task_key(task_id), completed=wanted.completed, seen=if_match(request)))


@router.post("/{task_id}/toggle", summary="Complete if open, reopen if done", **_POSTED)
@takes(optional=True)
async def toggle(request: Request, task_id: str, tasks: Tasks, body: Nothing | None = None) -> Response:
    return one(await tasks.complete(task_key(task_id), completed=None, seen=if_match(request)))


@router.post("/{task_id}/restore", summary="Take a task out of the bin", **_POSTED)
@takes(optional=True)
async def restore(request: Request, task_id: str, tasks: Tasks, body: Nothing | None = None) -> Response:
    return one(await tasks.restore(task_key(task_id), if_match(request)))


@router.delete(
    "/{task_id}",
    status_code=204,
    summary="Put a task into the bin",
    responses=problems(403, 404, 412),
    openapi_extra=headers(IF_MATCH),
)
async def delete(request: Request, task_id: str, tasks: Tasks) -> Response:
    await tasks.delete(task_key(task_id), if_match(request))
    return Response(status_code=204)
