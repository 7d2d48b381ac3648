"""An answer reaches the question that was on the screen, or nothing is written."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command

from ui.timetravel.history.supersteps import TaskState
from ui.timetravel.history.tree.tree import build
from ui.timetravel.model.checkpoints import Task
from ui.timetravel.model.jobs import Answer, Asked, Edits, Input, Job, Resume
from ui.timetravel.model.project import Project
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.model.values import Plain
from ui.timetravel.presentation.forms.open_questions import questions_of
from ui.timetravel.presentation.narration.headline import account
from ui.timetravel.runs.sandbox_bundle import export_checkpoint
from ui.timetravel.stores import Store, open_store
from ui.timetravel.worker.child.shared.protocol import ANSWERED_MEANWHILE, NOTHING_DUE, WHICH_QUESTION
from ui.timetravel.worker.pool import WorkerPool
from ui.timetravel.worker.resident.worker import ResidentWorker

CODE = """
import operator
from typing import Annotated, TypedDict
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.types import Send, interrupt

class State(TypedDict, total=False):
    log: Annotated[list, operator.add]

def three(state): return {"log": [" ".join(interrupt(f"Q{n}?") for n in range(3))]}
def same(state): return {"log": [" ".join(interrupt("Go on?") for _ in range(3))]}
def left(state): return {"log": ["L" + interrupt("left 1?") + interrupt("left 2?")]}
def right(state): return {"log": ["R" + interrupt("right?")]}
def once(state): return {"log": [interrupt("inner?")]}
def twice(state): return {"log": [interrupt("later?")]}
def first(state): return {}
def fan(state): return [Send("work", {}), Send("work", {})]
def work(state): return {"log": ["worked"]}

def graph(**nodes):
    builder = StateGraph(State)
    for name, node in nodes.items():
        builder.add_node(name, node).add_edge(START, name)
    return builder.compile()

three_, same_ = graph(three=three), graph(same=same)
pair = graph(left=left, right=right)
nested = graph(sub=graph(once=once))
longer = StateGraph(State).add_node("once", once).add_node("twice", twice).add_edge(START, "once")
deep = graph(sub=longer.add_edge("once", "twice").compile())
sends = StateGraph(State).add_node("first", first).add_node("work", work)
sends = sends.add_edge(START, "first").add_conditional_edges("first", fan, ["work"]).compile()
other = graph(other=work, first=first)

