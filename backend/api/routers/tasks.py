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
from api.repositories.task_repository import Answer, TaskRepository
from api.routers.idempotent import IdempotentRoute
from api.routers.openapi import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, headers, problems
from api.routers.preconditions import etag, if_match, if_none_match
from api.routers.route import takes
from api.services.task_adapter import TaskAdapter, task_key

router = APIRouter(
    prefix="/api/v1/tasks", tags=["tasks"], route_class=IdempotentRoute, responses=problems(401, 422, 503)
)


def my_tasks(request: Request) -> TaskAdapter:
    """The tasks of whoever asks, in the request's transaction."""
    owner = request.scope["who"].user_id
    return TaskAdapter(TaskRepository(request.scope["transaction"], owner), owner)


Tasks = Annotated[TaskAdapter, Depends(my_tasks)]


def answer(body: str, status: int = 200, **headers: str) -> Response:
    """JSON that is text already."""
    return Response(body, status, headers={"Cache-Control": "no-store", **headers}, media_type="application/json")


def one(found: Answer, status: int = 200, **headers: str) -> Response:
    """One task, with its ETag."""
    return answer(f'{{"task":{found.task}}}', status, ETag=etag(found.version), **headers)


def page(tasks: str, next_cursor: str | None) -> Response:
    """Tasks of a list."""
    return answer(f'{{"tasks":[{tasks}],"next_cursor":{orjson.dumps(next_cursor).decode()}}}')


def deleted(count: int) -> Response:
    """How many tasks went."""
    return answer(f'{{"deleted":{count}}}')


@router.get("", response_model=TaskPage, summary="List, filter, search and sort")
async def list_tasks(query: Annotated[TaskQuery, Query()], tasks: Tasks) -> Response:
    return page(*await tasks.list(query))


@router.get("/summary", response_model=Summary, summary="How many there are")
async def summary(tasks: Tasks) -> Response:
    total, completed = await tasks.summary()
    return answer(f'{{"total":{total},"completed":{completed},"pending":{total - completed}}}')


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
    return one(added, 201, Location=f"/api/v1/tasks/{task_id}")


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
    return answer(f'{{"tasks":[{await tasks.add_all(batch.tasks)}]}}', 201)


@router.delete("", response_model=Deleted, summary="Clear all tasks or the completed ones", responses=problems(412))
async def clear(request: Request, query: Annotated[ClearQuery, Query()], tasks: Tasks) -> Response:
    return deleted(await tasks.clear(completed_only=query.completed is True, seen=if_match(request)))


@router.get("/deleted", response_model=BinPage, summary="The bin, newest first")
async def list_bin(query: Annotated[BinQuery, Query()], tasks: Tasks) -> Response:
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


@router.get(
    "/{task_id}",
    response_model=TaskAnswer,
    summary="One task, by id or number",
    responses={304: {"description": "Not changed since"}, **problems(404)},
    openapi_extra=headers(IF_NONE_MATCH),
)
async def show(request: Request, task_id: str, tasks: Tasks) -> Response:
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
