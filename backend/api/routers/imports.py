"""The import over HTTP: the console app's records into one's own account."""

import json

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Invalid
from api.middleware.body import BULK_MAX
from api.models.importing import ImportAnswer, ImportRequest, zone_named
from api.routers.idempotent import IdempotentRoute
from api.routers.openapi import SIGNED_IN, problems
from api.routers.route import takes
from api.services.import_source import ascii_text
from api.services.importing import Outcome, import_own
from todo.errors import StorageError
from todo.json_text import Element, read_array, read_members

router = APIRouter(
    prefix="/api/v1/tasks",
    tags=["tasks"],
    route_class=IdempotentRoute,
    dependencies=[SIGNED_IN],
    responses=problems(401, 413, 415, 422, 503),
)


@router.post("/import", response_model=ImportAnswer, summary="Move records of the console app's file in, once each")
@takes(BULK_MAX)
async def import_tasks(request: Request, wanted: ImportRequest) -> Response:
    return await _import(request, wanted, dry_run=False)


@router.post("/import/preview", response_model=ImportAnswer, summary="What an import would do; nothing is moved")
@takes(BULK_MAX)
async def preview_import(request: Request, wanted: ImportRequest) -> Response:
    return await _import(request, wanted, dry_run=True)


async def _import(request: Request, wanted: ImportRequest, *, dry_run: bool) -> Response:
    # Read again with their texts, because values lose spellings (1e400) and the ledger keeps records to the letter.
    records = _records(request.scope["body"].decode().strip())
    outcome = await import_own(
        request.scope["transaction"],
        request.scope["who"].user_id,
        records,
        skip_invalid=wanted.skip_invalid,
        zone=zone_named(wanted.timezone),
        dry_run=dry_run,
    )
    return Response(_answer(outcome, records), headers={"Cache-Control": "no-store"}, media_type="application/json")


def _records(body: str) -> list[Element]:
    try:
        return read_array(dict(read_members(body))["tasks"])
    except (RecursionError, StorageError):
        raise Invalid.field("tasks", "The records are nested too deeply.") from None


def _answer(outcome: Outcome, records: list[Element]) -> str:
    """JSON in ASCII: a rejected record may hold what UTF-8 cannot."""
    rejected = ",".join(
        f'{{"position":{rejection.position},"reason":{json.dumps(rejection.reason)},'
        f'"record":{ascii_text(records[rejection.position - 1].text)}}}'
        for rejection in outcome.rejected
    )
    renumbered = json.dumps([{"from": one.former, "to": one.new} for one in outcome.renumbered])
    return (
        f'{{"total":{outcome.total},"imported":{outcome.imported},"already_there":{outcome.already_there},'
        f'"rejected":[{rejected}],"renumbered":{renumbered}}}'
    )
