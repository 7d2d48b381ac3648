"""No code by looking: whatever a store names, in whatever form and place, by whatever look at it or way on from it."""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.soak.promise import Case, Promise, Scale
from tests.support.hostile.stores.stores import Checkpoint, Rows, Write, id_at, in_sqlite
from tests.support.hostile.values.naming import Canary, delta, named, named_in_json, named_in_pickle, placed
from tests.support.old_langgraph import ROOT
from ui.timetravel.errors import TimeTravelError
from ui.timetravel.model.jobs import Edits, Input, Job, Resume
from ui.timetravel.model.project import from_option, merge
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.runs.sandbox_bundle import export_checkpoint
from ui.timetravel.runs.typed_values import named_types
from ui.timetravel.stores import Store, open_store
from ui.timetravel.stores import delta_channels as deltas
from ui.timetravel.worker.pool import WorkerPool

AGENT = """
from typing import Any
from langgraph.graph import START, MessagesState, StateGraph

class State(MessagesState):
    x: Any

graph = StateGraph(State).add_node("model", lambda state: {"x": 1}).add_edge(START, "model").compile()
"""
OLD = ("0.6.11", "1.0.5", "1.2.12")
WAYS = ("look", "resume", "input", "change", "copy", "sandbox", "fork")


@dataclass(frozen=True)
class _Trial:
    """One LangGraph with one hostile store."""

    workers: WorkerPool
    store: Store
    path: str
    canary: Canary
    folder: Path

    def way(self, way: str, thread: str) -> str:
        """Go that way from a thread; what broke, empty where nothing did."""
        before = self.canary.happened
        said = ""
        # What can't be read or brought at all is refused as well.
        with suppress(TimeTravelError):
            said = self._look(thread) if way == "look" else self._run(way, thread)
        happened = self.canary.happened
        return f"the process told of {happened[len(before) :] or happened}" if happened != before else said

    def _look(self, thread: str) -> str:
        for one in self.store.skeleton(thread).ids:
            self.store.headers(thread, "", [one])
            shown, tasks = self.store.checkpoint(thread, "", one), self.store.writes(thread, "", one)
            written = [write.value for task in tasks for write in task.writes]
            self.workers.about_types("agent", named_types(*shown.values.values(), *written))
            if missing := deltas.missing_channels(shown):
                self.workers.rebuild("agent", deltas.history(self.store, shown, missing))
        return ""

    def _run(self, way: str, thread: str) -> str:
        chosen = self.store.skeleton(thread).ids[-1]
        job = Job("agent", self.path, thread, Resume(), chosen)
        new = f"{thread} {time.monotonic_ns()}"
        if way == "sandbox":
            sandbox = str(self.folder / "sandbox.sqlite")
            job = Job(
                "agent",
                sandbox,
                thread,
                Resume(),
                chosen,
                copy_to=new,
                bring=export_checkpoint(self.store, thread, chosen),
            )
        made = {
            "resume": Job("agent", self.path, thread, Resume()),
            "input": Job("agent", self.path, thread, Input({"x": 1})),
            "change": Job(
                "agent", self.path, thread, Resume(), chosen, edits=Edits({"x": 1}, as_node="model"), run=False
            ),
            "copy": Job("agent", self.path, thread, Resume(), chosen, copy_to=new),
        }.get(way, job)
        state = self.workers.start(made).wait(60)
        return f"it ended as {state.status}, and not refused" if state.status is not RunStatus.FAILED else ""


def _rows(canary: Canary) -> Rows:
    rows = Rows()
    for what, value in named(canary):
        for each in placed(value, what).values():
            rows.add(*each.rows)
        rows.add(*delta(value, f"{what} delta", "messages").rows)
    for kind, forms in (("json", named_in_json(canary)), ("pickle", named_in_pickle(canary))):
        for what, data in forms:
            rows.add(Checkpoint(f"{kind} {what}", id_at(1)), Write(f"{kind} {what}", id_at(1), kind=kind, raw=data))
    return rows


def _try(scale: Scale, version: str, until: float) -> Iterator[Case]:
    folder = scale.folder / version
    folder.mkdir()
    canary = Canary.made(folder)
    (folder / "agent.py").write_text(canary.audit + AGENT)
    rows = _rows(canary)
    in_sqlite(rows, folder / "hostile.sqlite")
    threads = list(dict.fromkeys(str(each.thread) for each in rows.rows))
    cases = [(way, thread) for way in WAYS for thread in threads if way == "look" or _is_refused(way, thread)]
    scale.rng.shuffle(cases)
    python = None if version == "here" else str(ROOT / ".venv-old" / version / "bin" / "python")
    workers = WorkerPool(merge(from_option(f"{folder / 'agent.py'}:graph")), python)
    try:
        with open_store(str(folder / "hostile.sqlite")) as store:
            trial = _Trial(workers, store, str(folder / "hostile.sqlite"), canary, folder)
            for number, (way, thread) in enumerate(cases):
                if number and time.monotonic() > until:
                    return
                yield Case(f"langgraph {version}: {way}, {thread}", trial.way(way, thread))
    finally:
        workers.close()


def _is_refused(way: str, thread: str) -> bool:
    """Whether a run from the thread has to build what is named: not of JSON, which newer LangGraphs leave as it is, nor
    of what lies only on the parent of a checkpoint of a graph without delta channels; and into the sandbox nothing is
    brought but what a run needs."""
    if way == "sandbox" and thread.endswith(("time", "key of its own")):
        return False
    return not thread.startswith(("json", "pickle")) and not thread.endswith("delta")


def _try_all(scale: Scale) -> Iterator[Case]:
    there = [one for one in OLD if (ROOT / ".venv-old" / one / "bin" / "python").exists()]
    versions = ["here"] if scale.short else ["here", *there]
    began = time.monotonic()
    for number, version in enumerate(versions):
        yield from _try(scale, version, began + scale.seconds * (number + 1) / len(versions))


PROMISE = Promise(
    name="no code by looking",
    sentence="What a store names is not called or imported by a look, and in a run only what the graphs declare.",
    try_all=_try_all,
    seconds=600.0,
)
