"""`todo-server serve`: the process that owns the database inside, the socket and the workers."""

import contextlib
import errno
import logging
import socket
import threading
import time
from ipaddress import ip_address

import click
from pydantic import SecretStr

from api.database.embedded.lock import write_address
from api.database.url import Target, parse_url
from api.settings import ConfigurationError, Settings
from api.telemetry.logs import configure
from api.utils.jwt_validator import Keys
from api.utils.secret_file import read_or_make
from server import pool_size
from server.backup.daily import daily_backups
from server.connection import configured_target, direct_target
from server.database_inside import database_inside
from server.migrations import Unreachable, bring_up_to_date, in_one_line
from server.stopping import Stop, stop_signal
from server.tidying import tidy_daily
from server.workers import Workers

log = logging.getLogger("todo.server")
METRICS_HOST = "127.0.0.1"
RETRY_SECONDS = 2.0
PORT_SECONDS = 3.0
"""How long a port may still be held by the workers of a server that was killed a moment ago."""


def serve(settings: Settings, *, host: str, port: int, workers: int, migrating: bool, adopt: bool) -> None:
    """Serves until SIGTERM or SIGINT. Raises what keeps it from starting."""
    configure(settings.log, settings.log_level)
    configured = configured_target(settings)
    if configured is not None and settings.jwt_secret is None:
        raise ConfigurationError(
            "JWT_SECRET must be set when the database is configured by a URL: openssl rand -base64 48."
        )
    with stop_signal() as stop, _listening(host, port) as listener, contextlib.ExitStack() as stack:
        listeners = [listener]
        if settings.metrics_port is not None:
            beside = stack.enter_context(_listening(METRICS_HOST, settings.metrics_port, option="TODO_METRICS_PORT"))
            settings = settings.model_copy(update={"metrics_port": beside.getsockname()[1]})
            click.echo(f"Metrics on {_address(METRICS_HOST, beside.getsockname()[1])}/metrics")
            listeners.append(beside)
        address = _address(host, listener.getsockname()[1])
        _warn_if_open(settings, host)
        if configured is not None:
            _serve_on(configured, settings, listeners, address, workers, stop, migrating=migrating, adopt=adopt)
            return
        with database_inside(settings) as postgres:
            secret = settings.jwt_secret or SecretStr(read_or_make(settings.data_dir / "secrets" / "jwt_secret"))
            size = pool_size.of_each(settings.pool_size, workers)
            settings = settings.model_copy(update={"jwt_secret": secret, "pool_size": size})
            target = parse_url(postgres.url)
            write_address(settings.data_dir, *listener.getsockname()[:2])
            _serve_on(target, settings, listeners, address, workers, stop, migrating=migrating, adopt=adopt)


def _serve_on(
    target: Target,
    settings: Settings,
    listeners: list[socket.socket],
    address: str,
    workers: int,
    stop: Stop,
    *,
    migrating: bool,
    adopt: bool,
) -> None:
    click.echo(f"Using {target}")
    if migrating:
        _migrate_now_or_later(direct_target(settings, target), adopt=adopt)
    keys = keys_of(settings)
    tidy_daily(target, keys.secrets)
    with daily_backups(settings):
        Workers(workers, settings, target, keys, listeners).run(
            stop, ready=lambda: click.echo(f"Serving on {address} (Ctrl-C stops)")
        )
    click.echo("Stopped.")


def keys_of(settings: Settings) -> Keys:
    """The keys for tokens: the secret, and the one before it for what was issued with it."""
    found = [secret.get_secret_value() for secret in (settings.jwt_secret, settings.jwt_secret_previous) if secret]
    return Keys(tuple(found), settings.public_url or "todo")


def _migrate_now_or_later(target: Target, *, adopt: bool) -> None:
    """A server whose database is down starts all the same; it migrates as soon as the database is there."""
    try:
        bring_up_to_date(target, adopt=adopt)
    except Unreachable as error:
        click.echo(f"todo-server: {error}; requests are answered 503 until it can", err=True)
        threading.Thread(target=_migrate_later, args=(target, adopt), daemon=True).start()


def _migrate_later(target: Target, adopt: bool) -> None:
    pause = threading.Event()
    while not pause.wait(RETRY_SECONDS):
        try:
            bring_up_to_date(target, adopt=adopt)
        except Unreachable:
            continue
        except Exception as error:  # noqa: BLE001 - nobody above this thread would hear of it
            log.critical("the migration failed (%s): run `todo-server migrate`", in_one_line(error))
        return


def _listening(host: str, port: int, *, option: str = "--port") -> socket.socket:
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, ValueError):
        raise ConfigurationError(f"The address {host!r} is not known: choose another --host.") from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    deadline = time.monotonic() + PORT_SECONDS
    while True:
        try:
            listener.bind(where)
            listener.listen(2048)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            listener.close()
            raise ConfigurationError(
                f"Port {port} on {host} cannot be used ({error.strerror}): stop what uses it, or choose another {option}."
            ) from None
        return listener


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _warn_if_open(settings: Settings, host: str) -> None:
    try:
        beyond = not ip_address(host).is_loopback
    except ValueError:
        beyond = host != "localhost"
    if beyond and not settings.https and settings.registration == "open":
        click.echo(
            "todo-server: warning: listening beyond this machine, without https, while anybody may register:"
            " set PUBLIC_URL to an https address behind a proxy, or REGISTRATION=closed.",
            err=True,
        )