@task
def confirm(text): return interrupt(text)
@entrypoint()
def flow(text): return [confirm(text).result()]
"""
NAMES = ("three_", "same_", "pair", "nested", "deep", "sends", "other", "flow")


class Room:
    """A store of a kind, and what runs graphs on it."""

    def __init__(self, folder: Path, target: str) -> None:
        (folder / "agent.py").write_text(CODE)
        project = Project(folder, {name: f"{folder / 'agent.py'}:{name}" for name in NAMES}, (folder,))
        self.workers: WorkerPool | ResidentWorker = (
            ResidentWorker(project) if target == "memory:" else WorkerPool(project)
        )
        self.target = target
        self.sandbox = str(folder / "sb.sqlite")

    def read(self, look: Callable[[Store], Any]) -> Any:
        if isinstance(self.workers, ResidentWorker):
            return look(self.workers.store())
        with open_store(self.target) as store:
            return look(store)

    def do(self, graph: str, action: Any = None, **fields: Any) -> RunState:
        job = Job(graph, fields.pop("store", self.target), "t", action or Input({"log": []}), **fields)
        return self.workers.start(job).wait(30)

    def ids(self) -> tuple[str, ...]:
        return tuple(self.read(lambda store: store.skeleton("t").ids))

    def tasks(self, checkpoint: str = "") -> list[Task]:
        return list(self.read(lambda store: store.writes("t", "", checkpoint or store.skeleton("t").ids[-1])))

    def questions(self, state: TaskState, checkpoint: str = "") -> list[Asked]:
        """The questions of tasks in this state, at a checkpoint or at the newest, as the screen offers them."""

        def look(store: Store) -> list[Asked]:
            tree = build(store.skeleton("t"))
            one = checkpoint or tree.ids[-1]
            return questions_of(store.writes("t", "", one), account(store, tree, "t", "", one).step.of(state))

        return list(self.read(look))

    def open(self) -> list[Asked]:
        return self.questions(TaskState.ASKS)

    def past(self, checkpoint: str) -> list[Asked]:
        return self.questions(TaskState.ANSWERED, checkpoint)

    def asking(self) -> str:
        """The newest checkpoint at which something was asked."""
        return next(one for one in reversed(self.ids()) if any(task.interrupts for task in self.tasks(one)))

    def reply(self, graph: str, *texts: str, **fields: Any) -> RunState:
        """Answer the open questions of the thread as the screen would."""
        return self.do(graph, answer(self.open(), *texts), **fields)

    def log(self, thread: str = "t", store: str = "") -> Plain:
        if store:
            with open_store(store) as opened:
                return opened.checkpoint(thread, "", opened.skeleton(thread).ids[-1]).values["log"]
        return self.read(lambda found: found.checkpoint(thread, "", found.skeleton(thread).ids[-1]).values["log"])


def answer(questions: list[Asked], *texts: str) -> Answer:
    return Answer({one.id: text for one, text in zip(questions, texts, strict=True)}, tuple(questions))


@pytest.fixture(params=["sqlite"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    if request.param == "postgresql":
        target = str(request.getfixturevalue("postgres").database())
    else:
        target = "memory:" if request.param == "memory" else str(tmp_path / "s.sqlite")
    made = Room(tmp_path, target)
    yield made
    made.workers.close()


everywhere = pytest.mark.parametrize("room", ["sqlite", "postgresql", "memory"], indirect=True)


def asked_three_times(room: Room, graph: str) -> str:
    room.do(graph)
    for text in "abc":
        room.reply(graph, text)
    assert room.log() == ["a b c"]
    return room.asking()


@everywhere
@pytest.mark.parametrize("graph", ["three_", "same_"])
def test_of_several_questions_of_a_node_the_last_is_answered_differently_and_the_others_keep_theirs(
    room: Room, graph: str
) -> None:
    asked = asked_three_times(room, graph)
    (question,) = room.past(asked)
    assert room.do(graph, answer([question], "x"), checkpoint_id=asked).status is RunStatus.FINISHED
    assert room.log() == ["a b x"]
    assert room.do(graph, answer([question], "y"), checkpoint_id=asked, copy_to="new").status is RunStatus.FINISHED
    assert room.log("new") == ["a b y"]


def test_so_it_is_in_the_sandbox(room: Room) -> None:
    asked = asked_three_times(room, "three_")
    bundle = room.read(lambda store: export_checkpoint(store, "t", asked))
    given = answer(room.past(asked), "z")
    ended = room.do("three_", given, checkpoint_id=asked, copy_to="aside", bring=bundle, store=room.sandbox)
    assert ended.status is RunStatus.FINISHED
    assert room.log("aside", room.sandbox) == ["a b z"]


def test_so_it_is_where_an_app_answered_without_ids(room: Room, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    import agent  # type: ignore[import-not-found]

    with SqliteSaver.from_conn_string(room.target) as saver:
        graph = agent.three_.copy({"checkpointer": saver})
        for given in ({"log": []}, *(Command(resume=text) for text in "abc")):
            graph.invoke(given, {"configurable": {"thread_id": "t"}})
    asked = room.asking()
    room.do("three_", answer(room.past(asked), "x"), checkpoint_id=asked)
    assert room.log() == ["a b x"]


@everywhere
def test_questions_beside_each_other_each_keep_the_answers_that_their_node_had(room: Room) -> None:
    room.do("pair")
    room.reply("pair", "1", "2")
    room.reply("pair", "3")
    assert sorted(room.log()) == ["L13", "R2"]  # type: ignore[type-var]
    asked = room.asking()
    questions = sorted(room.past(asked), key=lambda one: str(one.value))
    assert room.do("pair", answer(questions, "x", "y"), checkpoint_id=asked).status is RunStatus.FINISHED
    assert sorted(room.log()) == ["L1x", "Ry"]  # type: ignore[type-var]


@everywhere
@pytest.mark.parametrize("graph", ["three_", "same_"])
def test_a_question_that_was_answered_meanwhile_is_not_answered_again(room: Room, graph: str) -> None:
    room.do(graph)
    seen = room.open()
    room.reply(graph, "a")
    before = room.tasks()
    ended = room.do(graph, answer(seen, "late"))
    assert ended.failure is not None
    assert ended.failure.message == ANSWERED_MEANWHILE
    assert room.tasks() == before
    for text in "bc":
        room.reply(graph, text)
    assert room.log() == ["a b c"]
    ended = room.do(graph, answer(seen, "too late"))
    assert ended.failure is not None
    assert room.log() == ["a b c"]


@pytest.mark.parametrize("name", ["0" * 32, "not an id"])
def test_an_answer_to_a_question_that_nobody_asked_leaves_nothing_in_the_store(room: Room, name: str) -> None:
    room.do("three_")
    before = Path(room.target).read_bytes()
    ended = room.do("three_", Answer({name: "x"}))
    assert ended.failure is not None
    assert ended.failure.message == ANSWERED_MEANWHILE
    assert Path(room.target).read_bytes() == before


def test_of_several_questions_an_answer_must_say_which_it_is_for(room: Room) -> None:
    room.do("pair")
    ended = room.do("pair", Answer({"": "x"}))
    assert ended.failure is not None
    assert ended.failure.message == WHICH_QUESTION


def test_what_a_subgraph_asked_is_answered_differently_where_it_asks_that_first(room: Room) -> None:
    room.do("nested")
    room.reply("nested", "a")
    asked = room.asking()
    room.do("nested", answer(room.past(asked), "b"), checkpoint_id=asked)
    assert room.log() == ["b"]


def test_a_later_question_of_a_subgraph_is_not_given_the_place_of_an_earlier_one(room: Room) -> None:
    room.do("deep")
    room.reply("deep", "a")
    room.reply("deep", "b")
    assert room.log() == ["a", "b"]
    asked = room.asking()
    ended = room.do("deep", answer(room.past(asked), "x"), checkpoint_id=asked)
    assert (ended.status, [one.value for one in ended.interrupts]) == (RunStatus.INTERRUPTED, ["inner?"])
    assert any("“inner?”. Your answer was not given" in note for note in ended.notes)
    room.reply("deep", "c")
    room.reply("deep", "d")
    assert room.log() == ["c", "d"]


def test_what_a_function_of_a_workflow_asks_is_one_question(room: Room) -> None:
    room.do("flow", Input("Really?"))
    assert len(room.open()) == 1
    assert room.reply("flow", "yes").status is RunStatus.FINISHED
    asked = room.asking()
    (question,) = room.past(asked)
    assert room.do("flow", answer([question], "no"), checkpoint_id=asked).status is RunStatus.FINISHED


@pytest.mark.parametrize("way", ["newest", "fork", "new thread"])
def test_nothing_runs_where_the_graph_lacks_what_is_due(room: Room, way: str) -> None:
    room.do("three_")
    before = Path(room.target).read_bytes()
    fork = {"checkpoint_id": room.ids()[-1]}
    more: dict[str, Any] = {"newest": {}, "fork": fork, "new thread": {**fork, "copy_to": "new"}}[way]
    for action in (Resume(), answer(room.open(), "x")):
        ended = room.do("other", action, **more)
        assert ended.failure is not None
        assert "three is due, and the graph “other” has no such node (its nodes: other, first)" in ended.failure.message
    assert Path(room.target).read_bytes() == before


def test_nothing_runs_where_the_graph_lacks_what_a_send_goes_to(room: Room) -> None:
    room.do("sends", interrupt_after=("first",))
    ended = room.do("other", Resume())
    assert ended.failure is not None
    assert "work is due, and the graph “other” has no such node" in ended.failure.message


def test_nothing_is_resumed_where_nothing_is_due(room: Room) -> None:
    room.do("other")
    ended = room.do("other", Resume())
    assert ended.failure is not None
    assert ended.failure.message == NOTHING_DUE


def test_a_change_as_a_node_of_the_graph_goes_on_where_what_was_due_is_gone(room: Room) -> None:
    room.do("three_")
    edits = Edits({"log": ["changed"]}, as_node="__start__")
    room.do("other", Resume(), checkpoint_id=room.ids()[-1], edits=edits)
    assert "worked" in room.log()  # type: ignore[operator]


def test_no_answer_lies_in_the_store_for_the_next_resume(room: Room) -> None:
    room.do("pair")
    room.reply("pair", "1", "2")
    with sqlite3.connect(room.target) as connection:
        null = "00000000-0000-0000-0000-000000000000"
        assert connection.execute("SELECT count(*) FROM writes WHERE task_id = ?", (null,)).fetchone() == (0,)
