"""What a person does in the app, in the words of the tests."""

import re
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from playwright.sync_api import FloatRect, Locator, Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

TOKENS: dict[str, str] = {}
"""The token of each app that was started, by its address."""
PROCESSES: dict[str, int] = {}
"""The id of its process."""

HEADER, ROW = 36, 35
"""Pixels of the table's head and rows (Streamlit 1.67)."""


ASKED = """
(() => {
    const send = WebSocket.prototype.send;
    let begun = false;
    const fields = data => {  // the numbers of a protobuf message's outermost fields
        const bytes = new Uint8Array(data), found = [];
        let at = 0;
        const number = () => {
            for (let value = 0, place = 1; ; place *= 128) {
                const byte = bytes[at++];
                value += (byte % 128) * place;
                if (!(byte > 127)) return value;
            }
        };
        while (at < bytes.length) {
            const tag = number();
            found.push(tag >> 3);
            const length = [() => number() * 0, () => 8, number, 0, 0, () => 4][tag & 7]();
            at += length;
        }
        return found;
    };
    const hear = event => {
        const found = fields(event.data);
        begun ||= found.includes(NEW_SESSION);
        if (begun && found.includes(SCRIPT_FINISHED)) window.asked = 0;
    };
    const heard = new WeakSet();
    WebSocket.prototype.send = function (...message) {
        if (!heard.has(this)) this.addEventListener('message', hear);
        heard.add(this);
        window.asked = performance.now();
        begun = false;
        return send.apply(this, message);
    };
})()
"""
"""Run in the page before its own scripts. `window.asked` is when it asked the app for what is yet to be done, or 0."""
for name in ("new_session", "script_finished"):
    ASKED = ASKED.replace(name.upper(), str(ForwardMsg.DESCRIPTOR.fields_by_name[name].number))

AT_REST = """
() => {
    const app = document.querySelector('[data-testid=stApp]');
    const waits = window.asked && performance.now() - window.asked < 3000;
    return app?.getAttribute('data-test-script-state') === 'notRunning' && !waits;
}
"""

DRAWN = f"() => window.asked !== undefined && ({AT_REST.strip()})()"
"""At rest, and not because the page has only just been loaded and asks for nothing yet."""


def letting_in(address: str) -> str:
    """An address of an app that was started, with the token that lets a fresh browser in."""
    parts = urlsplit(address)
    token = f"token={TOKENS[f'{parts.scheme}://{parts.netloc}']}"
    return urlunsplit(parts._replace(path=parts.path or "/", query="&".join(filter(None, (parts.query, token)))))


class Driver:
    """One browser window, whose page is yet to be loaded. `altered`: no other test may have it after this one."""

    def __init__(self, page: Page, shots: Path) -> None:
        self.page = page
        self.shots = shots
        self.altered = False
        self._asked: list[str] = []
        page.add_init_script(ASKED)
        page.on("request", lambda request: self._asked.append(request.url))

    def begin(self) -> None:
        """Forget what was asked for before."""
        self._asked.clear()

    def alter(self, script: str) -> None:
        """Run a script in each page that is loaded from now on, before the page's own."""
        self.altered = True
        self.page.add_init_script(script)

    def settle(self) -> None:
        """Wait until all that was asked for has been drawn."""
        self.page.wait_for_function(DRAWN, polling=50)
        self.page.wait_for_timeout(150)  # what came may lead to another question, and the scripts in the page go on
        self.page.wait_for_function(DRAWN, polling=50)

    def shot(self, name: str) -> None:
        """Leave a screenshot for a person to look at."""
        self.shots.mkdir(exist_ok=True, parents=True)
        self.page.screenshot(path=str(self.shots / f"{name}.png"))

    def click(self, name: str, exact: bool = True) -> None:
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        self.settle()

    def link(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()
        self.settle()

    def choose(self, label: str, option: str) -> None:
        """An option of a select box."""
        self._find(label, option, self.page.get_by_role("option", name=option, exact=True)).click()
        self.settle()

    def choose_starting(self, label: str, start: str) -> None:
        """The first option of a select box that starts with this."""
        option = self.page.get_by_role("option", name=re.compile(f"^{re.escape(start)}"))
        self._find(label, start, option).click()
        self.settle()

    def option(self, label: str, option: str) -> None:
        """One more option of a box that takes several."""
        self.choose(label, option)
        box = self.page.get_by_test_id("stMultiSelect").filter(has=self.page.get_by_role("combobox", name=label)).first
        expect(box.get_by_text(option, exact=True)).to_be_visible()
        self.page.keyboard.press("Tab")
        self.settle()

    def _find(self, label: str, text: str, option: Locator) -> Locator:
        """Open a select box and type, until `option` is to be seen in its list and stays where it is.

        The box is brought in sight before: where the page scrolls, a list closes. And where a long list scrolls, it
        moves its options a moment later: a press and its release would be on different ones.
        """
        box = self.page.get_by_role("combobox", name=label).first
        box.scroll_into_view_if_needed()
        self.at_rest(box)
        box.click()
        box.fill(text)
        option.first.wait_for()
        self.at_rest(option.first)
        return option.first

    def channel(self, name: str) -> None:
        """One more channel to change in a fork."""
        self.option("Channels to change", name)

    def outside(self) -> list[str]:
        """What the page asked of anybody but the app."""
        ours = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
        return [url for url in self._asked if not url.startswith(ours)]

    def pick(self, option: str) -> None:
        """An option of a segmented control."""
        self.page.get_by_role("radio", name=option).first.click()
        self.settle()

    def type(self, label: str, text: str) -> None:
        field = self.page.get_by_role("textbox", name=label).or_(self.page.get_by_role("spinbutton", name=label)).first
        field.fill(text)
        field.press("Control+Enter" if field.evaluate("e => e.tagName") == "TEXTAREA" else "Enter")
        self.settle()

    def headline(self) -> Locator:
        return self.page.locator("h2.title").first

    def says(self, text: str) -> None:
        """The sentence about the selected checkpoint contains this."""
        expect(self.headline()).to_contain_text(text)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def click_row(self, row: int) -> None:
        """A row of the history table, from 0."""
        x, y = self.place_of_row(row)
        self.page.mouse.move(x, y)
        self.page.wait_for_timeout(100)
        self.page.mouse.click(x, y)
        self.settle()

    def place_of_row(self, row: int) -> tuple[float, float]:
        """Where to click on a row of the history table, from 0, in pixels of the window."""
        table = self.page.get_by_test_id("stDataFrame").first
        expect(table.locator("canvas").first).to_be_visible()
        box = self.at_rest(table)
        return box["x"] + 120, box["y"] + HEADER + ROW * row + ROW / 2

    def at_rest(self, part: Locator) -> FloatRect:
        """Where a part of the page is, once it no longer moves: what comes in above or beside it pushes it away."""
        seen = [part.bounding_box()]
        for _ in range(50):
            self.page.wait_for_timeout(100)
            seen.append(part.bounding_box())
            if seen[-1] is not None and seen[-3:] == [seen[-1]] * 3:
                return seen[-1]
        raise AssertionError("the page does not come to rest")

    def tree_rows(self) -> Locator:
        return self.page.locator(".tree .row")

    def tree_row(self, label: str, number: int) -> Locator:
        """The row of this label, counted from 0 at the top among those with it."""
        return self.page.locator(".tree .row", has_text=label).nth(number)

    @property
    def address(self) -> str:
        return self.page.url
