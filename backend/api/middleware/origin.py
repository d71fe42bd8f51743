"""Where a request came from, as events keep it."""

from starlette.requests import Request

from api.middleware.client_address import client_address
from api.services.events import Events, Origin

USER_AGENT_MAX = 300


def events_of(request: Request) -> Events:
    """For what happens by this request."""
    agent = "".join(filter(str.isprintable, request.headers.get("user-agent", "")))[:USER_AGENT_MAX]
    address = client_address(request, request.app.state.settings.trusted_proxies)
    return Events(Origin(address, agent, request.scope["request_id"]))
