"""Visitors who look around and fork, each in a browser session of their own, and know what their page must show."""

import asyncio
import random
import re
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs

from langgraph.checkpoint.sqlite import SqliteSaver
from playwright.async_api import Browser, Error, Page, async_playwright, expect
from playwright.async_api import TimeoutError as NotInTime

from scripts.chromium import find
from tests.browser.support.driver import ASKED, letting_in
from tests.soak.browsers.browsing import LOOK, Watch, flags, recording_proxy, settled
from tests.soak.promise import Case
from ui.components.base.fault import FAULT

GRAPH = """
from typing import TypedDict
from langgraph.graph import StateGraph

State = TypedDict("State", {"owner": str, "n": int})
builder = StateGraph(State)
builder.add_node("grow", lambda state: {"n": state["n"] + 1})
builder.set_entry_point("grow")
builder.add_conditional_edges("grow", lambda state: "grow" if state["n"] < 8 else "__end__")
graph = builder.compile()
"""
STEPS = 10
"""Checkpoints of each thread before anybody forks."""
ANSWERS_WITHIN = 60.0
"""Seconds for a page to become what its address names, where twenty ask two processors."""
SOON = 10_000
"""Milliseconds after which something else is pressed: what was in sight may be gone by then, or disabled."""


def make_store(folder: Path, threads: list[str]) -> tuple[Path, Path]:
    """A store with a thread of each name, whose states name their thread, and the graphs that made it."""
    (folder / "growing_graph.py").write_text(GRAPH, encoding="utf-8")
    graphs = folder / "langgraph.json"
    graphs.write_text('{"dependencies": ["."], "graphs": {"growing": "./growing_graph.py:graph"}}', encoding="utf-8")
    sys.path.insert(0, str(folder))
    try:
        from growing_graph import builder
    finally:
        sys.path.remove(str(folder))
    store = folder / "visited.sqlite"
    with SqliteSaver.from_conn_string(str(store)) as saver:
        graph = builder.compile(checkpointer=saver)
        for thread in threads:
            graph.invoke({"owner": thread, "n": 0}, {"configurable": {"thread_id": thread, "graph_id": "growing"}})
    return store, graphs


@asynccontextmanager
async def watched_browser(watch: Watch) -> AsyncIterator[Browser]:
    """A browser whose every request outside is heard."""
    path = await asyncio.to_thread(find)
    with recording_proxy(watch) as proxy:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=flags(proxy))
            try:
                yield browser
            finally:
                await browser.close()


