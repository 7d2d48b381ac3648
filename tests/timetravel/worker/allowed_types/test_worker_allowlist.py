"""What a graph's schema declares is built without a question, in every LangGraph; a person may allow more."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer

from tests.support.hostile.stores.stores import Rows, in_postgres, in_sqlite
from tests.support.hostile.values.naming import Canary, delta, named, placed
from tests.support.hostile.values.packing import Packed, called
from tests.support.old_langgraph import python_of
from tests.support.postgres import Server
from ui.timetravel.errors import WorkerError
from ui.timetravel.model.jobs import Edits, Input, Job, Resume
from ui.timetravel.model.project import from_option, merge
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.model.values import Typed
from ui.timetravel.runs.sandbox_bundle import export_checkpoint
from ui.timetravel.stores import open_store
from ui.timetravel.stores.delta_channels import Delta, DeltaWrite
from ui.timetravel.worker.pool import WorkerPool

DECLARING = """
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, Optional, TypedDict, TypeVar, Union
from uuid import UUID
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Command, Send, interrupt
from pydantic import BaseModel, SecretStr
from pydantic.v1 import BaseModel as OldModel

class Color(Enum):
    RED = "red"

class Level(IntEnum):
    HIGH = 3

class Tiny(BaseModel):
    n: int = 1

class Model(BaseModel):
    tiny: Tiny = Tiny()
    color: Color = Color.RED

class Old(OldModel):
    x: int = 1

class Pair(NamedTuple):
    a: int
    b: "Quoted"

@dataclass
class Quoted:
    label: str = "q"

@dataclass
class Shape:
    name: str = "shape"

@dataclass
class Circle(Shape):
    r: int = 1

@dataclass
class InList:
    inner: "list[InDict]" = field(default_factory=list)

@dataclass
class InDict:
    x: int = 1

class Nested(TypedDict, total=False):
    deep: dict[str, list[Optional["InTyped"]]]

@dataclass
class InTyped:
    x: int = 1

@dataclass
class Artifact:
    rows: int = 2

@dataclass
class Work:
    part: int = 0

class Mine(HumanMessage):
    mood: str = "good"

Alias = NewType("Alias", Tiny)
T = TypeVar("T", bound=Circle)

class State(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]
    model: Model
    old: Old | None
    level: Annotated[Level, "how much"]
    color: Literal[Color.RED]
    pair: Pair
    shapes: Sequence[Shape]
    listed: Union[list[InList], str]
    nested: Nested
    alias: Mapping[str, Alias]
    artifact: Artifact
    plain: Any
    out: str

def make(state):
    return {
        "messages": [
            Mine("hi"), AIMessage("x"),
            ToolMessage("t", tool_call_id="1", artifact={"a": Color.RED, "b": [Artifact()]}),
        ],
        "model": Model(), "old": Old(), "level": Level.HIGH, "color": Color.RED, "pair": Pair(1, Quoted()),
        "shapes": [Circle(), Shape()], "listed": [InList([InDict()])], "nested": {"deep": {"a": [InTyped(), None]}},
        "alias": {"a": Tiny()}, "artifact": Artifact(),
        "plain": [{1}, UUID(int=1), Decimal("1.5"), Path("/x"), deque([1]), SecretStr("s"), Tiny(), HumanMessage("m")],
    }

def split(state):
    return [Send("work", Work(1)), Send("work", Work(2))]

def work(given: Work):
    return {}

def show(state):
    names = sorted({type(each).__name__ for each in walk(dict(state))} - {"dict", "list", "str", "int", "NoneType"})
    return {"out": " ".join(names)}

def walk(value):
    yield value
    if isinstance(value, dict):
        for each in value.values():
            yield from walk(each)
    elif isinstance(value, (list, tuple, set, deque)):
        for each in value:
            yield from walk(each)
    elif hasattr(value, "__dict__") and not isinstance(value, Enum):
        yield from walk(dict(vars(value)))

builder = StateGraph(State)
builder.add_node(make).add_node(work).add_node(show).add_edge(START, "make")
builder.add_conditional_edges("make", split, ["work"]).add_edge("work", "show")
graph = builder.compile()

def run(store):
    with SqliteSaver.from_conn_string(store) as saver:
        at = {"configurable": {"thread_id": "t"}}
        builder.compile(checkpointer=saver, interrupt_after=["make"]).invoke({"out": ""}, at)
"""
HOSTED = """
from typing import Annotated, Any
from langgraph.graph import START, MessagesState, StateGraph

class State(MessagesState):
    x: Any

def model(state):
    return {"x": 1}

