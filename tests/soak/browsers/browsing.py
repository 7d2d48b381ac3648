"""A real Chromium that is watched: all that it asks for, and all that a page should not have."""

import asyncio
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts.chromium import find
from tests.browser.conftest import FLAGS
from tests.browser.support.driver import ASKED, AT_REST

OURS = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:")

_CHROMIUMS_OWN = re.compile(r"^\w+ (http://)?[\w-]+\.(google|googleapis|gvt1|gstatic)\.com[:/]")
"""What Chromium asks for by itself, whatever page it shows. That a page asks for it, Playwright tells."""
LOOK = Path(__file__).with_name("look.js").read_text(encoding="utf-8")


@dataclass
class Watch:
    """What a browser did that nobody asked it to."""

    heard: list[str] = field(default_factory=list)

    def taken(self) -> list[str]:
        """What came since this was asked last."""
        found, self.heard = self.heard, []
        return found

    def hears(self, page: Any) -> None:
        """Listen to a page of Playwright's, of its synchronous kind or the other."""
        page.on("request", lambda one: self._asked("asked for", one.url))
        page.on("websocket", lambda one: self._asked("opened a socket to", one.url))
        page.on("popup", lambda one: self.heard.append(f"opened a window: {one.url[:80]}"))
        page.on("download", lambda one: self.heard.append(f"downloaded {one.suggested_filename[:80]}"))
        page.on("crash", lambda _: self.heard.append("crashed"))
        page.on("pageerror", lambda error: self.heard.append(f"a script failed: {str(error)[:200]}"))

    def _asked(self, how: str, url: str) -> None:
        if not url.startswith(OURS):
            self.heard.append(f"{how} {url[:120]}")


@contextmanager
def recording_proxy(watch: Watch) -> Iterator[str]:
    """A proxy for all but 127.0.0.1 that tells the watch what it was asked for; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def serve() -> None:
            server.settimeout(0.2)
            while not over.is_set():
                try:
                    asker, _ = server.accept()
                except TimeoutError:
                    continue
                with asker:
                    asker.settimeout(2)
                    first = asker.recv(4096).split(b"\r\n")[0].decode("latin-1")
                    if first and not _CHROMIUMS_OWN.search(first):
                        watch.heard.append(f"asked outside: {first[:120]}")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            thread.join(5)


def flags(proxy: str) -> list[str]:
    """The options of a Chromium that asks all but 127.0.0.1 of this proxy, and looks up no names itself."""
    return [*FLAGS, f"--proxy-server={proxy}", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]


@contextmanager
def watched_chromium(watch: Watch) -> Iterator[Browser]:
    """A browser whose every request outside is heard."""
    path = find()
    with recording_proxy(watch) as proxy, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags(proxy))
        try:
            yield browser
        finally:
            browser.close()


def new_page(browser: Browser, watch: Watch, **options: Any) -> Page:
    """A page of its own session, that is listened to."""
    context: BrowserContext = browser.new_context(viewport={"width": 1500, "height": 900}, **options)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.add_init_script(ASKED)
    page.on("dialog", lambda dialog: (watch.heard.append(f"opened a dialog: {dialog.message[:80]}"), dialog.dismiss()))
    watch.hears(page)
    return page


def settle(page: Page) -> None:
    """Wait until all that was asked for has been drawn."""
    page.wait_for_function(AT_REST, polling=50)
    page.wait_for_timeout(150)
    page.wait_for_function(AT_REST, polling=50)


async def settled(page: Any) -> None:
    """The same for Playwright's other kind of pages."""
    await page.wait_for_function(AT_REST, polling=100)
    await asyncio.sleep(0.2)
    await page.wait_for_function(AT_REST, polling=100)


def rss(pid: int) -> int:
    """The bytes of memory that a process has (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise LookupError(f"process {pid} has no memory")
