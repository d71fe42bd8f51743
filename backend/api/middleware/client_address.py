"""Where a request comes from, as the limits count it."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.requests import Request

Address = IPv4Address | IPv6Address


def client_address(request: Request, trusted_proxies: tuple[str, ...]) -> str:
    """The client's address; of IPv6 the /64, which is what one customer has.

    `X-Forwarded-For` counts only behind the proxies that the operator named: each appends whom it talked to, so it is
    read from its end to the first that is none of them. What stands before that, anybody could have written.
    """
    peer = request.client.host if request.client else ""
    address = _parse(peer)
    if address is None:
        return peer
    hops = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    while hops and _is_trusted(address, trusted_proxies):
        following = _parse(hops.pop().strip())
        if following is None:
            break
        address = following
    return str(address) if address.version == 4 else str(ip_network((address, 64), strict=False))


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
