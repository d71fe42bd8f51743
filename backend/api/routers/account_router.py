"""What every router below /api/auth is that wants somebody signed in."""

from fastapi import APIRouter

from api.routers.openapi import SIGNED_IN, problems
from api.routers.route import StrictRoute


def account_router(part: str, route_class: type[StrictRoute], *refusals: int) -> APIRouter:
    """Not one inside another: routes carry their whole path, by which they are called, logged and counted."""
    return APIRouter(
        prefix=f"/api/auth{part}",
        tags=["accounts"],
        dependencies=[SIGNED_IN],
        route_class=route_class,
        responses=problems(*refusals),
    )
