"""A script of ours alone in a page: no Streamlit, no app; a host that gives it data and keeps what it sends."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

import ui

COMPONENTS = Path(ui.__file__).with_name("components")
ADDRESS = "http://scripts.test/"
HOST = """
async ({ js, html, css }) => {
    const outer = document.body.appendChild(document.createElement("div"));
    outer.id = "host";
    const parentElement = outer.attachShadow({ mode: "open" });
    parentElement.innerHTML = `<style>${css}</style>${html}`;
    const url = URL.createObjectURL(new Blob([js], { type: "text/javascript" }));
    const draw = (await import(url)).default;
    const send = (kind) => (name, value) => window.sent.push([kind, name, value]);
    window.sent = [];
    const given = { parentElement, setStateValue: send("state"), setTriggerValue: send("trigger") };
    window.draw = (data) => { draw({ ...given, data, key: "k", name: "n" }); };
}
"""
"""What Streamlit gives to a component (1.67, components v2): its own part of the page, data, and ways to tell."""


@dataclass(frozen=True)
class Parts:
    """What the Python file beside a script registers: its HTML and CSS, and the script with what it uses before it."""

    js: str
    html: str
    css: str


@cache
def parts_of(name: str) -> Parts:
    """The parts of a component, such as "history/tree"."""
    files = (COMPONENTS / name).parent.glob("*.py")
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    calls = [one for one in nodes if isinstance(one, ast.Call) and ast.unparse(one.func) == "browser_component"]
    (call,) = [one for one in calls if ast.literal_eval(one.args[0]) == name]
    uses = [ast.literal_eval(one.value) for one in call.keywords if one.arg == "uses"]
    scripts = [(COMPONENTS / f"{one}.js").read_text(encoding="utf-8") for one in (*(uses[0] if uses else ()), name)]
    return Parts("".join(scripts), ast.literal_eval(call.args[1]), (COMPONENTS / f"{name}.css").read_text("utf-8"))


@dataclass
class Host:
    """A page with one component in it."""

    page: Page
    errors: list[str] = field(default_factory=list)

    def draw(self, **data: Any) -> "Host":
        """Draw it with this data, as Streamlit does at each drawing of the page."""
        self.page.evaluate("data => draw(data)", data)
        return self

    @property
    def sent(self) -> list[list[Any]]:
        """What it has told so far: how, under which name, what."""
        found: list[list[Any]] = self.page.evaluate("sent")
        return found

    @property
    def told(self) -> list[Any]:
        """The values of what was told as something that is done once, such as a click."""
        return [value for kind, _, value in self.sent if kind == "trigger"]

    def find(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def texts(self, selector: str) -> list[str]:
        return self.find(selector).all_text_contents()

    def run(self, script: str, argument: Any = None) -> Any:
        """Evaluate this in the page; `root` is the component's own part of it."""
        return self.page.evaluate(f"argument => {{ const root = host.shadowRoot; return {script}; }}", argument)


Opens = Callable[..., Host]


@pytest.fixture(scope="session")
def empty(chromium: Browser) -> Iterator[BrowserContext]:
    """A window in which every page is empty, and nothing leads outside."""
    context = chromium.new_context(viewport={"width": 900, "height": 700})
    context.route("**/*", lambda route: route.fulfill(body="<!doctype html><body></body>", content_type="text/html"))
    yield context
    context.close()


@pytest.fixture
def page(empty: BrowserContext) -> Iterator[Page]:
    page = empty.new_page()
    page.set_default_timeout(10_000)
    page.goto(ADDRESS)
    yield page
    page.close()


@pytest.fixture
def opens(page: Page) -> Iterator[Opens]:
    """`opens("history/tree")` loads a component into the page; `html` stands in the page itself, round it.

    At the end nothing may have gone wrong in the page.
    """
    host = Host(page)
    page.on("pageerror", lambda error: host.errors.append(str(error)))

    def load(name: str = "", *, around: str = "", parts: Parts | None = None, missing: bool = False) -> Host:
        found = parts or parts_of(name)
        page.evaluate("html => document.body.insertAdjacentHTML('afterbegin', html)", around)
        page.evaluate(HOST, {"js": found.js, "html": "" if missing else found.html, "css": found.css})
        return host

    yield load
    assert host.errors == []
