"""Tickets, each of which lets one browser in, once and soon.

They are passed where others can read: on a browser's command line.
"""

import hmac
import secrets
import threading
import time
from collections.abc import Callable

PARAMETER = "ticket"
"""The query parameter with a ticket, in the address that the command gives to a browser."""
SECONDS = 60.0
"""How long a ticket is valid: a browser that is started on a busy machine takes its time."""


class Tickets:
    """The tickets that have not been used. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._out: dict[bytes, float] = {}

    def issue(self) -> str:
        """A new ticket, which can't be guessed."""
        ticket = secrets.token_urlsafe(32)
        with self._lock:
            self._out[ticket.encode()] = self._clock() + SECONDS
        return ticket

    def take(self, given: str) -> bool:
        """Whether this is an unused ticket that is not too old. It can't be used again."""
        shown = given.encode("utf-8", "surrogateescape")
        with self._lock:
            self._out = {ticket: until for ticket, until in self._out.items() if until > self._clock()}
            found = [ticket for ticket in self._out if hmac.compare_digest(ticket, shown)]
            for ticket in found:
                del self._out[ticket]
        return bool(found)
