"""Spans: what they say and what they must not; nothing of OpenTelemetry is loaded where nobody asked for it."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from api.middleware.envelope import Envelope
from api.telemetry import traces
from tests.conftest import clean_environment, register, start_server

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(traces, "current", traces.Traces(provider))
    return exporter


class Route:
    path = "/api/v1/tasks/{task_id}"


class Connection:
    async def fetchrow(self, sql: str, *values: object) -> str:
        if "secret" in sql:
            raise ValueError("a row with a title")
        return "row"


def ask(*statements: str, status: int = 200) -> None:
    """One request, which runs the statements in a transaction."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["route"] = Route()
        with traces.operation("transaction"):
            for sql in statements:
                assert await traces.watched(Connection()).fetchrow(sql, "Buy milk") == "row"
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def send(_: Any) -> None:
        return None

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/tasks/0198",
        "query_string": b"q=illness",
        "headers": [(b"traceparent", f"00-{TRACE}-00f067aa0ba902b7-01".encode()), (b"authorization", b"Bearer abc")],
    }
    asyncio.run(Envelope(app, https=False, log_key=b"k" * 32)(scope, None, send))  # type: ignore[arg-type]


def test_spans_carry_templates_and_names_only(spans: InMemorySpanExporter) -> None:
    ask("select title from todo.tasks where title = $1", "  UPDATE todo.tasks set title = $1")
    select, update, transaction, request = spans.get_finished_spans()
    assert [span.name for span in (select, update, transaction)] == ["select", "update", "transaction"]
    assert request.name == "GET /api/v1/tasks/{task_id}"
    assert request.attributes is not None
    assert {**request.attributes}.pop("http.response.status_code") == 200
    assert request.parent is not None
    assert {f"{span.context.trace_id:032x}" for span in spans.get_finished_spans()} == {TRACE}
    assert select.parent is not None
    assert select.parent.span_id == transaction.context.span_id
    everything = "".join(span.to_json() for span in spans.get_finished_spans())
    for private in ("illness", "0198", "milk", "abc", "todo.tasks", "$1"):
        assert private not in everything


def test_failures_are_told_without_their_text(spans: InMemorySpanExporter) -> None:
    ask("select secret")
    ask(status=503)
    finished = spans.get_finished_spans()
    assert finished[0].attributes is not None
    assert finished[0].attributes["error.type"] == "ValueError"
    assert "a row with a title" not in "".join(span.to_json() for span in finished)
    requests = [span for span in finished if span.name.startswith("GET")]
    assert [span.status.status_code for span in requests] == [StatusCode.ERROR] * 2


def test_a_hostile_traceparent_begins_a_trace_of_its_own(spans: InMemorySpanExporter) -> None:
    scope = {"method": "GET", "headers": [(b"traceparent", b"\xff\n00-" + b"0" * 5000)]}
    with traces.current.request(scope, "1", lambda: 404):  # type: ignore[union-attr]
        pass
    assert spans.get_finished_spans()[0].parent is None


def test_nothing_is_loaded_without_the_variable() -> None:
    # FastAPI itself looks whether OpenTelemetry's API is installed.
    question = (
        "import sys, api.main; from api.telemetry import traces; traces.start();"
        " print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", question], env=clean_environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_missing_extra_is_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    traces.start()
    assert traces.current is None
    assert "the extra is missing" in caplog.text


@pytest.fixture
def received() -> Iterator[tuple[str, list[bytes]]]:
    """A receiver of OTLP, and what it got."""
    bodies: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", bodies
        server.shutdown()


def test_a_server_sends_its_spans(tmp_path: Path, received: tuple[str, list[bytes]]) -> None:
    endpoint, bodies = received
    server = start_server(
        tmp_path / "data",
        OTEL_EXPORTER_OTLP_ENDPOINT=endpoint,
        OTEL_EXPORTER_OTLP_COMPRESSION="none",
        FASTAPI_OTEL_AUTO_CONFIGURE="true",
    )
    ada = register(server, "ada")
    ada.add("A very private title")
    ada.client.close()
    server.stop()
    everything = b"".join(bodies)
    assert b"POST /api/v1/tasks" in everything
    assert b"insert" in everything
    assert b"private" not in everything
    assert b"url." not in everything
    assert ada.user["id"].encode() not in everything
