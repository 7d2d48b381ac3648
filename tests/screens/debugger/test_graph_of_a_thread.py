"""The graph of a thread that names none is found by what the thread holds, and nothing runs on a guess."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import StateGraph
from langgraph.types import interrupt
from typing_extensions import TypedDict

from tests.screens.conftest import Screen
from ui.session.context import sources
from ui.timetravel.model.runs import RunState, RunStatus

CODE = """
from langgraph.graph import StateGraph
from langgraph.types import interrupt
from typing_extensions import TypedDict

class State(TypedDict, total=False):
    value: str
class Wide(State, total=False):
    more: str

def add(state): return {"value": "added"}
def form(state): return {"value": interrupt("Your age?")}
one = StateGraph(State).add_node(add).add_edge("__start__", "add").compile()
two = StateGraph(State).add_node(form).add_edge("__start__", "form").compile()
twin = StateGraph(State).add_node(form).add_edge("__start__", "form").compile()
wide = StateGraph(Wide).add_node(form).add_edge("__start__", "form").compile()
renamed = StateGraph(State).add_node("write", form).add_edge("__start__", "write").compile()
inner = StateGraph(State).add_node("ask", form).add_edge("__start__", "ask").compile()
nested = StateGraph(State).add_node("sub", inner).add_edge("__start__", "sub").compile()
broken = 1
"""


class State(TypedDict, total=False):
    value: str
    more: str


def form(state: State) -> dict[str, Any]:
    return {"value": interrupt("Your age?")}


Open = Callable[..., Screen]


@pytest.fixture
def on(tmp_path: Path, opened: Open) -> Open:
    """The Debugger on a thread that waits for an answer of `form`, with some of the graphs above."""

    def open_app(*graphs: str, thread: str = "t", **given: str) -> Screen:
        (tmp_path / "agent.py").write_text(CODE)
        builder = StateGraph(State).add_node("form", form).add_edge("__start__", "form")
        with SqliteSaver.from_conn_string(str(tmp_path / "s.sqlite")) as saver:
            graph = builder.compile(checkpointer=saver)
            graph.invoke({"value": "before", **given}, {"configurable": {"thread_id": thread}})
        specs = tuple(f"{tmp_path / 'agent.py'}:{name}" for name in graphs)
        return opened(tmp_path / "s.sqlite", graph_specs=specs, sandbox=str(tmp_path / "sb.sqlite")).on("debugger")

    return open_app


def run_of(screen: Screen) -> RunState | None:
    workers = sources().workers
    assert workers is not None
    runs = list(workers.runs.values())
    return runs[-1].wait(30) if runs else None


def answered(screen: Screen, text: str = "36") -> RunState | None:
    next(area for area in screen.app.text_area if area.label == "Your answer").set_value(text).run()
    screen.click("Answer and go on")
    return run_of(screen)


def choice(screen: Screen) -> Any:
    return next((box for box in screen.app.selectbox if box.label == "Graph"), None)


def answers_left(tmp_path: Path) -> list[str]:
    with sqlite3.connect(tmp_path / "s.sqlite") as connection:
        query = "SELECT task_id FROM writes WHERE channel = '__resume__'"
        return [task for (task,) in connection.execute(query)]


def test_the_only_graph_with_the_node_that_is_due_runs_though_another_comes_first(on: Open, tmp_path: Path) -> None:
    screen = on("one", "two").run(thread="t")
    assert choice(screen) is None
    ended = answered(screen)
    assert ended is not None
    assert (ended.job.graph, ended.status) == ("two", RunStatus.FINISHED)
    assert "00000000-0000-0000-0000-000000000000" not in answers_left(tmp_path)


def test_a_graph_that_can_not_be_imported_is_no_candidate(on: Open) -> None:
    screen = on("broken", "two").run(thread="t")
    assert choice(screen) is None
    assert "Answer and go on" in screen.buttons


def test_of_two_graphs_with_the_same_nodes_the_channels_tell_which(on: Open) -> None:
    ended = answered(on("two", "wide", more="x").run(thread="t"))
    assert ended is not None
    assert ended.job.graph == "wide"


@pytest.mark.parametrize(("graphs", "says"), [(("two", "twin"), "two or twin"), (("one", "renamed"), "None of the")])
def test_where_several_fit_or_none_a_person_is_asked_and_nothing_runs_till_then(
    on: Open, graphs: Any, says: str
) -> None:
    screen = on(*graphs).run(thread="t")
    assert says in screen.says
    assert "Nothing runs from here until you choose" in screen.says
    assert not {"Answer and go on", "Run again from here", "Resume"} & {*screen.buttons}


def test_the_graph_that_a_person_chose_runs(on: Open) -> None:
    screen = on("two", "twin").run(thread="t")
    choice(screen).select("twin").run()
    ended = answered(screen)
    assert ended is not None
    assert (ended.job.graph, ended.status) == ("twin", RunStatus.FINISHED)


def test_a_choice_for_one_thread_is_none_for_another(on: Open) -> None:
    on("two", "twin", thread="other")
    screen = on("two", "twin").run(thread="t")
    choice(screen).select("twin").run()
    assert "Answer and go on" in screen.buttons
    screen.run(thread="other")
    assert choice(screen) is not None


def test_a_node_that_is_due_and_not_in_the_graph_is_told_and_nothing_runs(on: Open, tmp_path: Path) -> None:
    screen = on("renamed").run(thread="t")
    assert "form is due, and the graph “renamed” has no such node (its nodes: write)" in screen.says
    buttons = {one.label: one.disabled for one in screen.app.button}
    assert buttons["Answer and go on"]
    assert buttons["Run again from here"]
    assert run_of(screen) is None
    assert answers_left(tmp_path) == []


def test_an_input_for_a_thread_of_another_graph_is_told_whose_it_is(on: Open) -> None:
    screen = on("one", "two").on("run").run(graph="one")
    screen.app.segmented_control(key="thread_kind").set_value("Existing thread").run()
    assert "This thread has the nodes of two, not those of one. one would go on in its state." in screen.says
    screen.run(graph="two")
    assert "would go on in its state" not in screen.says


def test_a_node_that_is_gone_is_told_also_where_it_ran_and_would_run_again(on: Open) -> None:
    screen = on("two").run(thread="t")
    ended = answered(screen)
    assert ended is not None
    here = sources().source()
    assert here is not None
    asked = here.store.skeleton("t").ids[1]
    code = Path(here.target).with_name("agent.py")
    plain = 'add_node(form).add_edge("__start__", "form")'
    renamed = 'add_node("write", form).add_edge("__start__", "write")'
    code.write_text(CODE.replace(plain, renamed))
    screen.app.session_state["code_edition"] = 99
    screen.run(thread="t", checkpoint=asked)
    assert "has no such node" in screen.says
    assert next(one for one in screen.app.button if one.label == "Run again from here").disabled


def test_a_state_that_the_graph_has_no_channel_for_is_told(on: Open) -> None:
    assert "has no channel more" in on("two", more="x").run(thread="t").says
    assert "has no channel" not in on("wide", more="x").run(thread="t").says


def test_in_a_fork_a_node_that_is_gone_is_told_until_a_channel_is_changed(on: Open) -> None:
    screen = on("renamed").run(thread="t", tab="fork")
    assert "has no such node" in screen.says
    assert next(one for one in screen.app.button if one.label == "Fork and run").disabled
    screen.app.multiselect[0].select("value").run()
    assert not next(one for one in screen.app.button if one.label == "Fork and run").disabled
