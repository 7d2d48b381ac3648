"""A hostile LangGraph server that tells the truth, and then something else: each question has an answer by chance."""

import json
import threading
from itertools import chain
from random import Random
from typing import Any

from tests.support.hostile.servers.scripted import (
    ABOVE,
    EVENTS,
    ONE,
    RUN,
    THREAD,
    Answer,
    Behaviour,
    Request,
    events,
    honest,
    ok,
    state,
    truth,
)
from tests.support.hostile.servers.shapes import ODD, odd_version
from tests.support.hostile.servers.wire import broken, statuses, texts

_TRUTHFUL = (0.3, 0.6, 0.85, 0.95)
"""The part of the questions that such a server answers as it should."""
_KNOWN = (*ODD, THREAD, ONE, ABOVE, RUN, "ask", [ONE], {"checkpoint_id": ABOVE})
"""What may stand anywhere: odd things, and what belongs elsewhere."""
_OTHER = (
    *("/threads/search", "/threads/count", "/assistants/search", "/assistants/a/graph"),
    *(f"/threads/{THREAD}/state", f"/threads/{THREAD}/history"),
)


def changing(rng: Random) -> Behaviour:
    """A server of its own kind. Questions that are asked side by side are answered in any order."""
    wire = [behave for _, behave in chain(broken(), statuses(), texts())]
    truthful = rng.choice(_TRUTHFUL)
    lock = threading.Lock()

    def behave(request: Request) -> Answer:
        with lock:
            return honest(request) if rng.random() < truthful else rng.choice(ways)(request)

    def odd(request: Request) -> Answer:
        return _told(_odd(rng, truth(request)))

    def of_another(request: Request) -> Answer:
        return _told(truth(Request("POST", rng.choice(_OTHER), {}, b"{}")))

    def nothing(request: Request) -> Answer:
        return _told([])

    def in_a_ring(request: Request) -> Answer:
        return _told([state(ONE, ABOVE), state(ABOVE, ONE)])

    def shuffled(request: Request) -> Answer:
        told = [(name, _odd(rng, data)) for name, data in EVENTS]
        return iter([events(*rng.sample(told, len(told)), ("end", None))])

    def on_the_wire(request: Request) -> Answer:
        return rng.choice(wire)(request)

    ways = (odd, odd, odd, of_another, nothing, in_a_ring, shuffled, shuffled, on_the_wire)
    return behave


def _told(answer: Any) -> Answer:
    return iter([ok(json.dumps(answer).encode())])


def _odd(rng: Random, whole: Any) -> Any:
    for _ in range(rng.randint(1, 3)):
        whole = odd_version(rng, whole, _KNOWN)
    return whole
