"""Why a server could not be asked, in words for a person: never a header, which may hold the token."""

import http.client
import re
import socket
import ssl
from urllib.error import URLError

_TUNNEL = re.compile(r"Tunnel connection failed: (.*)", re.DOTALL)


def reason(error: Exception, proxy: str | None) -> str:
    """What follows "cannot be reached:". `proxy` is the one that was asked to lead there."""
    cause = error.reason if isinstance(error, URLError) else error
    through = f" through the proxy {proxy}" if proxy else ""
    tunnel = _TUNNEL.match(str(cause)) if proxy else None
    match cause:
        case _ if tunnel:
            return f"the proxy {proxy} answers {tunnel[1].strip() or 'no'}"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not valid ({str(cause.verify_message).rstrip('.')})"
        case ssl.SSLEOFError():
            return f"the connection{through} was cut"
        case ssl.SSLError():
            return f"no encrypted connection{through} comes about ({str(cause.reason).lower().replace('_', ' ')})"
        case TimeoutError():
            return f"no answer in time{through}"
        case http.client.IncompleteRead():
            return "the answer was cut"
        case http.client.RemoteDisconnected() | ConnectionResetError() | BrokenPipeError():
            return f"the connection{through} was cut"
        case str() | http.client.InvalidURL() | ValueError() | OverflowError():
            return f"the proxy {proxy} is no address" if proxy else "it is no address"
        case http.client.BadStatusLine() | http.client.LineTooLong():
            return f"what answers{through} speaks no HTTP"
        case socket.gaierror() if proxy:
            return f"the proxy {proxy} has no address ({cause.strerror})"
        case OSError(strerror=str()):
            return f"{cause.strerror}{through}"
        case _:
            return str(cause) or type(cause).__name__
