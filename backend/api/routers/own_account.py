"""One's own account over HTTP."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Unauthorized
from api.middleware.origin import events_of
from api.models.account import PasswordChange, PasswordProof, ProfileChange, UserAnswer
from api.repositories.user_repository import UserRepository
from api.routers.account_answers import answer, done, limits_of, user_of
from api.routers.account_router import account_router
from api.routers.openapi import problems
from api.routers.refresh_cookie import cookie, cookie_of
from api.routers.route import StrictRoute, TransactionRoute, open_to_scripts
from api.services.own_account import OwnAccount

router = account_router("", TransactionRoute, 401, 403, 422, 503)
confirmed = account_router("", StrictRoute, 401, 403, 413, 415, 422, 429, 503)
"""What may want the password: several transactions, because none stays open while it is checked."""


def own_account(request: Request) -> OwnAccount:
    """The account of whoever asks."""
    who = request.scope["who"]
    return OwnAccount(
        request.app.state.database, limits_of(request), events_of(request), user_id=who.user_id, entry=who.entry
    )


Mine = Annotated[OwnAccount, Depends(own_account)]


@router.get("/me", response_model=UserAnswer, summary="Who I am")
@open_to_scripts
async def show(request: Request) -> Response:
    me = await UserRepository(request.scope["transaction"]).by_id(request.scope["who"].user_id)
    if me is None:
        raise Unauthorized
    return answer(UserAnswer(user=user_of(me)))


@confirmed.patch("/me", response_model=UserAnswer, summary="Change name or e-mail address", responses=problems(409))
async def change(changes: ProfileChange, mine: Mine) -> Response:
    return answer(UserAnswer(user=user_of(await mine.change(changes))))


@confirmed.delete("/me", status_code=204, summary="Delete the account and all its tasks")
async def delete(request: Request, proof: PasswordProof, mine: Mine) -> Response:
    await mine.delete(proof)
    return done(cookie(request.app.state.settings, "") if cookie_of(request) else None)


@confirmed.post("/password", status_code=204, summary="Change the password; all other sessions and all tokens end")
async def change_password(request: Request, passwords: PasswordChange, mine: Mine) -> Response:
    await mine.change_password(passwords, request.scope["who"].session_id)
    return done()
