"""Whether the server lives, and whether it can do its work."""

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.routers.route import StrictRoute
from api.telemetry import measures
from api.version import VERSION

router = APIRouter(prefix="/health", tags=["health"], route_class=StrictRoute)

LOCAL_SECONDS, REMOTE_SECONDS, NEON_SECONDS = 1.0, 5.0, 60.0
"""How long the last outcome counts: asking Neon more often would keep its compute awake."""


async def _verdict(request: Request) -> Response:
    database = request.app.state.database
    target = database.target
    well = await database.well(
        within=NEON_SECONDS if target.neon else LOCAL_SECONDS if target.local else REMOTE_SECONDS
    )
    status = {
        "status": "ok" if well else "unavailable",
        "database": "ok" if well else "unavailable",
        "version": VERSION,
        **request.app.state.backup_age.told(),
        **_told_by_the_server(),
    }
    return Response(
        orjson.dumps(status), 200 if well else 503, headers={"Cache-Control": "no-store"}, media_type="application/json"
    )


def _told_by_the_server() -> dict[str, object]:
    """Of the database inside: how its log is received, and whether backups found too little room."""
    received = next((how for how in measures.WAL if measures.wal.now(how)), None)
    return {
        **({"wal": received} if received else {}),
        **({"backup_budget": "exceeded"} if measures.over_budget.now() else {}),
    }


@router.get("/live", summary="The process answers; the database is not asked")
async def live() -> Response:
    return Response(b'{"status":"ok"}', media_type="application/json")


@router.get("/ready", summary="200 when requests can be served, else 503")
async def ready(request: Request) -> Response:
    return await _verdict(request)


@router.get("", summary="Status of server and database")
async def health(request: Request) -> Response:
    return await _verdict(request)
