"""A person's deeds on a hostile server, and the bounds that they are held to."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support.hostile.servers.scripted import ONE, THREAD, Behaviour, HostileServer, hostile_server
from tests.support.hostile.servers.wire import KEY
from ui.timetravel.diff import diff
from ui.timetravel.errors import TimeTravelError
from ui.timetravel.history.tree.tree import build
from ui.timetravel.langgraph_server.runner import ServerRuns
from ui.timetravel.model.jobs import Answer, Edits, Input, Job, Resume
from ui.timetravel.presentation.change_cards import cards
from ui.timetravel.presentation.forms.input_form import fields, form
from ui.timetravel.serde.json_view import display
from ui.timetravel.stores import Store, open_store
from ui.timetravel.stores.server import allowance

Deed = Callable[[HostileServer], None]
SLACK = 3.0
"""Seconds beside those that a server may take: for this machine, which may be busy."""

_ASTRAY = re.compile(r"//|/\.{1,2}(/|\?|$)|%(25)*(2f|5c|0\w|1\w|7f)|/(\.|%2e){1,2}(/|\?|$)", re.IGNORECASE)
"""In a path that was asked for: what leads elsewhere, for whoever decodes it once more."""


@dataclass(frozen=True)
class Bounds:
    """What one answer and one reading may take here: small, so that a trial is quick."""

    answer_seconds: float = 0.5
    reading_seconds: float = 1.0
    answers: int = 60
    answer_bytes: int = 1 << 20
    answer_values: int = 60_000


@contextmanager
def bounded(bounds: Bounds) -> Iterator[None]:
    """Have the engine keep to these bounds instead of its own."""
    names = ("ANSWER_SECONDS", "READING_SECONDS", "LOADING_SECONDS", "ANSWERS", "ANSWER_BYTES", "ANSWER_VALUES")
    before = {name: getattr(allowance, name) for name in names}
    values = (
        bounds.answer_seconds,
        bounds.reading_seconds,
        bounds.answer_seconds,
        bounds.answers,
        bounds.answer_bytes,
        bounds.answer_values,
    )
    try:
        for name, value in zip(names, values, strict=True):
            setattr(allowance, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(allowance, name, value)


def trouble(behave: Behaviour, deed: Deed, bounds: Bounds) -> str:
    """What went beyond the bounds when the deed was done on a server that behaves so; empty where all held."""
    with hostile_server(behave) as server:
        began = time.monotonic()
        try:
            deed(server)
            said = ""
        except TimeTravelError as error:
            said = str(error)
        except Exception as error:
            return f"{type(error).__name__}: {error} ({_where(error)})"
        took = time.monotonic() - began
        return "; ".join(_beyond(server, said, took, deed, bounds))


def _beyond(server: HostileServer, said: str, took: float, deed: Deed, bounds: Bounds) -> Iterator[str]:
    readings = READINGS[deed]
    if took > readings * bounds.reading_seconds + SLACK:
        yield f"it took {took:.1f} s"
    # What lies in the sockets' buffers was sent and not read: some megabytes for each question on this machine.
    most = len(server.requests) * (bounds.answer_bytes + (8 << 20))
    if server.sent > most:
        yield f"{server.sent:,} bytes were sent"
    if len(server.requests) > readings * bounds.answers * 2:
        yield f"{len(server.requests)} questions were asked"
    if astray := next((each.path for each in server.requests if _ASTRAY.search(each.path)), ""):
        yield f"an id became a way elsewhere: {astray[:200]}"
    if KEY in said:
        yield "the error has the key in it"
    if said and not (len(said) < 1_500 and said.endswith((".", ")")) and said.isprintable()):
        yield f"the error is no sentence: {said[:200]!r}"


def look(server: HostileServer) -> None:
    """Open the store, and read all that a screen would."""
    with open_store(server.url) as store:
        found = [each.thread_id for each in store.threads(limit=20).threads[:2]]
        store.threads("talk", limit=20)
        hash((store.change_token(), store.change_token(THREAD)))
        for thread in dict.fromkeys([THREAD, *found]):
            store.thread(thread)
            display(dict(store.thread_metadata(thread)))
            for namespace in store.namespaces(thread)[:2]:
                _look_at(store, thread, namespace)


def _look_at(store: Store, thread: str, namespace: str) -> None:
    skeleton = store.skeleton(thread, namespace)
    build(skeleton)
    store.headers(thread, namespace, skeleton.ids[-20:])
    for one in skeleton.ids[-2:]:
        values = store.checkpoint(thread, namespace, one).values
        display(dict(values))
        cards(diff({}, values))
        store.writes(thread, namespace, one)


def run(server: HostileServer) -> None:
    """Describe a graph, and run it: with an input, from a change, and with an answer."""
    runs = ServerRuns(server.url)
    try:
        for graph in runs.graphs[:2]:
            info = runs.describe(graph)
            fields(form(info.input_schema))
            for job in _jobs(graph, server.url):
                _through(runs, job)
    finally:
        runs.close()


def _jobs(graph: str, store: str) -> Iterator[Job]:
    yield Job(graph, store, THREAD, Input({"topic": "a"}))
    edits = Edits({"count": 2}, frozenset({"count"}))
    yield Job(graph, store, THREAD, Resume(), checkpoint_id=ONE, edits=edits, copy_to="a copy")
    yield Job(graph, store, THREAD, Answer({"i": "yes"}), checkpoint_id=ONE)


def _through(runs: ServerRuns, job: Job) -> None:
    """See the run to its end, or hang up: then nothing goes on listening."""
    run = runs.start(job)
    if run.wait(1.5).status.live:
        run.stop()
        run.kill()
    state = run.wait(2)
    listening = f"run {run.id}"
    until = time.monotonic() + SLACK
    while any(each.name == listening for each in threading.enumerate()):
        assert time.monotonic() < until, "the connection is still listened to after the run was killed"
        time.sleep(0.02)
    told = state.failure.message if state.failure else ""
    assert not state.status.live, "the run does not end"
    assert not (state.failure and state.failure.type == "Fault"), f"{told} {state.failure and state.failure.traceback}"
    assert KEY not in f"{told}{state.notes}", "the run's failure has the key in it"


READINGS: dict[Deed, float] = {look: 14, run: 40}
"""About how many readings a deed needs; a run's time is mostly that until a person hangs up."""


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    places = []
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " ".join(places[-4:])
