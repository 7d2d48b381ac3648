"""What is gathered from a store for a fork in a sandbox. The forks themselves are in test_worker_sandbox.py."""

import operator
import sqlite3
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.channels.delta import DeltaChannel
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command, Send, interrupt

from ui.timetravel.errors import CheckpointNotFound, NotExportable
from ui.timetravel.model.bundles import CheckpointBundle
from ui.timetravel.runs.sandbox_bundle import export_checkpoint
from ui.timetravel.serde.decode import decode
from ui.timetravel.serde.encode import encode
from ui.timetravel.stores import open_store


class State(TypedDict, total=False):
    log: Annotated[list, operator.add]


def note(state: State) -> State:
    return {"log": ["noted"]}


def ask(state: State) -> State:
    return {"log": [interrupt("really?")]}


class Growing(TypedDict, total=False):
    items: Annotated[
        list, DeltaChannel(lambda value, writes: value + [i for w in writes for i in w], snapshot_frequency=3)
    ]
    n: int


def grow(state: Growing) -> Growing:
    return {"items": [state.get("n", 0)], "n": state.get("n", 0) + 1}


def asking() -> StateGraph:
    inner = StateGraph(State).add_sequence([note, ask]).add_edge(START, "note").compile()
    middle = StateGraph(State).add_sequence([note, ("inner", inner)]).add_edge(START, "note").compile()
    return StateGraph(State).add_sequence([note, ("middle", middle)]).add_edge(START, "note")


def growing() -> StateGraph:
    builder = StateGraph(Growing).add_node(grow).add_edge(START, "grow")
    return builder.add_conditional_edges("grow", lambda s: "grow" if s["n"] < 8 else "__end__", ["grow", "__end__"])


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(tmp_path / "store.sqlite")


def invoke(store: str, builder: StateGraph, *given: Any) -> None:
    with SqliteSaver.from_conn_string(store) as saver:
        graph = builder.compile(checkpointer=saver)
        for each in given:
            graph.invoke(each, {"configurable": {"thread_id": "t"}})


def gathered(store: str, index: int = -1) -> CheckpointBundle:
    with open_store(store) as opened:
        return export_checkpoint(opened, "t", opened.skeleton("t").ids[index])


def test_a_checkpoint_comes_alone_where_it_holds_all_of_its_values(store):
    invoke(store, asking(), {"log": ["given"]})
    bundle = gathered(store, 1)
    assert [each.namespace for each in bundle.checkpoints] == [""]
    assert bundle.checkpoints[0].parent_id is None
    assert (bundle.store, bundle.thread_id, bundle.passed) == (store, "t", True)


def test_what_waits_two_subgraphs_deep_comes_along(store):
    invoke(store, asking(), {"log": ["given"]})
    bundle = gathered(store)
    depths = {each.namespace.count("|") + bool(each.namespace) for each in bundle.checkpoints}
    assert depths == {0, 1, 2}
    assert len(bundle.questions) == 1
    assert not bundle.passed


def test_a_question_that_was_answered_since_is_open_again_and_its_subgraph_starts_over(store):
    invoke(store, asking(), {"log": ["given"]}, Command(resume="yes"))
    bundle = gathered(store, -2)
    (only,) = bundle.checkpoints
    assert [write.channel for task in only.tasks for write in task.writes] == ["__interrupt__"]


def test_ancestors_come_along_as_far_back_as_the_last_snapshot_of_a_delta_channel(store):
    invoke(store, growing(), {"n": 0})
    with open_store(store) as opened:
        ids = opened.skeleton("t").ids
        held = [one for one in ids if "items" in opened.checkpoint("t", "", one).values]
        chosen = next(one for one in reversed(ids) if one not in held)
        bundle = export_checkpoint(opened, "t", chosen)
    brought = [each.checkpoint_id for each in bundle.checkpoints]
    assert brought == list(ids[ids.index(max(one for one in held if one < chosen)) : ids.index(chosen) + 1])
    assert [each.parent_id for each in bundle.checkpoints] == [None, *brought[:-1]]
    assert all(each.tasks for each in bundle.checkpoints[:-1])


@pytest.mark.parametrize("kind", ["pickle", "msgpack+other"])
def test_a_write_that_could_not_be_read_is_named_by_its_channel(store, kind):
    invoke(store, asking(), {"log": ["given"]})
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE writes SET type = ? WHERE channel = '__interrupt__'", (kind,))
    with pytest.raises(NotExportable, match='The channel "__interrupt__" can\'t be taken into a sandbox'):
        gathered(store)


def test_a_pickled_state_is_refused_with_a_sentence(store):
    invoke(store, asking(), {"log": ["given"]})
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE checkpoints SET type = 'pickle'")
    with pytest.raises(NotExportable, match="pickled"):
        gathered(store)


def test_sends_of_an_old_format_are_refused_since_they_would_be_lost(store):
    builder = StateGraph(State).add_node("begin", note).add_node("work", note).add_edge(START, "begin")
    builder.add_conditional_edges("begin", lambda _: [Send("work", {"log": []})] * 2, ["work"])
    invoke(store, builder, {"log": ["given"]})
    assert gathered(store, 2).checkpoints
    in_format_3(store, 2)
    with pytest.raises(NotExportable, match="Send"):
        gathered(store, 2)


def in_format_3(store: str, index: int) -> None:
    """Write a checkpoint of the thread anew as LangGraph did before format 4: Sends beside the channels."""
    with sqlite3.connect(store) as connection:
        ids = [one for (one,) in connection.execute("SELECT checkpoint_id FROM checkpoints ORDER BY 1")]
        here = "WHERE checkpoint_id = ?"
        (blob,) = connection.execute(f"SELECT checkpoint FROM checkpoints {here}", (ids[index],)).fetchone()
        old = decode("msgpack", blob)
        sends = old["channel_values"].pop("__pregel_tasks")
        old["channel_versions"].pop("__pregel_tasks")
        row = encode({**old, "v": 3, "pending_sends": sends})
        connection.execute(f"UPDATE checkpoints SET checkpoint = ? {here}", (row, ids[index]))


def test_a_checkpoint_that_is_not_there_is_said_so(store):
    invoke(store, asking(), {"log": ["given"]})
    with open_store(store) as opened, pytest.raises(CheckpointNotFound):
        export_checkpoint(opened, "t", "1f000000-0000-6000-8000-000000000000")
