"""Where one is signed in, over HTTP."""

from starlette.requests import Request
from starlette.responses import Response

from api.errors import NotFound
from api.middleware.origin import events_of
from api.models.account import SessionRead, Sessions
from api.repositories.session_repository import SessionRepository
from api.routers.account_answers import answer, done
from api.routers.account_router import account_router
from api.routers.openapi import problems
from api.routers.path_ids import uuid_of
from api.routers.route import TransactionRoute

router = account_router("/sessions", TransactionRoute, 401, 403, 422, 503)


def _mine(request: Request) -> SessionRepository:
    return SessionRepository(request.scope["transaction"], request.scope["who"].user_id)


@router.get("", response_model=Sessions, summary="Where I am signed in, the last used first")
async def list_sessions(request: Request) -> Response:
    current = request.scope["who"].session_id
    found = await _mine(request).live()
    return answer(
        Sessions(
            sessions=[
                SessionRead(
                    id=session.id,
                    created_at=session.created_at,
                    last_used_at=session.last_used_at,
                    user_agent=session.user_agent,
                    current=session.id == current,
                )
                for session in found
            ]
        )
    )


@router.delete("/{session_id}", status_code=204, summary="End a session", responses=problems(404))
async def end(request: Request, session_id: str) -> Response:
    wanted = uuid_of(session_id)
    if wanted is None or not await _mine(request).end(wanted):
        raise NotFound("You have no session with this id.")
    await events_of(request).note(request.scope["transaction"], request.scope["who"].user_id, "session_ended")
    return done()
