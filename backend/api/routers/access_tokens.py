"""Personal access tokens over HTTP."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from api.errors import NotFound
from api.middleware.origin import events_of
from api.models import account as wire
from api.models.account import AccessTokenWish
from api.routers.account_answers import answer, done
from api.routers.account_router import account_router
from api.routers.openapi import problems
from api.routers.path_ids import uuid_of
from api.routers.route import TransactionRoute, open_to_scripts
from api.services.access_tokens import AccessTokens
from api.utils.access_token import make
from api.utils.ids import new_id

router = account_router("/tokens", TransactionRoute, 401, 403, 422, 503)


def my_tokens(request: Request) -> AccessTokens:
    """The tokens of whoever asks, in the request's transaction."""
    return AccessTokens(request.scope["transaction"], events_of(request), request.scope["who"].user_id)


Mine = Annotated[AccessTokens, Depends(my_tokens)]


@router.post(
    "",
    status_code=201,
    response_model=wire.NewAccessToken,
    summary="Make a token; only this answer shows it",
    responses=problems(413, 415),
)
async def add(request: Request, wish: AccessTokenWish, mine: Mine) -> Response:
    who = request.scope["who"]
    token, _ = make(who.user_id)
    added = await mine.add(new_id(), token, wish, who.session_id)
    return answer(
        wire.NewAccessToken(
            id=added.id, name=added.name, token=token, created_at=added.created_at, expires_at=added.expires_at
        ),
        201,
    )


@router.get("", response_model=wire.AccessTokens, summary="My tokens, the newest first")
async def list_tokens(mine: Mine) -> Response:
    return answer(
        wire.AccessTokens(
            tokens=[
                wire.AccessTokenRead(
                    id=token.id,
                    name=token.name,
                    created_at=token.created_at,
                    expires_at=token.expires_at,
                    last_used_at=token.last_used_at,
                )
                for token in await mine.all()
            ]
        )
    )


@router.delete("/current", status_code=204, summary="Delete the token that asks", responses=problems(404))
@open_to_scripts
async def delete_current(request: Request, mine: Mine) -> Response:
    await mine.delete_current(request.scope["who"].token_hash)
    return done()


@router.delete("/{token_id}", status_code=204, summary="Delete a token; it is dead at once", responses=problems(404))
async def delete(token_id: str, mine: Mine) -> Response:
    wanted = uuid_of(token_id)
    if wanted is None:
        raise NotFound("You have no access token with this id.")
    await mine.delete(wanted)
    return done()
