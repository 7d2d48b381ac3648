"""One component alone on a page, on a real store; what a person does to it; and what the page then looks at."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from langgraph.checkpoint.sqlite import SqliteSaver
from streamlit.testing.v1 import AppTest

from tests.screens.conftest import Screen
from tests.timetravel.stores.written import histories
from ui.services.opened_store import OpenedStore
from ui.services.run_registry import RunRegistry
from ui.services.settings import Settings
from ui.session import context, keys
from ui.session.view import View
from ui.timetravel.model.checkpoints import Checkpoint
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.jobs import Input, Job, RunRequest
from ui.timetravel.model.project import from_option
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.runs.retries.retry_policy import RetryPolicy
from ui.timetravel.stores import open_store
from ui.timetravel.worker.pool import WorkerPool

EVENTS = "$$STREAMLIT_INTERNAL_KEY_{}__events"
"""The widget that a component of ours tells of clicks by (streamlit 1.67.0, components/v2/bidi_component/main.py,
`_make_trigger_id`)."""
THREADS = {
    "loop": histories.loop,
    "asks": histories.subgraph_that_asks,
    "failed": histories.failed,
    "forks": histories.forks,
    "copy": histories.one_node,
    "": histories.one_node,
    "**bold** <b>x</b>": histories.one_node,
}
"""The threads of the store, the one that changed last at the end."""

COPIED_FROM = {"store": "", "thread_id": "loop"}
"""Where the thread "copy" says that it was copied from: the last checkpoint of "loop"."""


GRAPH = """
import operator
from typing import Annotated, Literal, TypedDict

from langgraph.graph import END, START, StateGraph


class State(TypedDict, total=False):
    n: int
    log: Annotated[list[str], operator.add]
    kind: Literal["a", "b"]


def count(state: State) -> dict:
    return {"n": state.get("n", 0) + 1}


made = StateGraph(State)
made.add_node("count", count)
made.add_edge(START, "count")
made.add_conditional_edges("count", lambda s: "count" if s["n"] < 4 else END)
graph = made.compile()
"""


@dataclass
class ShownRun:
    """A run of which there is only its state; what is asked of it is kept in `asked`."""

    now: RunState
    asked: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.now.id

    def state(self) -> RunState:
        return self.now

    def stop(self) -> None:
        self.asked.append("stop")

    def kill(self) -> None:
        self.asked.append("kill")

    def wait(self, timeout: float | None = None) -> RunState:
        return self.now


def run_state(
    status: RunStatus = RunStatus.RUNNING, *, thread: str = "loop", store: str = "s", **more: Any
) -> RunState:
    """A run of the graph "loop" with an empty input, as it is at one moment."""
    return RunState("r1", Job("loop", store, thread, Input({})), status, 1_000.0, **more)


class Part(Screen):
    """A component alone on a page. `says`, `lines`, `drawings` and `buttons` are what it draws."""

    def press(self, label: str) -> "Part":
        """Click the button with this label, which may be the only thing that is told about it, as a help is."""
        found = [one for one in self.app.button if label in (one.label, one.help)]
        assert found, f"there is no {label}, but {[one.label or one.help for one in self.app.button]}"
        found[0].click().run()
        return self

    def tell(self, component: str, **events: Any) -> "Part":
        """What the script of a component of ours tells: `clicked="id"`, say."""
        (found,) = [
            one for one in self.app.get("bidi_component") if one.proto.component_name == f"timetravel_{component}"
        ]
        states = self.app._tree.get_widget_states()
        heard = [{"event": event, "value": value} for event, value in events.items()]
        states.widgets.add(id=EVENTS.format(found.proto.id), json_trigger_value=json.dumps(heard))
        self.app._run(states)
        return self

    def pick(self, row: int, column: str) -> "Part":
        """Click a cell of the only table, which tells its rows by their place."""
        (shown,) = self.app.dataframe
        states = self.app._tree.get_widget_states()
        cells = {"selection": {"rows": [], "columns": [], "cells": [[row, column]]}}
        states.widgets.add(id=shown.proto.id, string_value=json.dumps(cells))
        self.app._run(states)
        return self

    def drawings(self, component: str) -> list[dict[str, Any]]:
        """What our own components were given to draw; nothing for one that draws nothing of its own."""
        found = self.app.get("bidi_component")
        return [
            json.loads(one.proto.json or "{}") for one in found if one.proto.component_name == f"timetravel_{component}"
        ]

    @property
    def view(self) -> View:
        """What the page looks at by now."""
        found = self.app.session_state[keys.VIEW]
        assert isinstance(found, View)
        return found

    @property
    def said_by(self) -> Mapping[str, list[str]]:
        """The texts of our plain text, by their looks."""
        return {look: [text for one, text in self.lines if one == look] for look, _ in self.lines}


Started = list[tuple[RunRequest, RetryPolicy | None]]
Drawn = Callable[..., Part]
"""`drawn(lambda: component(...), view, **session)` draws a component, looking at `view`, with this in the session.

