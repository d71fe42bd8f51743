"""Where a request comes from, as the limits count it."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.requests import Request
from starlette.types import Scope

Address = IPv4Address | IPv6Address


def client_address(request: Request, trusted_proxies: tuple[str, ...]) -> str:
    """The client's address."""
    return address_of(request.scope, trusted_proxies)


def address_of(scope: Scope, trusted_proxies: tuple[str, ...]) -> str:
    """The client's address; of IPv6 the /64, which is what one customer has.

    `X-Forwarded-For` counts only behind the proxies that the operator named: each appends whom it talked to, so it is
    read from its end to the first that is none of them. What stands before that, anybody could have written.
    """
    peer = scope["client"][0] if scope.get("client") else ""
    address = _parse(peer)
    if address is None:
        return str(peer)
    if not trusted_proxies:
        return _as_counted(address)
    sent = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    hops = ",".join(sent).split(",")
    while hops and _is_trusted(address, trusted_proxies):
        following = _parse(hops.pop().strip())
        if following is None:
            break
        address = following
    return _as_counted(address)


@lru_cache(maxsize=1024)
def _as_counted(address: Address) -> str:
    return str(address) if address.version == 4 else str(ip_network((address, 64), strict=False))


@lru_cache(maxsize=1024)
def _parse(text: str) -> Address | None:
    host = text[1 : text.index("]")] if text.startswith("[") and "]" in text else text
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=1024)
def _is_trusted(address: Address, proxies: tuple[str, ...]) -> bool:
    return any(address in ip_network(proxy, strict=False) for proxy in proxies)
