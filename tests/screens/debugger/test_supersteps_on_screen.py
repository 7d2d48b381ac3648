"""What the Debugger says of a superstep: the headline, the history, the drawing and the actions say the same."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command, interrupt

from tests.screens.conftest import Screen
from tests.screens.stores.small_stores import State
from ui.timetravel.history.tree.tree import build
from ui.timetravel.presentation.narration.headline import headline
from ui.timetravel.stores import open_store

Open = Callable[..., Screen]
SAVED_BESIDE = "saved beside this checkpoint"
CONFIG: Any = {"configurable": {"thread_id": "t"}}

GRAPH = """
import operator
from typing import Annotated, Any
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
from typing_extensions import TypedDict

class State(TypedDict, total=False):
    value: Any
    log: Annotated[list[str], operator.add]

def left(state): return {"log": [interrupt("Left?")]}
def right(state): return {"log": [interrupt("Right?")]}
builder = StateGraph(State)
builder.add_node("left", left).add_node("right", right).add_edge(START, "left").add_edge(START, "right")
graph = builder.compile()
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "two_questions.py").write_text(GRAPH, encoding="utf-8")
    return tmp_path / "s.sqlite"


@pytest.fixture
def graph(store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(store.parent))
    sys.modules.pop("two_questions", None)
    import two_questions

    with SqliteSaver.from_conn_string(str(store)) as saver:
        yield two_questions.builder.compile(checkpointer=saver)


def titles(screen: Screen) -> list[str]:
    return [text for look, text in screen.lines if look == "title"]


def questions(screen: Screen) -> list[str]:
    return [text for look, text in screen.lines if look == "asks"]


def with_graph(opened: Open, store: Path) -> Screen:
    spec = f"{store.parent / 'two_questions.py'}:graph"
    return opened(store, graph_specs=(spec,), sandbox=str(store.parent / "sandbox.sqlite"), page="debugger")


def test_the_title_is_what_the_engine_says_of_every_checkpoint(opened: Open, store: Path, graph: Any) -> None:
    graph.invoke({"value": 1}, CONFIG)
    graph.invoke(Command(resume={graph.get_state(CONFIG).interrupts[0].id: "yes"}), CONFIG)
    screen = opened(store)
    with open_store(str(store)) as read:
        for one in read.skeleton("t").ids:
            assert titles(screen.run(thread="t", checkpoint=one)) == [headline(read, "t", "", one)]


def test_of_two_questions_only_the_open_one_has_a_form(opened: Open, store: Path, graph: Any) -> None:
    graph.invoke({"value": 1}, CONFIG)
    graph.invoke(Command(resume={graph.get_state(CONFIG).interrupts[0].id: "yes"}), CONFIG)
    screen = with_graph(opened, store).run(thread="t")
    assert any("Right?" in one for one in questions(screen))
    assert not any("Left?" in one for one in questions(screen))
    assert "Resume" not in screen.buttons


def test_the_state_says_whose_results_it_does_not_hold_yet_where_get_state_has_them(
    opened: Open, store: Path, graph: Any
) -> None:
    graph.invoke({"value": 1}, CONFIG)
    screen = opened(store)
    assert SAVED_BESIDE not in screen.run(thread="t", tab="state").says, "nobody has written anything"
    graph.invoke(Command(resume={graph.get_state(CONFIG).interrupts[0].id: "yes"}), CONFIG)
    assert graph.get_state(CONFIG).values["log"] == ["yes"]
    lines = screen.run(thread="t", tab="state").lines
    said = "What left wrote is saved beside this checkpoint, and is taken in when the step ends: see Writes."
    assert ("text", said) in lines
    assert "yes" not in screen.app.json[0].value
    half_done = graph.get_state(CONFIG).config["configurable"]["checkpoint_id"]
    graph.invoke(Command(resume={graph.get_state(CONFIG).interrupts[0].id: "no"}), CONFIG)
    for one in (half_done, ""):
        assert SAVED_BESIDE not in screen.run(thread="t", tab="state", checkpoint=one).says


def test_where_branches_go_on_the_table_and_the_tree_say_how_many(opened: Open, store: Path, graph: Any) -> None:
    graph.invoke({"value": 1}, CONFIG)
    before = next(one for one in graph.get_state_history(CONFIG) if one.metadata["source"] == "input").config
    graph.invoke(None, before)
    graph.invoke(None, before)
    screen = opened(store)
    notes = screen.run(thread="t", history="table").app.dataframe[0].value["Note"]
    made = [int(note.split()[0]) for note in notes if note.endswith("branches go on")]
    (tree,) = screen.run(thread="t", history="tree").drawings("tree")
    with open_store(str(store)) as read:
        skeleton = build(read.skeleton("t"))
    counts = [skeleton.child_count(one) for one in skeleton.ids]
    assert made == [count for count in reversed(counts) if count > 1] != []
    assert sum(f"{made[0]} branches go on" in row for row in tree["rows"]) == 1