With `crashes=True` it may fail."""


def page(draw: "Callable[[], Any]") -> None:
    """What runs as the page. What `draw` needs comes along with it."""
    draw()


@pytest.fixture
def drawn() -> Drawn:
    def alone(draw: Callable[[], Any], view: View | None = None, *, crashes: bool = False, **session: Any) -> Part:
        app = AppTest.from_function(page, kwargs={"draw": draw}, default_timeout=60)
        app.session_state[keys.VIEW] = view or View()
        app.query_params.update((view or View()).to_query())
        for name, value in session.items():
            app.session_state[name] = value
        part = Part(app)
        app.run()
        assert crashes or part.crashes == []
        return part

    return alone


@pytest.fixture(scope="session")
def store_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that LangGraph wrote, with the `THREADS`."""
    path = tmp_path_factory.mktemp("components") / "store.sqlite"
    with SqliteSaver.from_conn_string(str(path)) as saver:
        for thread, make in THREADS.items():
            make(saver)
            for table in ("checkpoints", "writes"):
                saver.conn.execute(f"UPDATE {table} SET thread_id = ? WHERE thread_id = 't'", (thread,))
        came_from = json.dumps(COPIED_FROM)
        saver.conn.execute(
            "UPDATE checkpoints SET metadata = json_set(CAST(metadata AS TEXT), '$.timetravel_from',"
            " json_set(?, '$.checkpoint_id', (SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = 'loop')))"
            " WHERE thread_id = 'copy'",
            (came_from,),
        )
        saver.conn.commit()
    return path


@pytest.fixture(scope="session")
def ids(store_file: Path) -> Mapping[str, tuple[str, ...]]:
    """The checkpoints of each thread, oldest first."""
    with open_store(str(store_file)) as store:
        return {thread: store.skeleton(thread).ids for thread in THREADS}


@pytest.fixture(scope="session")
def shown(store_file: Path, ids: Mapping[str, tuple[str, ...]]) -> Callable[[str, int], Checkpoint]:
    """`shown(thread, at)` reads a checkpoint of a thread, by its place in time."""

    def read(thread: str, at: int) -> Checkpoint:
        with open_store(str(store_file)) as store:
            return store.checkpoint(thread, "", ids[thread][at])

    return read


@pytest.fixture(scope="module")
def looked_at(store_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The store is open, and there are no graphs. Gives its name."""
    sandbox = tmp_path_factory.mktemp("own") / "sandbox.sqlite"
    yield from _open(Settings((str(store_file),), sandbox=str(sandbox)), str(store_file))


@pytest.fixture(scope="session")
def graph_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of a graph that has made the thread "loop", say."""
    path = tmp_path_factory.mktemp("project") / "loop.py"
    path.write_text(GRAPH, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def info(graph_file: Path) -> GraphInfo:
    """What this graph is, as a worker that imported it says."""
    workers = WorkerPool(from_option(f"{graph_file}:graph"))
    try:
        return workers.describe("loop")
    finally:
        workers.close()


@pytest.fixture(scope="module")
def with_graph(
    store_file: Path, graph_file: Path, info: GraphInfo, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The store is open, and runs of the graph write to it. Gives its name."""
    sandbox = tmp_path_factory.mktemp("sandbox") / "sandbox.sqlite"
    settings = Settings((str(store_file),), graph_specs=(f"{graph_file}:graph",), sandbox=str(sandbox))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(context, "describe", lambda *_: info)  # asked of a worker, it takes two seconds each time
        yield from _open(settings, str(store_file))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """The runs that were asked for, none of which is started."""
    requests: Started = []

    def start(
        _: RunRegistry, here: OpenedStore, request: RunRequest, retries: RetryPolicy | None = None, **more: Any
    ) -> ShownRun:
        requests.append((request, retries))
        return ShownRun(RunState("r1", request.on(here.target), RunStatus.RUNNING, 0.0))

    monkeypatch.setattr(RunRegistry, "start", start)
    return requests


def _open(settings: Settings, name: str) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as environment:
        opened(settings, environment)
        yield name
    st.cache_resource.clear()


def opened(settings: Settings, environment: pytest.MonkeyPatch) -> None:
    """Have the app's parts see these stores and graphs from now on."""
    for variable, value in settings.to_environment().items():
        environment.setenv(variable, value)
    st.cache_resource.clear()
