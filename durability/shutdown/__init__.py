"""SIGTERM under load: `make shutdown`, or `python -m durability.shutdown`.

People write without a pause, on connections that they keep, when the server is told to stop at a moment that a seed
chooses. Held must be: every request that was sent gets a whole answer; what was acknowledged is there after the next start;
what got no answer was not done; the server ends by itself, with status 0, within 20 seconds.

One thing no server can spare its clients (RFC 9112, section 9.6): a request that is sent on an idle connection in the very
moment in which the server closes it gets no answer. It must not have been done, and is counted by itself.

    cycle.py   a start, a load, a stop           clients.py   who writes, and how
    verdict.py what must hold, in JSON           wire.py      HTTP on a socket that we see whole
    server.py  the server as shipped             people.py    accounts, and what the server has of them
"""
