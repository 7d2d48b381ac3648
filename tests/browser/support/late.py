"""A connection on which the browser hears late of what the app did, as on a busy machine."""

import re
from collections.abc import Callable

from playwright.sync_api import WebSocketRoute

from tests.browser.support.driver import Driver


class Late:
    """The connection of a page that is about to be loaded."""

    def __init__(self, window: Driver) -> None:
        window.altered = True
        self._page = page = window.page
        self._holds = False
        self._held: list[Callable[[], None]] = []
        self._asked = 0
        page.route_web_socket(re.compile("/_stcore/stream"), self._between)

    def hold(self) -> None:
        """Keep back what the app says from now on."""
        self._holds = True
        self._asked = 0

    def release(self, after: int) -> None:
        """Let it all through, once the browser has asked the app for something so many times since `hold`."""
        while self._asked < after:
            self._page.wait_for_timeout(20)
        self._holds = False
        for send in self._held:
            send()

    def _between(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def to_app(message: str | bytes) -> None:
            self._asked += 1
            server.send(message)

        def to_page(message: str | bytes) -> None:
            if self._holds:
                self._held.append(lambda: socket.send(message))
            else:
                socket.send(message)

        socket.on_message(to_app)
        server.on_message(to_page)
