"""Streamlit's server with the gate around it: whatever it serves, it serves through this public ASGI interface."""

from collections.abc import Collection
from pathlib import Path

from starlette.types import Receive, Scope, Send
from streamlit.starlette import App

from ui.access_gate import AccessGate
from ui.entry_tickets import Tickets


class GatedApp(App):
    """A Streamlit app whose every HTTP request and WebSocket passes the gate first."""

    def __init__(self, script: Path, token: str, hosts: Collection[str]) -> None:
        super().__init__(script)
        self.tickets = Tickets()
        """What lets a browser in that this process starts."""
        self._gate = AccessGate(super().__call__, token, hosts, self.tickets)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve what the gate lets through."""
        await self._gate(scope, receive, send)