graph = StateGraph(State).add_node(model).add_edge(START, "model").compile()
"""
Started = Callable[..., WorkerPool]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    opened: list[WorkerPool] = []

    def start(code: str, python: str | None = None) -> WorkerPool:
        (tmp_path / "agent.py").write_text(code)
        opened.append(WorkerPool(merge(from_option(f"{tmp_path / 'agent.py'}:graph")), python))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


def visible(store: str, name: str) -> object:
    with open_store(store) as opened:
        return opened.checkpoint("t", "", opened.skeleton("t").ids[-1]).values.get(name)


@pytest.mark.parametrize("version", ["here", "0.6.11", "1.0.5", "1.2.12"])
def test_what_the_schema_declares_is_built_without_a_question(version: str, started: Started, tmp_path: Path) -> None:
    python = sys.executable if version == "here" else str(python_of(version))
    workers, store = started(DECLARING, python), str(tmp_path / "s.sqlite")
    made = [python, "-c", f"import agent; agent.run({store!r})"]
    subprocess.run(made, check=True, cwd=tmp_path, capture_output=True)
    state = workers.start(Job("agent", store, "t", Resume())).wait(60)
    assert state.failure is None
    assert state.status is RunStatus.FINISHED
    found = set(str(visible(store, "out")).split())
    assert found >= {"Mine", "ToolMessage", "Model", "Tiny", "Color", "Old", "Level", "Pair", "Quoted", "Circle"}
    assert found >= {"Shape", "InList", "InDict", "InTyped", "Artifact", "UUID", "Decimal", "deque", "SecretStr"}


@pytest.fixture
def canary(tmp_path: Path) -> Canary:
    return Canary.made(tmp_path)


def stored(tmp_path: Path, rows: Rows) -> str:
    path = tmp_path / "hostile.sqlite"
    in_sqlite(rows, path)
    return str(path)


def rows_of(store: str) -> list[tuple[object, ...]]:
    """What is in the file; to open it for a run makes it a file with a log, which changes its head."""
    with closing(sqlite3.connect(store)) as connection:
        return [row for table in ("checkpoints", "writes") for row in connection.execute(f"SELECT * FROM {table}")]


def refused(state: RunState) -> bool:
    return state.status is RunStatus.FAILED and state.failure is not None and "names" in state.failure.message


def jobs(store: str, thread: str, sandbox: str) -> dict[str, Job]:
    """All the ways on from a thread."""
    with open_store(store) as opened:
        chosen = opened.skeleton(thread).ids[-1]
        bundle = export_checkpoint(opened, thread, chosen)
    forked = Job("agent", store, thread, Resume(), checkpoint_id=chosen)
    return {
        "resume": Job("agent", store, thread, Resume()),
        "input": Job("agent", store, thread, Input({"x": 2})),
        "change": Job("agent", store, thread, Resume(), chosen, edits=Edits({"x": 2}, as_node="model"), run=False),
        "copy": Job("agent", store, thread, Resume(), chosen, copy_to="copy"),
        "sandbox": Job("agent", sandbox, thread, Resume(), chosen, copy_to="brought", bring=bundle),
        "fork": forked,
    }


@pytest.mark.parametrize("place", ["channel", "write", "seen"])
def test_nothing_of_a_hostile_store_runs_by_any_way_on_from_it_and_nothing_is_written(
    place: str, started: Started, canary: Canary, tmp_path: Path
) -> None:
    value = dict(named(canary))["function by one argument"]
    rows = placed(value, "t")[place]
    store, sandbox = stored(tmp_path, rows), str(tmp_path / "sandbox.sqlite")
    before = rows_of(store)
    workers = started(canary.audit + HOSTED)
    for way, job in jobs(store, f"t {place}", sandbox).items():
        state = workers.start(job).wait(60)
        assert (way, refused(state)) == (way, True)
        assert state.failure is not None
        assert state.failure.refused == ((canary.name, "call"),)
    assert canary.happened == []
    with open_store(sandbox) as opened:
        assert not opened.threads().threads
    assert rows_of(store) == before


@pytest.mark.parametrize("place", ["channel", "write"])
def test_nothing_of_a_hostile_database_runs(
    place: str, started: Started, canary: Canary, tmp_path: Path, postgres: Server
) -> None:
    store = postgres.database()
    assert not in_postgres(placed(dict(named(canary))["shell"], "t")[place], store)
    workers = started(canary.audit + HOSTED)
    for way, job in jobs(store, f"t {place}", str(tmp_path / "sandbox.sqlite")).items():
        state = workers.start(job).wait(60)
        assert (way, state.failure and state.failure.refused) == (way, (("os", "system"),))
    assert canary.happened == []
    with open_store(store) as opened:
        assert [len(opened.skeleton(one.thread_id).ids) for one in opened.threads().threads] == [1]


def test_nothing_of_an_encrypted_store_runs(
    started: Started, canary: Canary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "0123456789abcdef"
    monkeypatch.setenv("LANGGRAPH_AES_KEY", key)
    cipher = EncryptedSerializer.from_pycryptodome_aes(key=key.encode()).cipher
    (row,) = placed(dict(named(canary))["shell"], "t")["channel"].rows
    sealed = Packed(cipher.encrypt(row.cells()["checkpoint"])[1])
    rows = Rows()
    rows.add(replace(row, kind="msgpack+aes", state=sealed))
    state = started(canary.audit + HOSTED).start(Job("agent", stored(tmp_path, rows), "t channel", Resume())).wait(60)
    assert state.failure is not None
    assert state.failure.refused == (("os", "system"),)
    # pycryptodome looks at the program that it runs in, by `file`
    assert [each for each in canary.happened if "'file'" not in each] == []


def test_a_delta_channel_is_not_rebuilt_of_what_no_schema_declares(started: Started, canary: Canary) -> None:
    workers = started(canary.audit + HOSTED)
    writes = (DeltaWrite("1", "t", "model", [Typed(canary.name, "call", 1)]),)
    with pytest.raises(WorkerError, match=rf"names {canary.name}\.call, which no graph here declares"):
        workers.rebuild("agent", {"messages": Delta(None, None, writes)})
    assert canary.happened == []


def test_what_a_person_allowed_is_built(started: Started, canary: Canary, tmp_path: Path) -> None:
    value = dict(named(canary))["function by one argument"]
    store = stored(tmp_path, placed(value, "t")["channel"])
    allowed = frozenset([(canary.name, "call")])
    workers = started(HOSTED)
    assert workers.about_types("agent", allowed).refused == allowed
    assert workers.about_types("agent", allowed, allowed).refused == frozenset()
    assert canary.happened == []
    state = workers.start(Job("agent", store, "t channel", Resume(), allowed=allowed)).wait(60)
    assert state.status is RunStatus.FINISHED
    assert "called" in canary.happened


def test_a_run_may_read_what_it_stored_itself(started: Started, tmp_path: Path) -> None:
    code = HOSTED.replace('return {"x": 1}', 'return {"x": Own()}') + "\nclass Own:\n    def _asdict(self): return {}\n"
    state = started(code).start(Job("agent", str(tmp_path / "s.sqlite"), "t", Input({"messages": []}))).wait(60)
    assert state.status is RunStatus.FINISHED


def test_delta_threads_are_shown_without_a_call(started: Started, canary: Canary, tmp_path: Path) -> None:
    value = dict(named(canary))["shell"]
    store = stored(tmp_path, delta(value, "t", "messages"))
    with open_store(store) as opened:
        assert opened.checkpoint("t", "", opened.skeleton("t").ids[-1]).deltas == ("messages",)
    assert canary.happened == []


DECLARED_ELSEWHERE = """
from dataclasses import dataclass
from typing import Any
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain.agents import create_agent
from langgraph.func import entrypoint, task
from langgraph.graph import START, MessagesState, StateGraph
from pydantic import BaseModel

