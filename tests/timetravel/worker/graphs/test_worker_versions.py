"""Workers in environments with an old LangGraph: what runs there, what is refused, and by which sentence."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.old_langgraph import python_of
from ui.timetravel.errors import GraphLoadError
from ui.timetravel.model.jobs import Answer, Edits, Input, Job, Resume
from ui.timetravel.model.project import Project
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.model.values import Plain
from ui.timetravel.runs.sandbox_bundle import export_checkpoint
from ui.timetravel.stores import delta_channels as delta
from ui.timetravel.stores import open_store
from ui.timetravel.worker.pool import WorkerPool

DRIVEN = ("0.6.11", "1.0.5", "1.2.12")
TOO_OLD = ("0.2.74", "0.3.34")

GRAPHS = """
import operator
from typing import Annotated, TypedDict
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

class State(TypedDict, total=False):
    x: int
    log: Annotated[list, operator.add]

def a(state): return {"x": 1, "log": ["a"]}
def b(state): return {"log": [f"b saw {state['x']}"]}
two = StateGraph(State).add_node("a", a).add_node("b", b).add_edge(START, "a").add_edge("a", "b").compile()

def left(state): return {"log": ["L" + interrupt("left?")]}
def right(state): return {"log": ["R" + interrupt("right?")]}
builder = StateGraph(State).add_node("left", left).add_node("right", right)
asking = builder.add_edge(START, "left").add_edge(START, "right").compile()

def form(state): return {"log": [interrupt("Your name?") + " " + interrupt("Your age?")]}
form = StateGraph(State).add_node("form", form).add_edge(START, "form").compile()

try:
    from langgraph.channels.delta import DeltaChannel
except ImportError:
    pass
else:
    def append(current, writes): return [*(current or []), *(one for write in writes for one in write)]
    class Log(TypedDict, total=False):
        log: Annotated[list, DeltaChannel(append, snapshot_frequency=1000)]
    def c(state): return {"log": ["c"]}
    def d(state): return {"log": ["d"]}
    deltas = StateGraph(Log).add_node("c", c).add_node("d", d).add_edge(START, "c").add_edge("c", "d").compile()
