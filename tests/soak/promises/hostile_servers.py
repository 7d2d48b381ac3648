"""A LangGraph server that means harm: what it may take of our time and memory, and that it gets no key of another's."""

import os
from collections.abc import Iterator
from itertools import chain

from tests.hostile.server import THREAD, Behaviour, Request, at, honest, hostile_server
from tests.hostile.server_bytes import KEY, bombs, broken, redirects, statuses, texts, without_end
from tests.hostile.server_shapes import endless_pages, endless_streams, large_streams, odd_streams, shapes
from tests.hostile.server_trial import Bounds, Deed, bounded, look, run, trouble
from tests.soak.promise import Case, Promise, Scale

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


def attacks(elsewhere: str) -> Iterator[Attack]:
    """Every deed of a hostile server, at each endpoint where it could be done."""
    for what, behave in chain(bombs(), without_end(), broken(), statuses(), redirects(elsewhere), texts()):
        for name in ("", "history"):
            yield f"{name or 'everywhere'}: {what}", at(name, behave), look
        for name in ("assistants", "stream"):
            yield f"{name}: {what}", at(name, behave), run
    for what, behave in chain(endless_streams(), large_streams(), odd_streams()):
        yield f"stream: {what}", at("stream", behave), run
    for name in ("search", "history", "assistants"):
        for what, behave in endless_pages(name):
            yield f"{name}: {what}", at(name, behave), run if name == "assistants" else look
    for name, deed in (*((name, look) for name in READ), *((name, run) for name in RUN)):
        method, path = PATHS[name]
        for what, behave in shapes(name, Request(method, path, {}, b"")):
            yield what, at(name, behave), deed


def attempts(scale: Scale) -> Iterator[Case]:
    """Every attack; in short a few of them."""
    os.environ["LANGGRAPH_API_KEY"] = KEY
    with hostile_server(honest) as elsewhere, bounded(BOUNDS):
        every = list(attacks(elsewhere.url))
        for what, behave, deed in scale.rng.sample(every, 30) if scale.short else every:
            found = trouble(behave, deed, BOUNDS)
            if elsewhere.requests:
                found = f"another server was asked: {elsewhere.requests.pop()} {found}"
            yield Case(what, found)


PROMISE = Promise(
    "hostile_servers",
    "A server that means harm gets no more than its share of time and memory, and the API key of nobody else.",
    attempts,
)
