"""Twenty visitors at the same time, who look around and fork."""

import asyncio
import random
import time
from collections.abc import Iterator

from tests.browser.conftest import started
from tests.browser.support.driver import PROCESSES
from tests.soak.browsers.browsing import Watch, rss
from tests.soak.browsers.visitors import Memory, Visitor, heard, make_store, new_visitor, watched_browser
from tests.soak.promise import Case, Promise, Scale

VISITORS, FEW = 20, 2
FORKS = 0.15
"""The part of what a visitor does that is a fork."""
FIRST = 0.2
"""The part of the time after which the memory is taken as what it should stay: the first minute of five."""


def try_all(scale: Scale) -> Iterator[Case]:
    names = [f"visitor-{number:02}" for number in range(FEW if scale.short else VISITORS)]
    store, graphs = make_store(scale.folder, names)
    with started(scale.folder, str(store), "--graphs", str(graphs)) as address:
        yield from asyncio.run(_all(scale, address, names))


async def _all(scale: Scale, address: str, names: list[str]) -> list[Case]:
    watch, cases = Watch(), []
    memory = Memory(lambda: rss(PROCESSES[address]))
    async with watched_browser(watch) as browser:
        visitors = [await new_visitor(browser, watch, address, one, names, _chance(scale)) for one in names]
        come = await asyncio.gather(*(visitor.come() for visitor in visitors))
        end = time.monotonic() + scale.seconds
        noting = asyncio.create_task(_note(memory, end))
        found = await asyncio.gather(*(_visit(visitor, end, scale) for visitor in visitors))
        await noting
        cases = [*come, *(case for each in found for case in each), heard(watch)]
    return cases if scale.short else [*cases, memory.case("memory of the app", FIRST)]


def _chance(scale: Scale) -> random.Random:
    return random.Random(scale.rng.random())


async def _visit(visitor: Visitor, end: float, scale: Scale) -> list[Case]:
    found, chance = [], _chance(scale)
    while not found or time.monotonic() < end:
        found.append(await (visitor.fork() if chance.random() < FORKS else visitor.look()))
    return found


async def _note(memory: Memory, end: float) -> None:
    memory.note()
    while time.monotonic() < end:
        await asyncio.sleep(min(5, max(0.1, end - time.monotonic())))
        memory.note()


PROMISE = Promise(
    "crowd",
    "Twenty browsers read and fork at the same time: no error, each sees its own, and memory levels off.",
    try_all,
    seconds=300,
    short_seconds=2,
)