class Visitor:
    """One who is at home in the thread `own`, looks at others', and forks their own alone."""

    def __init__(self, page: Page, address: str, own: str, others: list[str], rng: random.Random) -> None:
        self.page = page
        self._address = address
        self._own = own
        self._others = others
        self._rng = rng
        self._looks: dict[str, Callable[[], Awaitable[None]]] = {
            "another step": self._walk,
            "another tab": self._tab,
            "another history": self._history,
            "a row": self._row,
            "another thread": self._thread,
        }

    async def come(self) -> Case:
        """Open the app at the own thread."""
        return await self._checked("comes", lambda: self._go(f"{self._address}/debugger?thread={self._own}"))

    async def look(self) -> Case:
        """One thing that a reader does."""
        name = self._rng.choice(list(self._looks))
        return await self._checked(name, self._looks[name])

    async def fork(self) -> Case:
        """Run again from some step of the own thread, and wait for its end."""
        return await self._checked("forks", self._fork)

    async def _checked(self, what: str, do: Callable[[], Awaitable[None]]) -> Case:
        try:
            await do()
            await settled(self.page)
            wrong = [*await self._odd(), *await self._other()]
        except (Error, AssertionError) as error:
            wrong = [f"{type(error).__name__}: {str(error).splitlines()[0][:200]}", *await self._now()]
        return Case(f"{self._own} {what}", "; ".join(wrong))

    async def _now(self) -> list[str]:
        try:
            return [self.page.url, (await self.page.inner_text("[data-testid=stMain]", timeout=3000))[:400]]
        except Error:
            return []

    async def _odd(self) -> list[str]:
        """What no page should have."""
        return list(await self.page.evaluate(LOOK, {"fault": FAULT}))

    async def _other(self) -> list[str]:
        """Where what the page shows is not what its address names.

        Where all browsers ask at once, an answer may take longer than `settled` waits for its beginning.
        """
        until = time.monotonic() + ANSWERS_WITHIN
        while (found := await self._other_now()) and time.monotonic() < until:
            await asyncio.sleep(1)
            await settled(self.page)
        return found

    async def _other_now(self) -> list[str]:
        found = []
        here = await self.page.evaluate("location.search")  # Playwright hears of another address a moment later
        asked = {key: values[0] for key, values in parse_qs(here.removeprefix("?")).items()}
        thread = asked.get("thread", "")
        marked = await self.page.locator(".thread.selected").first.get_attribute("data-thread")
        if marked != thread:
            found.append(f"the address names {thread}, the list marks {marked}")
        said = await self.page.locator("p.quiet", has_text="checkpoint").first.text_content() or ""
        if asked.get("checkpoint", "-") not in said:
            found.append(f"the address names the checkpoint {asked.get('checkpoint')}, the page says {said}")
        if asked.get("tab") == "state":
            owner = re.search(r"visitor-\d+", await self.page.get_by_test_id("stJson").first.inner_text())
            if owner and owner[0] != thread:
                found.append(f"the address names {thread}, the state is that of {owner[0]}")
        return found

    async def _go(self, address: str) -> None:
        await self.page.goto(letting_in(address))

    async def _walk(self) -> None:
        buttons = [
            self.page.locator(f".st-key-go_{name} button").first for name in ("first", "back", "forward", "last")
        ]

        async def press() -> None:
            enabled = [one for one in buttons if await one.is_enabled()]
            await self._rng.choice(enabled).click(timeout=SOON)

        await _until_pressed(press)

    async def _tab(self) -> None:
        await self._pick(self._rng.choice(("Changes", "State", "Writes", "Raw", "Fork")))

    async def _history(self) -> None:
        await self._pick(self._rng.choice(("Table", "Tree", "Graph")))

    async def _pick(self, name: str) -> None:
        await self.page.get_by_role("radio", name=name).first.click()

    async def _row(self) -> None:
        await self._pick("Tree")
        await settled(self.page)
        await self._click_row()

    async def _click_row(self) -> None:
        rows = self.page.locator(".tree .row")
        await rows.first.wait_for()

        async def press() -> None:
            await rows.nth(self._rng.randrange(await rows.count())).click(timeout=SOON)

        await _until_pressed(press)

    async def _thread(self) -> None:
        await self._open(self._rng.choice(self._others))

    async def _open(self, thread: str) -> None:
        await self.page.get_by_role("textbox", name="Threads").fill(thread)
        await self.page.keyboard.press("Enter")
        await settled(self.page)
        await self.page.locator(f".thread[data-thread='{thread}']").click()

    async def _fork(self) -> None:
        await self._open(self._own)
        await settled(self.page)
        await self._pick("Tree")
        await self._pick("Changes")
        await settled(self.page)
        again = self.page.get_by_role("button", name="Run again from here")

        async def press() -> None:
            for _ in range(20):  # a finished step has nothing that is due
                await self._click_row()
                await settled(self.page)
                if await again.is_enabled():
                    break
            await again.click(timeout=SOON)

        await _until_pressed(press)
        await expect(self.page.get_by_text("Finished").first).to_be_visible(timeout=90_000)
        # The page goes on to the run's end a moment later, where other buttons are enabled.
        await expect(self.page.locator("h2.title").first).to_contain_text("the run is finished", timeout=90_000)


async def _until_pressed(press: Callable[[], Awaitable[None]], tries: int = 5) -> None:
    """Press what can be pressed at the moment: the page goes on meanwhile, and a tree draws the rows in sight only."""
    for left in reversed(range(tries)):
        try:
            await press()
        except NotInTime:
            if not left:
                raise
        else:
            return


async def new_visitor(
    browser: Browser, watch: Watch, address: str, own: str, others: list[str], rng: random.Random
) -> Visitor:
    """A visitor in a fresh session, who is not there yet."""
    context = await browser.new_context(viewport={"width": 1500, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(90_000)
    await page.add_init_script(ASKED)
    watch.hears(page)
    return Visitor(page, address, own, others, rng)


class Memory:
    """The memory of a process, as it was measured now and then."""

    def __init__(self, measure: Callable[[], int]) -> None:
        self._measure = measure
        self._found: list[tuple[float, int]] = []

    def note(self) -> None:
        self._found.append((time.monotonic(), self._measure()))

    def case(self, what: str, settled_after: float, most: float = 1.2) -> Case:
        """Whether it levels off: its end is at most `most` times what it was once a part of the time was over."""
        begin, end = self._found[0][0], self._found[-1][0]
        early = next(size for at, size in self._found if at >= begin + settled_after * (end - begin))
        last = self._found[-1][1]
        sizes = [f"{size / 1e6:.0f} MB" for size in (self._found[0][1], early, last)]
        told = f"{what}: {sizes[0]} at first, {sizes[1]} then, {sizes[2]} at the end"
        return Case(told, "" if last <= most * early else f"it grew to {last / early:.2f} times that")


def heard(watch: Watch) -> Case:
    """Whether nobody did anything that was not asked for."""
    return Case("what the browsers asked for", "; ".join(watch.taken()))