def test_a_question_that_was_left_behind_waits_for_nothing(opened: Open, store: Path, graph: Any) -> None:
    graph.invoke({"value": 1}, CONFIG)
    asked = graph.get_state(CONFIG).config["configurable"]["checkpoint_id"]
    graph.invoke({"value": 2}, CONFIG)
    screen = with_graph(opened, store).run(thread="t", checkpoint=asked)
    assert "was never answered here: a new input came instead" in titles(screen)[0]
    assert "waits" not in titles(screen)[0]
    assert any(one.label == "Answer it after all, on a new branch" for one in screen.app.expander)
    assert ("asks", "The run asked: Left?") in screen.lines
    assert ("quiet", "It was not answered here.") in screen.lines


def test_writes_tell_the_question_that_waits_from_the_one_that_was_answered(
    opened: Open, store: Path, graph: Any
) -> None:
    graph.invoke({"value": 1}, CONFIG)
    graph.invoke(Command(resume={graph.get_state(CONFIG).interrupts[0].id: "yes"}), CONFIG)
    screen = opened(store).run(thread="t", tab="writes")
    told = [card["word"] for drawn in screen.drawings("changes") for card in drawn["changes"]]
    assert told == ["asked", "was given the answers in", "wrote to", "asks"]


def test_writes_tell_of_every_task_of_the_superstep_what_became_of_it(opened: Open, tmp_path: Path) -> None:
    builder = StateGraph(State)
    for name in ("quick", "slow"):
        builder.add_node(name, lambda state: {}).add_edge(START, name)
    with SqliteSaver.from_conn_string(str(tmp_path / "s.sqlite")) as saver:
        graph = builder.compile(checkpointer=saver, interrupt_before=["quick", "slow"])
        graph.invoke({"value": 1}, CONFIG)
        state = graph.get_state(CONFIG)
        (quick,) = (task for task in state.tasks if task.name == "quick")
        saver.put_writes(state.config, [("value", 2)], quick.id, "~__pregel_pull, quick")  # a run killed after this
        assert graph.get_state(CONFIG).next == ("slow",)
    lines = opened(tmp_path / "s.sqlite").run(thread="t", tab="writes").lines
    assert [text for kind, text in lines if kind == "heading"][:2] == ["quick", "slow"]
    assert ("quiet", f"done · task {quick.id}") in lines
    assert ("quiet", "It left nothing here, and runs when the thread is gone on with from here.") in lines


def test_with_several_questions_it_is_said_which_answer_is_missing(opened: Open, store: Path, graph: Any) -> None:
    graph.invoke({"value": 1}, CONFIG)
    screen = with_graph(opened, store).run(thread="t")
    screen.app.text_area[0].set_value("yes").run()
    screen.click("Answer and go on")
    assert "“Right?”: Type an answer first." in screen.says
    assert "“Left?”: " not in screen.says


def test_the_table_and_the_tree_note_each_node_by_itself(opened: Open, store: Path, graph: Any) -> None:
    graph.invoke({"value": 1}, CONFIG)
    graph.invoke(Command(resume={graph.get_state(CONFIG).interrupts[0].id: "yes"}), CONFIG)
    screen = opened(store).run(thread="t", history="table")
    notes = list(screen.app.dataframe[0].value["Note"])
    assert notes[0] == "right asks, left asked, left done, latest"
    assert screen.app.dataframe[0].value["Next"][0] == "right"
    (tree,) = screen.run(thread="t", history="tree").drawings("tree")
    assert "right asks" in tree["rows"][0]


def test_the_columns_of_the_table_are_no_broader_than_what_is_in_them(opened: Open, store: Path, graph: Any) -> None:
    graph.invoke({"value": 1}, CONFIG)
    columns = json.loads(opened(store).run(thread="t", history="table").app.dataframe[0].proto.columns)
    widths = {name: columns[name]["width"] for name in ("Step", "Made by", "Note")}
    assert widths["Made by"] < 80, "start, input"
    assert widths["Note"] == 130, "left asks, right asks, latest: as broad as a column gets"
    assert sum(widths.values()) < 300, "whole beside a checkpoint at 1100 pixels"


def test_names_are_the_same_in_every_column(opened: Open, tmp_path: Path) -> None:
    name = "_草稿_✍️_"
    graph = StateGraph(State)
    graph.add_node(name, lambda state: {"value": interrupt("?")}).add_edge(START, name)
    with SqliteSaver.from_conn_string(str(tmp_path / "s.sqlite")) as saver:
        graph.compile(checkpointer=saver).invoke({"value": 1}, CONFIG)
    screen = opened(tmp_path / "s.sqlite").run(thread="t", history="table")
    row = screen.app.dataframe[0].value.iloc[0]
    assert (row["Next"], row["Note"]) == (name, f"{name} asks, latest")
    assert f"next is {name}. {name} asks and waits" in titles(screen)[0]


def test_writes_do_not_say_that_nothing_ran_where_a_run_may_have_been_cut_off(opened: Open, tmp_path: Path) -> None:
    graph = StateGraph(State)
    graph.add_node("work", lambda state: {"value": 2}).add_edge(START, "work")
    with SqliteSaver.from_conn_string(str(tmp_path / "s.sqlite")) as saver:
        graph.compile(checkpointer=saver, interrupt_before=["work"]).invoke({"value": 1}, CONFIG)
    screen = opened(tmp_path / "s.sqlite").run(thread="t", tab="writes")
    assert "none ran from it, or it was cut off before it was saved" in screen.says
