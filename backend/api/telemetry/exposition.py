"""The text format of Prometheus (version 0.0.4)."""

import math
from collections.abc import Iterable

from api.telemetry.instruments import Instrument, Sample
from api.telemetry.measures import requests
from api.telemetry.requests import DURATION, IN_FLIGHT, REQUESTS

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Family = tuple[str, str, str, list[Sample]]
"""Name, kind, help and samples of a metric that is looked up when it is asked for."""


def counted() -> Iterable[Family]:
    """What the processes of this server have counted."""
    yield REQUESTS, "counter", "Requests that were answered.", list(requests.by_status())
    yield DURATION, "histogram", "How long requests took, to the last byte of the answer.", list(requests.durations())
    yield IN_FLIGHT, "gauge", "Requests that are being answered.", [("", {}, requests.in_flight())]
    for one in Instrument.declared:
        yield one.name, one.kind, one.help, list(one.samples())


def text_of(families: Iterable[Family]) -> str:
    """As Prometheus reads it. A metric without samples is left out."""
    lines = []
    for name, kind, help_text, samples in families:
        if samples:
            lines += [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"]
            lines += [f"{name}{suffix}{_labels(labels)} {_number(value)}" for suffix, labels, value in samples]
    return "\n".join([*lines, ""])


def _labels(labels: dict[str, str]) -> str:
    parts = [f'{name}="{_escaped(value)}"' for name, value in labels.items()]
    return f"{{{','.join(parts)}}}" if parts else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(float(value))
