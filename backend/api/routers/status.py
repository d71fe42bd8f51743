"""How the server is doing, for the accounts that the operator has made admins."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.database.transaction import Transaction
from api.errors import BeyondOnesReach
from api.models.status import StatusAnswer
from api.repositories.user_repository import UserRepository
from api.routers.account_answers import answer
from api.routers.openapi import SIGNED_IN, problems
from api.routers.route import StrictRoute
from api.services.status import status_of

router = APIRouter(prefix="/api/v1/status", tags=["operation"], route_class=StrictRoute, dependencies=[SIGNED_IN])


@router.get(
    "",
    response_model=StatusAnswer,
    summary="How the server is doing; for admins only",
    responses=problems(401, 403, 422, 503),
)
async def status(request: Request) -> Response:
    who = request.scope["who"]

    async def admitted(transaction: Transaction) -> bool:
        request.scope["entered"] = True
        return await UserRepository(transaction).is_admin(who.user_id)

    # The transaction ends before the statistics are asked for: one request must not hold two connections.
    if not await request.app.state.database.transact(who.entry, admitted):
        raise BeyondOnesReach("Only accounts that the operator has made admins may see this.")
    return answer(await status_of(request.app.state.watch, request.app.state.settings.data_dir))
