"""Builds the application: the table of contents."""

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from api.database.session import Database
from api.database.url import Target
from api.errors import ProblemError
from api.middleware.auth import Authentication
from api.middleware.envelope import Envelope
from api.middleware.external import ExternalAccounts
from api.middleware.problems import on_problem
from api.routers import accounts, docs, health, imports, pages, tasks
from api.routers.openapi import DocumentedAPI
from api.settings import Settings
from api.utils.jwt_validator import Keys
from api.version import VERSION


def create_app(settings: Settings, target: Target, keys: Keys) -> FastAPI:
    """The application, on one database."""
    database = Database(target, pool_size=settings.pool_size, prepared_statements=settings.prepared_statements == "on")

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await database.open()
        yield
        await database.close()

    app = DocumentedAPI(
        title="Todo",
        version=VERSION,
        summary="Tasks that stay, and stay yours.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.database = database
    app.state.settings = settings
    app.state.keys = keys

    for router in (
        accounts.signing_in,
        accounts.account,
        tasks.router,
        imports.router,
        health.router,
        docs.router,
        pages.router,
    ):
        app.include_router(router)

    app.add_exception_handler(ProblemError, on_problem)
    app.add_exception_handler(HTTPException, on_problem)
    external = ExternalAccounts(settings) if settings.jwt_jwks_url else None
    app.add_middleware(Authentication, settings=settings, keys=keys, external=external)
    if settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
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
            expose_headers=["ETag", "Location", "Retry-After", "Idempotent-Replayed", "X-Request-ID"],
        )
    app.add_middleware(Envelope, https=settings.https)
    return app
