"""What happened to one's account, over HTTP."""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from api.models.event import EventPage, EventQuery, EventRead
from api.routers.account_answers import answer
from api.routers.account_router import account_router
from api.routers.route import TransactionRoute
from api.services import events

router = account_router("/events", TransactionRoute, 401, 403, 422, 503)


@router.get("", response_model=EventPage, summary="What happened to my account, the newest first")
async def list_events(request: Request, query: Annotated[EventQuery, Query()]) -> Response:
    found, more = await events.page(
        request.scope["transaction"], request.scope["who"].user_id, limit=query.limit, cursor=query.cursor
    )
    shown = [
        EventRead(
            id=event.id,
            kind=event.kind,
            at=event.at,
            address=event.address,
            user_agent=event.user_agent,
            detail=event.detail,
        )
        for event in found
    ]
    return answer(EventPage(events=shown, next_cursor=more))
