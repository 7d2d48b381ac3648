"""Long-term memory, where a person sees it: said before a run, kept from run to run, and left alone by the sandbox."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.screens.conftest import Screen
from ui.timetravel.stores import open_store

Open = Callable[..., Screen]
AGENT = """
import sqlite3
from langgraph.graph import START, StateGraph
from langgraph.store.base import BaseStore
from langgraph.store.memory import InMemoryStore
from langgraph.store.sqlite import SqliteStore
from typing_extensions import TypedDict

class State(TypedDict, total=False):
    fact: str
    known: list[str]

def remember(state: State, store: BaseStore) -> State:
    store.put(("facts",), state["fact"], {{"text": state["fact"]}})
    return {{"known": sorted(item.key for item in store.search(("facts",)))}}

builder = StateGraph(State).add_node("remember", remember).add_edge(START, "remember")
without = builder.compile()
forgetful = builder.compile(store=InMemoryStore())
connection = sqlite3.connect({file!r}, check_same_thread=False, isolation_level=None)
own_store = SqliteStore(connection)
own_store.setup()
own = builder.compile(store=own_store)
"""


@pytest.fixture
def screen_of(opened: Open, tmp_path: Path) -> Callable[..., Screen]:
    code = AGENT.format(file=str(tmp_path / "production-memory.sqlite"))
    (tmp_path / "memory_agent.py").write_text(code)
    found: dict[str, object] = {}
    exec(code, found)
    path = tmp_path / "store.sqlite"
    with SqliteSaver.from_conn_string(str(path)) as saver:
        graph = found["own"].copy({"checkpointer": saver})  # type: ignore[attr-defined]
        graph.invoke({"fact": "tea"}, {"configurable": {"thread_id": "t"}})

    def open_with(graph: str, **more: object) -> Screen:
        spec = f"{tmp_path / 'memory_agent.py'}:{graph}"
        return opened(path, graph_specs=(spec,), sandbox=str(tmp_path / "sandbox.sqlite"), **more)

    return open_with


def run(screen: Screen, fact: str, store: Path) -> list[str]:
    """Type the fact, run, and give what the graph knows by then."""
    screen.on("run").run()
    if "New run" in screen.buttons:
        screen.click("New run")
    next(one for one in screen.app.text_input if one.label.startswith("fact")).set_value(fact).run()
    thread = next(one.value for one in screen.app.text_input if one.label == "Id of the new thread")
    return known(screen.click("Run").finished(), store, thread)


def known(screen: Screen, path: Path, thread: str) -> list[str]:
    with open_store(str(path)) as store:
        latest = store.skeleton(thread).latest
        assert latest, screen.says
        return list(store.checkpoint(thread, "", latest).values["known"])


@pytest.mark.parametrize(
    ("graph", "said"),
    [
        ("without", "Long-term memory: the file store.memory.sqlite beside the checkpoints, if the graph uses any."),
        ("forgetful", "the graph's InMemoryStore; what runs put into it lasts, in the file store.memory.sqlite"),
    ],
)
def test_memory_lasts_from_run_to_run_where_it_was_said_to_go(
    screen_of: Callable[..., Screen], tmp_path: Path, graph: str, said: str
) -> None:
    screen = screen_of(graph).on("run").run()
    assert said in screen.says
    assert run(screen, "tea", tmp_path / "store.sqlite") == ["tea"]
    assert run(screen, "coffee", tmp_path / "store.sqlite") == ["coffee", "tea"]


def test_a_run_that_writes_to_the_graphs_own_memory_is_said_to(
    screen_of: Callable[..., Screen], tmp_path: Path
) -> None:
    screen = screen_of("own").on("debugger")
    with open_store(str(tmp_path / "store.sqlite")) as store:
        screen.run(thread="t", checkpoint=store.skeleton("t").ids[1])
    assert "the graph's own SqliteStore. A run writes to it. It is as it is now" in screen.says


def test_the_sandbox_leaves_the_graphs_own_memory_as_it_is(screen_of: Callable[..., Screen], tmp_path: Path) -> None:
    screen = screen_of("own", sandboxed=True).on("debugger")
    with open_store(str(tmp_path / "store.sqlite")) as store:
        screen.run(thread="t", checkpoint=store.skeleton("t").ids[1], tab="fork")
    assert "what a run puts into it goes to sandbox.memory.sqlite" in screen.says
    screen.app.multiselect[0].select("fact").run()
    next(one for one in screen.app.text_area if one.label.startswith("New value")).set_value('"milk"').run()
    screen.click("Fork and run").finished()
    assert known(screen, tmp_path / "sandbox.sqlite", str(screen.app.query_params["thread"])) == ["milk", "tea"]
    with sqlite3.connect(tmp_path / "production-memory.sqlite") as connection:
        assert connection.execute("SELECT key FROM store").fetchall() == [("tea",)]
