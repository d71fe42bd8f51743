"""The files of `ops/prometheus` beside those of the proxies, and a real Prometheus that scrapes a real server with them."""

import re
import subprocess
from pathlib import Path
from socket import create_server

import httpx

from tests.conftest import serving
from tests.monitoring.scraping import TOKEN
from tests.ops.programs import OPS, judged, program
from tests.server.processes import until

FILES = OPS / "prometheus"
SCRAPE = (FILES / "prometheus.yml").read_text()
NGINX, CADDY = ((OPS / "proxy" / name).read_text() for name in ("nginx.conf", "Caddyfile"))
BEHIND = {"PUBLIC_URL": "https://todo.example.org", "TRUSTED_PROXIES": "127.0.0.1", "TODO_METRICS_TOKEN": TOKEN}


def targets(text: str) -> list[str]:
    """Of Prometheus' configuration: what the job scrapes."""
    return re.findall(r"targets: \[(.+)\]", text.partition("scrape_configs:")[2])


def test_what_is_scraped_is_the_server_and_no_proxy() -> None:
    """Both proxies refuse /metrics, and hand everything else to this address."""
    [server] = re.findall(r"^ *server (127\S+);", NGINX, re.MULTILINE)
    assert re.search(r"location = /metrics {\s+return 404;", NGINX)
    assert "respond /metrics 404" in CADDY
    assert f"reverse_proxy {server} " in CADDY
    assert targets(SCRAPE) == [server]
    assert "scheme:" not in SCRAPE, "the server itself speaks http"
    host, _, port = server.partition(":")
    assert f"--host {host} --port {port} " in (OPS / "systemd" / "todo.service").read_text()


def test_alertmanager_understands_its_file() -> None:
    assert "SUCCESS" in judged(program("amtool", "prometheus-alertmanager"), "check-config", FILES / "alertmanager.yml")
    severities = set(re.findall(r"severity: (\w+)", (FILES / "alerts.yml").read_text()))
    assert severities == set(re.findall(r"^  - name: (\w+)", (FILES / "alertmanager.yml").read_text(), re.MULTILINE))


def test_prometheus_scrapes_with_these_files(tmp_path: Path) -> None:
    """But for the ports and the interval, which are changed."""
    (tmp_path / "alerts.yml").write_text((FILES / "alerts.yml").read_text())
    (tmp_path / "todo-token").write_text(f"{TOKEN}\n")
    with create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    with serving(tmp_path / "data", **BEHIND) as server:
        own = SCRAPE.replace(f"[{targets(SCRAPE)[0]}]", f"[{server.url.removeprefix('http://')}]")
        (tmp_path / "prometheus.yml").write_text(own.replace("15s", "1s"))
        judged(program("promtool", "prometheus"), "check", "config", tmp_path / "prometheus.yml")
        options = [f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/series"]
        command = [program("prometheus", "prometheus"), *options, f"--web.listen-address={address}"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as prometheus:
            try:
                until(lambda: ask(address, 'todo_database_up{job="todo"}') == ["1"], 60)
                assert ask(address, 'up{job="todo"}') == ["1"]
            finally:
                prometheus.terminate()
                prometheus.wait(30)


def ask(address: str, query: str) -> list[str]:
    """The values of what this Prometheus finds; none while it does not answer."""
    try:
        answer = httpx.get(f"http://{address}/api/v1/query", params={"query": query})
    except httpx.TransportError:
        return []
    return [one["value"][1] for one in answer.json()["data"]["result"]] if answer.is_success else []
