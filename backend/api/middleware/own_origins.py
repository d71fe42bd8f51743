"""Which pages are ours: what `Origin` (RFC 6454) may say on the calls that take a password or the cookie."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from api.settings import Settings

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class OwnOrigins:
    """The origins of `PUBLIC_URL` and `ALLOWED_ORIGINS`; a client cannot add to them by its `Host`.

    Without `PUBLIC_URL` the server does not know what people call it: then the page of whatever host was asked is ours.
    With it that goes for plain HTTP of this machine itself alone, where the operator looks in past the proxy: no other
    site can have such an origin, whatever its name resolves to.
    """

    def __init__(self, settings: Settings) -> None:
        self._is_named = settings.public_url is not None
        named = [*settings.allowed_origins, *([settings.public_url] if settings.public_url else [])]
        self._named = {_origin_of(url) for url in named}

    def has(self, origin: str, host: str) -> bool:
        """Whether a page of this origin, which asks for this host, is ours."""
        if origin.lower() in self._named:
            return True
        try:
            parts = urlsplit(origin)
            if not host or parts.netloc.lower() != host.lower():
                return False
            return not self._is_named or (parts.scheme == "http" and _is_this_machine(parts.hostname or ""))
        except ValueError:
            return False


def _origin_of(url: str) -> str:
    """As browsers write it: no default port, no user, no path, names beyond ASCII in Punycode."""
    parts = urlsplit(url.lower())
    where = parts.netloc.rpartition("@")[2].removesuffix(_DEFAULT_PORTS[parts.scheme])
    return f"{parts.scheme}://{where if where.isascii() else where.encode('idna').decode()}"


def _is_this_machine(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
