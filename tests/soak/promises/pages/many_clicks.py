"""A thousand clicks in one browser."""

import asyncio
import random
from collections.abc import Iterator

from tests.browser.conftest import started
from tests.browser.support.driver import PROCESSES
from tests.soak.browsers.browsing import Watch, rss
from tests.soak.browsers.visitors import Memory, heard, make_store, new_visitor, watched_browser
from tests.soak.promise import Case, Promise, Scale

CLICKS, FEW = 1_000, 5
EVERY_FORK = 25
FIRST = 0.2
"""The part of the clicks after which the memory is taken as what it should stay."""


def try_all(scale: Scale) -> Iterator[Case]:
    names = [f"visitor-{number:02}" for number in range(5)]
    store, graphs = make_store(scale.folder, names)
    with started(scale.folder, str(store), "--graphs", str(graphs)) as address:
        yield from asyncio.run(_all(scale, address, names))


async def _all(scale: Scale, address: str, names: list[str]) -> list[Case]:
    watch = Watch()
    memory = Memory(lambda: rss(PROCESSES[address]))
    async with watched_browser(watch) as browser:
        visitor = await new_visitor(browser, watch, address, names[0], names, random.Random(scale.rng.random()))
        cases = [await visitor.come()]
        memory.note()
        for click in range(FEW if scale.short else CLICKS):
            cases.append(await (visitor.fork() if click % EVERY_FORK == EVERY_FORK - 1 else visitor.look()))
            memory.note()
    cases.append(heard(watch))
    return cases if scale.short else [*cases, memory.case("memory of the app", FIRST)]


PROMISE = Promise(
    "many_clicks",
    "A thousand clicks in one browser, forks among them: no error, and memory levels off.",
    try_all,
    short_seconds=5,
)
