"""Which servers a password or token may be sent to."""

import ipaddress
from urllib.parse import urlsplit

from console.remote.errors import Refused
from todo.errors import TodoError


def clean_server(text: str, *, insecure: bool = False) -> str:
    """The server's address without a slash at its end; https where no scheme is said.

    Raises `TodoError` for what is no address, and `Refused` for http to another machine unless `insecure`.
    """
    url = text.strip() if "://" in text else f"https://{text.strip()}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    strange = not url.isascii() or not url.isprintable() or " " in url
    if not host or port == 0 or strange or parts.scheme not in {"http", "https"}:
        raise TodoError(f"{text} is no address of a server: it should look like https://todo.example.org.")
    if parts.username is not None or parts.query or parts.fragment:
        raise TodoError(f"The address of the server is more than host, port and path: {parts.scheme}://{host} may do.")
    if parts.scheme == "http" and not insecure and not is_loopback(host):
        raise Refused(f"Without https everybody on the way can read along: use https://{host}, or add --insecure.")
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, so that nothing leaves it."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