@dataclass
class OfATask:
    x: int = 1

@dataclass
class Saved:
    x: int = 1

class OfTheContext(BaseModel):
    a: int = 1

class OfAnAnswer(BaseModel):
    a: int = 1

@dataclass
class OfACalledGraph:
    x: int = 1

class OfNobody(BaseModel):
    a: int = 1

@task
def work(a: int) -> list[OfATask]:
    return []

@entrypoint()
def function(given: dict, *, previous: Saved | None = None) -> entrypoint.final[str, Saved]:
    return entrypoint.final(value="", save=Saved())

class Inner(MessagesState):
    inner: OfACalledGraph

CALLED = {"i": StateGraph(Inner).add_node("n", lambda state: {}).add_edge(START, "n").compile()}

class State(MessagesState):
    x: Any

agent = create_agent(GenericFakeChatModel(messages=iter([])), tools=[], response_format=OfAnAnswer)
builder = StateGraph(State, context_schema=OfTheContext).add_node("c", lambda state: CALLED["i"].invoke(state))
graph = builder.add_node("agent", agent).add_edge(START, "c").compile()
"""


def test_tasks_contexts_answers_of_agents_and_graphs_that_nodes_call_declare_types_too(started: Started) -> None:
    names = ["OfATask", "Saved", "OfTheContext", "OfAnAnswer", "OfACalledGraph", "OfNobody"]
    found = started(DECLARED_ELSEWHERE).about_types("agent", [("agent", name) for name in names])
    assert found.refused == {("agent", "OfNobody")}


def test_a_store_that_names_very_much_is_refused_with_the_first_of_it(started: Started, tmp_path: Path) -> None:
    rows = placed([called(f"module_{number}", "x" * 5_000, 1) for number in range(2_000)], "t")["channel"]
    state = started(HOSTED).start(Job("agent", stored(tmp_path, rows), "t channel", Resume())).wait(60)
    assert state.failure is not None
    assert len(state.failure.refused) == 50
    assert len(state.failure.message) < 2_000
