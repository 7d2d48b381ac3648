"""Streamlit's server behind the gate: all that it serves goes through this public ASGI interface."""

import logging
from collections.abc import Collection
from pathlib import Path

from starlette.types import Receive, Scope, Send
from streamlit.starlette import App

from ui.gate.access_gate import AccessGate
from ui.gate.entry_tickets import Tickets

_REFUSED = "ASGI callable returned without completing handshake."
"""The error that uvicorn 0.54 logs for each WebSocket that is refused with an answer (websockets_sansio_impl.py). Any
page that a browser shows could fill the log with it, and so does a tab of an earlier start.
"""


class GatedApp(App):
    """A Streamlit app of which every HTTP request and WebSocket passes the gate first."""

    def __init__(self, script: Path, token: str, hosts: Collection[str]) -> None:
        super().__init__(script)
        logging.getLogger("uvicorn.error").addFilter(_is_news)
        self.tickets = Tickets()
        """The tickets for the browser that this process starts."""
        self._gate = AccessGate(super().__call__, token, hosts, self.tickets)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request if the gate lets it through."""
        await self._gate(scope, receive, send)


def _is_news(record: logging.LogRecord) -> bool:
    return record.msg != _REFUSED