"""


class Old:
    """A worker with an old LangGraph, and a store that only it has written to."""

    def __init__(self, folder: Path, version: str) -> None:
        (folder / "agent.py").write_text(GRAPHS)
        names = ("two", "asking", "form", "deltas")
        project = Project(folder, {name: f"{folder / 'agent.py'}:{name}" for name in names}, (folder,))
        self.workers = WorkerPool(project, str(python_of(version)))
        self.store = str(folder / "store.sqlite")
        self.sandbox = str(folder / "sandbox.sqlite")

    def do(self, graph: str, action: Any = None, **fields: Any) -> RunState:
        job = Job(graph, fields.pop("store", self.store), fields.pop("thread_id", "t"), action or Input({}), **fields)
        return self.workers.start(job).wait(60)

    def head(self, thread: str = "t") -> str:
        with open_store(self.store) as store:
            return store.skeleton(thread).ids[-1]

    def at(self, step: int, thread: str = "t") -> str:
        with open_store(self.store) as store:
            headers = store.headers(thread, "", store.skeleton(thread).ids)
            return next(one.checkpoint_id for one in headers if one.step == step)

    def ids(self, checkpoint: str) -> dict[str, str]:
        """The ids of the questions of a checkpoint, by what they ask."""
        with open_store(self.store) as store:
            return {str(one.value): one.id for task in store.writes("t", "", checkpoint) for one in task.interrupts}

    def log(self, thread: str = "t", checkpoint: str = "", store: str = "") -> Plain:
        with open_store(store or self.store) as opened:
            found = opened.checkpoint(thread, "", checkpoint or opened.skeleton(thread).ids[-1])
            if missing := delta.missing_channels(found):
                history = delta.history(opened, found, missing)
                found = delta.with_deltas(found, self.workers.rebuild("deltas", history))
            return found.values["log"]

    def bundle(self, checkpoint: str) -> Any:
        with open_store(self.store) as store:
            return export_checkpoint(store, "t", checkpoint)


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Callable[[str], Old]]:
    made: list[Old] = []

    def make(version: str) -> Old:
        made.append(Old(tmp_path, version))
        return made[-1]

    yield make
    for each in made:
        each.workers.close()


@pytest.mark.parametrize("version", TOO_OLD)
def test_a_langgraph_that_is_too_old_is_told_with_both_versions(old, version):
    here = old(version)
    with pytest.raises(GraphLoadError) as told:
        here.workers.describe("two")
    assert f"has langgraph {version}, and runs need langgraph 0.6 or later" in str(told.value)
    assert "Looking at stores works without" in str(told.value)
    ended = here.do("two")
    assert ended.status is RunStatus.FAILED
    assert f"langgraph {version}" in ended.failure.message
    assert not Path(here.store).exists()


@pytest.mark.parametrize("version", DRIVEN)
def test_a_graph_is_described_with_the_versions_that_run_it(old, version):
    runtime = old(version).workers.describe("two").runtime
    assert (runtime.langgraph, runtime.format) == (version, 4)
    assert runtime.checkpoint


@pytest.mark.parametrize("version", DRIVEN)
def test_what_an_old_langgraph_does_right_is_done(old, version):
    here = old(version)
    here.do("two")
    first, end = here.at(1), here.head()
    assert here.do("two", Resume(), checkpoint_id=first).status is RunStatus.FINISHED
    assert here.log() == ["a", "b saw 1"]
    assert here.do("two", Resume(), checkpoint_id=first, edits=Edits({}, as_node="__copy__"), run=False).head
    assert here.do("two", Resume()).status is RunStatus.FINISHED
    change = Edits({"x": 7})
    here.do("two", Resume(), checkpoint_id=first, edits=change, copy_to="new")
    assert here.log("new") == ["a", "b saw 7"]
    aside = {"store": here.sandbox, "copy_to": "aside", "bring": here.bundle(first)}
    here.do("two", Resume(), checkpoint_id=first, edits=change, **aside)
    assert here.log("aside", store=here.sandbox) == ["a", "b saw 7"]
    assert here.log(checkpoint=end) == ["a", "b saw 1"]


@pytest.mark.parametrize(("version", "refused"), [("0.6.11", True), ("1.0.5", False), ("1.2.12", False)])
def test_a_change_is_refused_where_old_results_would_be_mixed_in(old, version, refused):
    here = old(version)
    here.do("two")
    before = here.head()
    ended = here.do("two", Resume(), checkpoint_id=here.at(1), edits=Edits({"x": 7}))
    if refused:
        assert ended.status is RunStatus.FAILED
        assert "With langgraph 0.6.11, a change of a checkpoint" in ended.failure.message
        assert here.head() == before
    else:
        assert here.log() == ["a", "b saw 7"]


def test_a_checkpoint_from_which_nothing_ran_can_be_changed(old):
    here = old("0.6.11")
    here.do("two", interrupt_before=("b",))
    assert here.do("two", Resume(), checkpoint_id=here.head(), edits=Edits({"x": 7})).status is RunStatus.FINISHED
    assert here.log() == ["a", "b saw 7"]


@pytest.mark.parametrize("fields", [{}, {"edits": Edits({"log": ["new"]})}, {"edits": Edits({}, as_node="__copy__")}])
def test_delta_channels_are_not_forked_inside_a_thread_by_an_old_langgraph(old, fields):
    here = old("1.2.12")
    here.do("deltas", Input({"log": ["in"]}))
    before = here.head()
    ended = here.do("deltas", Resume(), checkpoint_id=here.at(1), **fields)
    assert "langgraph 1.2.12 would change the old branch's as well" in ended.failure.message
    assert here.head() == before
    assert here.log() == ["in", "c", "d"]


def test_delta_channels_are_forked_into_a_new_thread_by_an_old_langgraph(old):
    here = old("1.2.12")
    here.do("deltas", Input({"log": ["in"]}))
    first, change = here.at(1), Edits({"log": ["new"]})
    assert here.do("deltas", Resume(), checkpoint_id=first, edits=change, copy_to="new").status is RunStatus.FINISHED
    here.do("deltas", Resume(), checkpoint_id=first, copy_to="again")
    assert here.log("new") == ["in", "c", "new", "d"]
    assert here.log("again") == ["in", "c", "d"]
    assert here.log() == ["in", "c", "d"]


@pytest.mark.parametrize("version", DRIVEN)
def test_parallel_questions_are_answered_by_their_ids_and_differently_again(old, version):
    here = old(version)
    here.do("asking")
    asked, ids = here.head(), here.ids(here.head())
    assert here.do("asking", Answer({ids["right?"]: "2"})).status is RunStatus.INTERRUPTED
    assert here.do("asking", Answer({ids["left?"]: "1"})).status is RunStatus.FINISHED
    assert here.log() == ["L1", "R2"]
    again = Answer({ids["left?"]: "x", ids["right?"]: "y"})
    assert here.do("asking", again, checkpoint_id=asked).status is RunStatus.FINISHED
    assert here.log() == ["Lx", "Ry"]


@pytest.mark.parametrize("version", DRIVEN)
def test_an_answer_is_not_given_where_the_store_does_not_tell_which_question_it_is_for(old, version):
    here = old(version)
    here.do("form")
    for text in ("Ada", "36"):
        here.do("form", Answer({next(iter(here.ids(here.head()).values())): text}))
    asked = here.at(0)
    ended = here.do("form", Answer({here.ids(asked)["Your age?"]: "40"}), checkpoint_id=asked)
    assert ended.status is RunStatus.INTERRUPTED
    assert [one.value for one in ended.interrupts] == ["Your name?"]
    assert any("Your answer was not given, since it is for another question" in note for note in ended.notes)


@pytest.mark.parametrize("version", DRIVEN)
def test_answers_that_were_given_without_an_id_tell_which_question_they_were_for(old, version):
    here = old(version)
    code = f"""
import sys; sys.path.insert(0, {str(Path(here.store).parent)!r})
import agent
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command
with SqliteSaver.from_conn_string({here.store!r}) as saver:
    graph = agent.form.copy(update={{"checkpointer": saver}})
    for given in ({{"log": []}}, Command(resume="Ada"), Command(resume="36")):
        graph.invoke(given, {{"configurable": {{"thread_id": "t"}}}})
"""
    subprocess.run([python_of(version), "-c", code], check=True)
    asked = here.at(0)
    assert here.log() == ["Ada 36"]
    here.do("form", Answer({here.ids(asked)["Your age?"]: "40"}), checkpoint_id=asked)
    assert here.log() == ["Ada 40"]
