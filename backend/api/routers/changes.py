"""Changes that can be taken back, over HTTP: what the console app works with, one request a command."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.middleware.body import ADDITIONS_MAX, BULK_MAX
from api.models.changes import (
    ChangesAnswer,
    DeletionsAnswer,
    Restoration,
    RestorationAnswer,
    TaskAdditions,
    TaskDeletions,
)
from api.models.changes import (
    TaskChanges as WantedChanges,
)
from api.models.task import TasksAnswer
from api.repositories.change_repository import ChangeRepository
from api.repositories.task_repository import TaskRepository
from api.routers.idempotent import IdempotentRoute
from api.routers.openapi import IDEMPOTENCY_KEY, SIGNED_IN, headers, problems
from api.routers.route import takes
from api.routers.tasks import Json, Tasks
from api.services.task_changes import TaskChanges

router = APIRouter(
    prefix="/api/v1/tasks/changes",
    tags=["tasks"],
    route_class=IdempotentRoute,
    dependencies=[SIGNED_IN],
    responses=problems(401, 403, 404, 409, 412, 413, 415, 422, 503),
)


def my_changes(request: Request) -> TaskChanges:
    """The changes of whoever asks, in the request's transaction."""
    mine = request.scope["transaction"], request.scope["who"].user_id
    return TaskChanges(TaskRepository(*mine), ChangeRepository(*mine))


Mine = Annotated[TaskChanges, Depends(my_changes)]


@router.post(
    "",
    response_model=ChangesAnswer,
    summary="Change many, all or none, and tell what they were",
    openapi_extra=headers(IDEMPOTENCY_KEY),
)
@takes(BULK_MAX)
async def change(request: Request, wanted: WantedChanges, mine: Mine) -> Response:
    return Json(b'{"changes":[%b]}' % (await mine.make(wanted.changes)).encode())


@router.post(
    "/add",
    status_code=201,
    response_model=TasksAnswer,
    summary="Add more than a batch takes, all or none",
    openapi_extra=headers(IDEMPOTENCY_KEY),
)
@takes(ADDITIONS_MAX)
async def add(request: Request, wanted: TaskAdditions, tasks: Tasks) -> Response:
    return Json(b'{"tasks":[%b]}' % (await tasks.add_all(wanted.tasks)).encode(), 201)


@router.post(
    "/delete",
    response_model=DeletionsAnswer,
    summary="Put many into the bin, all or none, at one moment",
    openapi_extra=headers(IDEMPOTENCY_KEY),
)
@takes(BULK_MAX)
async def delete(request: Request, wanted: TaskDeletions, mine: Mine) -> Response:
    moment, gone = await mine.delete(wanted)
    return Json(
        b'{"deleted":%d,"deleted_at":%b,"tasks":[%b]}' % (len(gone), orjson.dumps(moment), ",".join(gone).encode())
    )


@router.post(
    "/restore",
    response_model=RestorationAnswer,
    summary="Take out of the bin what went at one moment, all under their numbers or none",
    openapi_extra=headers(IDEMPOTENCY_KEY),
)
async def restore(request: Request, wanted: Restoration, mine: Mine) -> Response:
    return Json(b'{"tasks":[%b]}' % ",".join(await mine.restore(wanted)).encode())
