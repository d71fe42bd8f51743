"""Builds the application: the table of contents."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api.database.room import Room
from api.database.session import POOL_SIZE, Database
from api.database.url import Target
from api.errors import ProblemError
from api.middleware.auth import Authentication
from api.middleware.envelope import Envelope
from api.middleware.external import ExternalAccounts
from api.middleware.problems import on_problem
from api.routers import accounts, changes, docs, health, imports, metrics, status, tasks
from api.routers.dispatch import Dispatch
from api.routers.metrics import OwnPort
from api.routers.openapi import DocumentedAPI
from api.routers.pages import Pages
from api.services.watch import Watch
from api.settings import Settings
from api.telemetry import measures, traces
from api.telemetry.logs import pseudonym_key
from api.utils.backup_age import BackupAge
from api.utils.jwt_validator import Keys
from api.version import VERSION


def create_app(settings: Settings, target: Target, keys: Keys) -> "Application":
    """The application, on one database."""
    prepared = settings.prepared_statements == "on"
    database = Database(
        target,
        pool_size=settings.pool_size or POOL_SIZE,
        prepared_statements=prepared,
        room=None if settings.database_url else Room(settings.data_dir),
    )

    watch = Watch(database, settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        watch.start()
        traces.start()
        yield
        watch.stop()
        await database.close()
        await asyncio.to_thread(traces.stop)

    app = Application(
        title="Todo",
        version=VERSION,
        summary="Tasks that stay, and stay yours.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Its own would hold addresses, queries and the texts of errors; telemetry/traces.py makes ours.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.database = database
    app.state.settings = settings
    app.state.backup_age = BackupAge(settings.backup_folder)
    app.state.keys = keys
    app.state.watch = watch

    pages = Pages()
    routers = (
        accounts.signing_in,
        *accounts.account,
        tasks.reading,
        tasks.router,
        imports.router,
        changes.router,
        status.router,
        health.router,
        docs.router,
        *((metrics.router,) if settings.metrics_token or settings.metrics_port else ()),
        pages.router,
    )
    for router in routers:
        app.include_router(router)

    app.add_exception_handler(ProblemError, on_problem)
    app.add_exception_handler(HTTPException, pages.on_error)
    external = ExternalAccounts(settings) if settings.jwt_jwks_url else None
    routes = [route for router in routers for route in router.routes]
    measures.requests.declare(
        (method, route.path) for route in routes if isinstance(route, Route) for method in route.methods or ()
    )
    door: ASGIApp = Dispatch(app.framework, routes=routes)
    door = Authentication(door, settings=settings, keys=keys, external=external)
    if settings.allowed_origins:
        door = CORSMiddleware(
            door,
            allow_origins=settings.allowed_origins,
            allow_credentials=True,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "If-Match",
                "If-None-Match",
                "Idempotency-Key",
                "X-Request-ID",
            ],
            expose_headers=[
                "ETag",
                "Location",
                "Retry-After",
                "RateLimit-Limit",
                "RateLimit-Remaining",
                "RateLimit-Reset",
                "Idempotent-Replayed",
                "X-Request-ID",
            ],
        )
    if settings.metrics_port:
        door = OwnPort(door, settings.metrics_port)
    app.door = Envelope(door, https=settings.https, log_key=pseudonym_key(keys.secrets[0] if keys.secrets else ""))
    return app


class Application(DocumentedAPI):
    """FastAPI behind our own door: what the door does not answer itself goes the framework's way."""

    door: Envelope

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = self
        await self.door(scope, receive, send)

    async def framework(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As FastAPI itself would answer."""
        await super().__call__(scope, receive, send)
