"""A LangGraph server that means harm: what it may take of our time and memory, and that it gets no key of another's."""

import os
from collections.abc import Iterator
from itertools import chain
from random import Random

from tests.soak.promise import Case, Promise, Scale
from tests.support.hostile.servers.changing import changing
from tests.support.hostile.servers.scripted import THREAD, Behaviour, Request, at, honest, hostile_server
from tests.support.hostile.servers.shapes import endless_pages, endless_streams, large_streams, odd_streams, shapes
from tests.support.hostile.servers.trial import Bounds, Deed, bounded, look, run, trouble
from tests.support.hostile.servers.wire import KEY, bombs, broken, redirects, statuses, texts, without_end

BOUNDS = Bounds()
READ = ("search", "count", "thread", "state", "history")
RUN = ("assistants", "schemas", "graph", "thread", "state", "history", "update", "copy", "run")
PATHS = {
    "search": ("POST", "/threads/search"),
    "count": ("POST", "/threads/count"),
    "thread": ("GET", f"/threads/{THREAD}"),
    "state": ("GET", f"/threads/{THREAD}/state"),
    "history": ("POST", f"/threads/{THREAD}/history"),
    "update": ("POST", f"/threads/{THREAD}/state"),
    "copy": ("POST", f"/threads/{THREAD}/copy"),
    "assistants": ("POST", "/assistants/search"),
    "schemas": ("GET", "/assistants/a/schemas"),
    "graph": ("GET", "/assistants/a/graph"),
    "run": ("GET", f"/threads/{THREAD}/runs/r"),
}

Attack = tuple[str, Behaviour, Deed]


def on_the_wire(elsewhere: str) -> Iterator[Attack]:
    """What a server may send that is no answer, or a way to another place, at each endpoint where it matters."""
    for what, behave in chain(bombs(), without_end(), broken(), statuses(), redirects(elsewhere), texts()):
        for name, deed in (("", look), ("history", look), ("assistants", run), ("stream", run)):
            yield f"{name or 'everywhere'}: {what}", at(name, behave), deed
    for what, behave in chain(endless_streams(), large_streams()):
        yield f"stream: {what}", at("stream", behave), run
    for name in ("search", "history", "assistants"):
        for what, behave in endless_pages(name):
            yield f"{name}: {what}", at(name, behave), run if name == "assistants" else look


def in_odd_shapes() -> Iterator[Attack]:
    """Answers and events with something odd at one of their places."""
    for what, behave in odd_streams():
        yield what, at("stream", behave), run
    for name, deed in (*((name, look) for name in READ), *((name, run) for name in RUN)):
        method, path = PATHS[name]
        for what, behave in shapes(name, Request(method, path, {}, b"")):
            yield what, at(name, behave), deed


def by_chance(scale: Scale, count: int) -> Iterator[Attack]:
    """Servers that change what they say from one question to the next."""
    for number in range(count):
        for deed in (look, run):
            yield f"one that changes its answers {number}, {deed.__name__}", changing(Random(scale.rng.random())), deed


def attempts(scale: Scale) -> Iterator[Case]:
    """Every attack on the wire, two thousand odd shapes of some eight thousand, and 400 by chance; in short a few."""
    os.environ["LANGGRAPH_API_KEY"] = KEY
    with hostile_server(honest) as elsewhere, bounded(BOUNDS):
        wire, odd = list(on_the_wire(elsewhere.url)), list(in_odd_shapes())
        tried = (
            [*scale.rng.sample(wire, 8), *scale.rng.sample(odd, 8), *by_chance(scale, 2)]
            if scale.short
            else [*wire, *scale.rng.sample(odd, 2_000), *by_chance(scale, 200)]
        )
        for what, behave, deed in tried:
            found = trouble(behave, deed, BOUNDS)
            if elsewhere.requests:
                found = f"another server was asked: {elsewhere.requests.pop()} {found}"
            yield Case(what, found)


PROMISE = Promise(
    "hostile_servers",
    "A server that means harm gets no more than its share of time and memory, and the API key of nobody else.",
    attempts,
    limit=7200.0,
)
