"""Reading /metrics as Prometheus does."""

import re

import httpx

LINE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')
TOKEN = "a-token-for-the-metrics"


class Metrics:
    """One answer. Fails where it is not in the text format, or names a series twice."""

    def __init__(self, text: str) -> None:
        self.series: dict[tuple[str, frozenset[tuple[str, str]]], float] = {}
        self.kinds: dict[str, str] = {}
        assert text.endswith("\n")
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                assert name not in self.kinds
                self.kinds[name] = kind
            elif not line.startswith("# HELP "):
                found = LINE.fullmatch(line)
                assert found, line
                key = (found[1], frozenset(LABEL.findall(found[2] or "")))
                assert key not in self.series, line
                self.series[key] = float(found[3])

    def sum(self, name: str, **labels: str) -> float:
        """Of all series with this name and these labels."""
        return sum(value for (one, its), value in self.series.items() if one == name and its >= set(labels.items()))

    def has(self, name: str) -> bool:
        return any(one == name for one, _ in self.series)

    def values(self, name: str, label: str) -> set[str]:
        """What a label is."""
        return {dict(its).get(label, "") for one, its in self.series if one == name}


def scrape(url: str) -> Metrics:
    """What the server tells now."""
    answer = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return Metrics(answer.text)
