"""Spans of requests and of what they do in the database, for whoever installed the extra `traces` and named a receiver.

Without both nothing of OpenTelemetry is imported here, and `current` is None: that is all that the hot path looks at. A span
holds templates, names and numbers: no address, query string, parameter, or anybody's id.
"""

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

from api.version import VERSION

log = logging.getLogger("todo.traces")
VARIABLES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
FAILED = 500
_PARENT = (b"traceparent", b"tracestate")


class Traces:
    """Makes spans with a tracer of OpenTelemetry's."""

    def __init__(self, provider: Any) -> None:
        from opentelemetry import trace
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._provider = provider
        self._trace = trace
        self._tracer = provider.get_tracer("todo", VERSION)
        self._propagator = TraceContextTextMapPropagator()

    @contextlib.contextmanager
    def request(self, scope: Any, request_id: str, status: Callable[[], int]) -> Iterator[None]:
        """The span of a request, below the one of `traceparent` if there is one. `status` is asked at the end."""
        carrier = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in _PARENT}
        parent = self._propagator.extract(carrier)
        with self._span("request", self._trace.SpanKind.SERVER, {"todo.request_id": request_id}, parent) as span:
            answered = FAILED
            try:
                yield
                answered = status()
            finally:
                # The route's template, never the address; a method that no route took may be any text.
                route = getattr(scope.get("route"), "path", "none")
                method = scope["method"] if route != "none" else "none"
                span.update_name(f"{method} {route}")
                span.set_attribute("http.request.method", method)
                span.set_attribute("http.route", route)
                span.set_attribute("http.response.status_code", answered)
                if answered >= FAILED:
                    span.set_status(self._trace.StatusCode.ERROR)

    @contextlib.contextmanager
    def database(self, operation: str) -> Iterator[None]:
        """The span of one statement or transaction; `operation` is a word."""
        attributes = {"db.system.name": "postgresql", "db.operation.name": operation}
        with self._span(operation, self._trace.SpanKind.CLIENT, attributes):
            yield

    @contextlib.contextmanager
    def _span(self, name: str, kind: Any, attributes: dict[str, str], parent: Any = None) -> Iterator[Any]:
        # What a failure says may quote a row: only its kind is noted.
        with self._tracer.start_as_current_span(
            name, parent, kind, attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                raise

    def close(self) -> None:
        """Sends what is left."""
        self._provider.shutdown()


current: Traces | None = None


def operation(name: str) -> contextlib.AbstractContextManager[Any]:
    """A span of something in the database, where there are traces."""
    return contextlib.nullcontext() if current is None else current.database(name)


class Watched:
    """A connection whose statements are spans, named by their first word."""

    __slots__ = ("_connection", "_traces")

    def __init__(self, connection: Any, spans: Traces) -> None:
        self._connection, self._traces = connection, spans

    async def fetch(self, sql: str, *values: object) -> Any:
        with self._traces.database(_verb(sql)):
            return await self._connection.fetch(sql, *values)

    async def fetchrow(self, sql: str, *values: object) -> Any:
        with self._traces.database(_verb(sql)):
            return await self._connection.fetchrow(sql, *values)

    async def fetchval(self, sql: str, *values: object) -> Any:
        with self._traces.database(_verb(sql)):
            return await self._connection.fetchval(sql, *values)

    async def execute(self, sql: str, *values: object) -> Any:
        with self._traces.database(_verb(sql)):
            return await self._connection.execute(sql, *values)

    async def executemany(self, sql: str, rows: Any) -> Any:
        with self._traces.database(_verb(sql)):
            return await self._connection.executemany(sql, rows)


def watched(connection: Any) -> Any:
    """The connection itself where there are no traces."""
    return connection if current is None else Watched(connection, current)


def _verb(sql: str) -> str:
    return sql.split(maxsplit=1)[0].lower()


def start() -> None:
    """For a process that serves. Says so where traces are asked for and the extra is missing."""
    global current
    if not any(os.environ.get(name) for name in VARIABLES):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        log.warning(
            "%s is set and the extra is missing: pip install --require-hashes -r requirements/traces.txt", VARIABLES[0]
        )
        return
    provider = TracerProvider(resource=Resource.create({"service.name": "todo", "service.version": VERSION}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    current = Traces(provider)


def stop() -> None:
    """Sends what is left, and ends."""
    global current
    if current is not None:
        current.close()
    current = None
