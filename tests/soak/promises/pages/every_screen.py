"""Hostile texts through every screen and every tab, in Chromium."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import urlencode

from playwright.sync_api import Error, Page

from tests.browser.conftest import started
from tests.browser.support.driver import letting_in
from tests.soak.browsers.browsing import LOOK, Watch, new_page, settle, watched_chromium
from tests.soak.hostile_project import TALKING, make_project
from tests.soak.promise import Case, Promise, Scale
from tests.support.hostile.stores.stores import id_at, in_sqlite
from tests.support.hostile.values.texts import TEXTS, store_of_texts, thread_of
from ui.components.base.fault import FAULT
from ui.session.view import sendable

SHORT = ("html", "streamlit")
TABS = ("Changes", "State", "Writes", "Raw", "Fork")

View = tuple[str, Callable[[Page], None]]


def try_all(scale: Scale) -> Iterator[Case]:
    kinds = SHORT if scale.short else tuple(TEXTS)
    store = in_sqlite(store_of_texts({kind: TEXTS[kind] for kind in kinds}), scale.folder / "texts.sqlite")
    watch = Watch()
    graphs = str(make_project(scale.folder))
    with started(scale.folder, str(store), "--graphs", graphs) as address, watched_chromium(watch) as browser:
        page = new_page(browser, watch)
        yield _look("the first page", page, watch, lambda page: _open(page, letting_in(address)))
        for place, kind in enumerate(kinds):
            for what, go in _of_thread(address, kind, place, short=scale.short):
                yield _look(f"{kind}: {what}", page, watch, go)
        for what, go in list(_screens(address))[: 1 if scale.short else None]:
            yield _look(what, page, watch, go)
        for what, go in [] if scale.short else _run(address):
            yield _look(what, page, watch, go)


def _look(what: str, page: Page, watch: Watch, go: Callable[[Page], None]) -> Case:
    try:
        go(page)
        wrong = page.evaluate(LOOK, {"fault": FAULT})
    except Error as error:
        wrong = [f"the browser could not: {error.message.splitlines()[0][:200]}"]
    return Case(what, "; ".join([*wrong, *watch.taken()]))


def _open(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)
    with suppress(Error):  # where nothing comes for a minute, it is told that the page is empty
        page.wait_for_function("document.querySelector('[data-testid=stMain]')?.innerText.trim()")
        settle(page)


def _of_thread(address: str, kind: str, place: int, *, short: bool) -> Iterator[View]:
    name = thread_of(kind, place)
    yield "its thread", lambda page: _open(page, _to(address, thread=name))
    for tab in TABS[2:3] if short else (*TABS[1:], TABS[0]):
        yield f"tab {tab}", lambda page, tab=tab: _pick(page, tab)
    for history in ("Tree",) if short else ("Tree", "Graph", "Table"):
        yield f"history {history}", lambda page, history=history: _pick(page, history)
    if short:
        return
    yield "the step that was a question", lambda page: _open(page, _to(address, thread=name, checkpoint=_id(place, 2)))
    yield "writes of it", lambda page: _pick(page, "Writes")
    yield (
        "the first step's writes",
        lambda page: _open(page, _to(address, thread=name, checkpoint=_id(place, 0), tab="writes")),
    )
    yield (
        "one channel",
        lambda page: _open(page, _to(address, thread=name, tab="state", channel=sendable(TEXTS[kind][:3000]))),
    )
    yield "messages", lambda page: _open(page, _to(address, thread=name, tab="state", channel="messages"))
    inner = {"ns": f"{name}:{name}", "checkpoint": id_at(100 * place + 50)}
    yield "its subgraph", lambda page: _open(page, _to(address, thread=name, **inner))
    pin = {"a_thread": name, "a": _id(place, 0)}
    yield "compared", lambda page: _open(page, _to(address, thread=name, checkpoint=_id(place, 2), **pin))
    yield "on Run", lambda page: _open(page, _to(address, "run", thread=name))
    yield "on Clean up", lambda page: _open(page, _to(address, "clean", thread=name))


def _screens(address: str) -> Iterator[View]:
    yield "Run", lambda page: _open(page, _to(address, "run", graph=TEXTS["html"]))
    yield "Tasks", lambda page: _open(page, _to(address, "tasks"))
    yield "Learn", lambda page: _open(page, _to(address, "learn"))
    yield "Clean up", lambda page: _open(page, _to(address, "clean"))
    for key in ("store", "graph", "thread", "ns", "checkpoint", "channel", "run", "lesson", "attempt", "a"):
        yield f"an address with {key}", lambda page, key=key: _open(page, _to(address, **{key: TEXTS["html"]}))


def _run(address: str) -> Iterator[View]:
    """A graph that can't be imported; one with hostile fields; a run of it that prints and asks, and then fails."""
    yield "a graph that fails to load", lambda page: _open(page, _to(address, "run", graph="broken"))
    yield "a form", lambda page: _open(page, _to(address, "run", graph=TALKING))
    yield "a form, opened", _opened
    yield "the graphs to choose from", _choices
    yield "a run that asks", lambda page: _press(page, "Run", "The run asks")
    yield "what it said", _opened
    yield "a run that fails", _answer
    yield "its traceback", _opened
    for tab in (None, *TABS):
        query = {"tab": tab.lower()} if tab else {}
        yield f"it in the Debugger, {tab}", lambda page, query=query: _open(page, _to(address, graph=TALKING, **query))


def _opened(page: Page) -> None:
    """All that can be opened is, and each hint is shown once."""
    for summary in page.locator("[data-testid=stExpander] summary").all():
        if summary.is_visible():
            summary.click()
            settle(page)
    for hint in page.locator("[data-testid=stTooltipIcon]").all()[:10]:
        if hint.is_visible():
            hint.hover()
            page.wait_for_timeout(300)


def _choices(page: Page) -> None:
    page.get_by_role("combobox").first.click()
    page.get_by_role("option").first.wait_for()


def _press(page: Page, button: str, then: str) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("button", name=button, exact=True).first.click()
    page.get_by_text(then).first.wait_for()
    settle(page)


def _answer(page: Page) -> None:
    page.get_by_label("Your answer").first.fill(TEXTS["html"])
    page.keyboard.press("Control+Enter")
    settle(page)
    _press(page, "Answer and go on", "Traceback")


def _id(place: int, step: int) -> str:
    return id_at(100 * place + step, step - 1)


def _to(address: str, page: str = "debugger", **query: str) -> str:
    return f"{address}/{page}?{urlencode(query)}"


def _pick(page: Page, option: str) -> None:
    page.get_by_role("radio", name=option).first.click()
    settle(page)


PROMISE = Promise(
    "every_screen",
    "A text of a store is a text on every screen: nothing of it runs, is followed, or leaves the machine.",
    try_all,
    short_seconds=20,
)
