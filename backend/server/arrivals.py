"""The end of a listening socket without cutting anybody off.

Linux resets the connections that it has accepted and nobody has taken when the last process closes the socket. However
often the workers look, one more may arrive between the last look and the close. So no new one may begin for a while
before; those that have are taken by the workers meanwhile.
"""

import contextlib
import ctypes
import socket
import struct

_ATTACH_FILTER = 26
"""SO_ATTACH_FILTER of asm-generic/socket.h, which Python does not name."""
_ONLY_WHAT_HAS_BEGUN = (
    (0x30, 0, 0, 13),  # the flags, in byte 13 of the TCP header
    (0x45, 0, 1, 0x02),  # SYN?
    (0x06, 0, 0, 0),  # drop
    (0x06, 0, 0, 0xFFFFFFFF),  # keep
)
"""For the kernel's packet filter (man 7 socket; Documentation/networking/filter.rst): code, jump if so, if not, value."""


def take_no_more(listener: socket.socket) -> None:
    """New connections are left unheard, in every process that has this socket: clients ask again after a second, and are
    refused as soon as the socket is closed. Where the kernel has no such filter, nothing changes."""
    steps = b"".join(struct.pack("=HBBI", *step) for step in _ONLY_WHAT_HAS_BEGUN)
    program = ctypes.create_string_buffer(steps, len(steps))
    given = struct.pack("@HP", len(_ONLY_WHAT_HAS_BEGUN), ctypes.addressof(program))
    with contextlib.suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, given)
