"""A page that another server of this machine shows, in a browser that uses the app: it gets nothing."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.support.driver import Driver, letting_in
from tests.support.command import served

Open = Callable[..., Driver]

PATHS = ("/", "/debugger", "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/favicon.png")
ASKS = """
async ([app, paths]) => {
    const got = [];
    const tried = async (what, ask) => {
        try { got.push([what, await ask()]); } catch { got.push([what, 'refused']); }
    };
    for (const path of paths) {
        for (const credentials of ['include', 'omit']) {
            for (const method of ['GET', 'POST', 'PUT'])
                await tried(`${method} ${path}`, async () => (await fetch(app + path, {method, credentials})).text());
        }
        const blind = {mode: 'no-cors', credentials: 'include'};
        await tried(`no-cors ${path}`, async () => (await fetch(app + path, blind)).type);
    }
    const element = (name, address) => new Promise(done => {
        const made = document.createElement(name);
        made.onload = () => done('loaded');
        made.onerror = () => done('refused');
        made.src = address;
        document.body.append(made);
    });
    await tried('img', () => element('img', app + '/favicon.png'));
    await tried('script', () => element('script', app + '/'));
    await tried('WebSocket', () => new Promise(done => {
        const socket = new WebSocket(app.replace('http', 'ws') + '/_stcore/stream', ['streamlit', 'x']);
        socket.onopen = () => done('open');
        socket.onerror = () => done('refused');
    }));
    return got;
}
"""
"""Run in the other page: what it got for each thing that it tried."""


@dataclass
class Other:
    """A server on another port of this machine, whose page is empty; it remembers the cookies that it was sent."""

    address: str
    cookies: list[str] = field(default_factory=list)

    @property
    def as_localhost(self) -> str:
        """The same server, which is another *site* by this name."""
        return self.address.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def other() -> Iterator[Other]:
    known: list[Other] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known[0].cookies.append(self.headers.get("Cookie", ""))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>other</title><body>the other page</body>")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    known.append(Other(f"http://127.0.0.1:{server.server_address[1]}"))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield known[0]
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["with the visitor's cookie", "without"])
def visitor(request: pytest.FixtureRequest, chromium: Browser, app: str, other: Other) -> Iterator[Page]:
    """A window that shows the other page, in a browser that uses the app, or doesn't."""
    context = chromium.new_context()
    page = context.new_page()
    if request.param != "without":
        page.goto(letting_in(app))
        assert page.url == f"{app}/"
    page.goto(other.address)
    yield page
    context.close()


def shows_nothing(page: Page) -> None:
    """The window shows our plain page, and none of the app."""
    expect(page.locator("h1")).to_have_text("timetravel")
    assert page.get_by_test_id("stApp").count() == 0


def test_whatever_it_asks_for_is_refused(visitor: Page, app: str) -> None:
    got: list[list[str]] = visitor.evaluate(ASKS, [app, PATHS])
    assert len(got) == 7 * len(PATHS) + 3
    assert [what for what, answer in got if answer != "refused"] == []


def test_it_cannot_show_the_app_in_a_frame(visitor: Page, app: str) -> None:
    heard: list[Any] = []
    visitor.expose_function("heard", lambda message: heard.append(message))
    visitor.evaluate("addEventListener('message', event => heard(event.data))")
    for address in (app, letting_in(app)):
        visitor.evaluate(
            "address => new Promise(done => { const frame = document.createElement('iframe');"
            " frame.onload = done; frame.src = address; document.body.append(frame); })",
            address,
        )
        frame = visitor.frames[-1]
        assert frame.url.startswith("chrome-error:")
    visitor.wait_for_timeout(500)
    assert heard == []


def test_it_cannot_send_a_form(visitor: Page, app: str) -> None:
    visitor.evaluate(
        "address => { const form = document.createElement('form'); form.method = 'post';"
        " form.action = address; document.body.append(form); form.submit(); }",
        f"{app}/_stcore/upload_file/a/b",
    )
    shows_nothing(visitor)


def test_it_cannot_open_the_app_in_a_window_nor_keep_hold_of_it(visitor: Page, app: str) -> None:
    with visitor.expect_popup() as opened:
        visitor.evaluate("address => { window.opened = window.open(address); }", f"{app}/debugger")
    shows_nothing(opened.value)
    assert opened.value.evaluate("window.opener") is None
    visitor.wait_for_function("window.opened.closed")


def test_a_person_who_followed_a_link_gets_on_by_a_link_of_ours(app: str, other: Other, open_page: Open) -> None:
    one = open_page(app)
    one.page.goto(other.address)
    one.page.evaluate("address => { location.href = address; }", f"{app}/learn")
    shows_nothing(one.page)
    one.page.get_by_role("link", name="open this page").click()
    one.settle()
    one.sees("Learn")
    assert one.address.startswith(f"{app}/learn")


def test_a_link_with_the_token_lets_in_from_another_site_as_well(chromium: Browser, app: str, other: Other) -> None:
    context: BrowserContext = chromium.new_context()
    page = context.new_page()
    page.goto(other.as_localhost)
    page.evaluate("address => { location.href = address; }", letting_in(f"{app}/learn?language=zh"))
    expect(page.get_by_test_id("stApp")).to_be_visible()
    assert page.url == f"{app}/learn?language=zh"
    context.close()


def test_what_is_written_down_as_not_kept_apart_the_cookie_goes_to_other_ports(visitor: Page, other: Other) -> None:
    # docs/security.md says so, and what follows. Where browsers mend this one day, it can say less.
    knows = any(cookie["name"].startswith("timetravel-") for cookie in visitor.context.cookies())
    visitor.goto(other.address)
    assert ("timetravel-" in other.cookies[-1]) == knows


def test_a_page_of_an_earlier_start_becomes_the_one_that_says_what_to_do(chromium: Browser, tmp_path: Path) -> None:
    context = chromium.new_context()
    page = context.new_page()
    with served(cwd=tmp_path) as app:
        page.goto(f"{app.url}/?token={app.token}")
        expect(page.get_by_role("button", name="Run", exact=True)).to_be_visible()
        port = str(app.port)
        app.stop()
    with served("--port", port, cwd=tmp_path):
        expect(page.get_by_text("open the address that timetravel printed")).to_be_visible(timeout=60_000)
        assert page.get_by_test_id("stApp").count() == 0
    context.close()
