import runpy
import sqlite3
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from tests.timetravel.worker.oracles.official import both_stores, found, listed, state
from ui.timetravel.model.jobs import Answer, Edits, Input, Resume
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.model.values import Typed


def parent_of(store: str, checkpoint: str, thread: str = "t") -> str | None:
    parent = found(store, thread, checkpoint).parent_config
    return parent["configurable"]["checkpoint_id"] if parent else None


def message(kind: str, text: str) -> Typed:
    """A message as the decoder tells it."""
    module = f"langchain_core.messages.{'human' if kind == 'HumanMessage' else 'ai'}"
    fields = {"content": text, "type": kind.removesuffix("Message").lower(), "id": text}
    return Typed(module, kind, fields, constructor="pydantic2", method="model_validate_json")


@both_stores
def test_running_again_from_a_checkpoint_makes_a_branch_of_it(do, store, metadata, values):
    first = do("steps", Input({"topic": "x"}))
    planned = first.checkpoints[2]
    second = do("steps", Resume(), checkpoint_id=planned)
    assert [each.node for each in second.nodes] == ["write", "check"]
    assert metadata("t", second.checkpoints[0])["source"] == "fork"
    assert parent_of(store, second.checkpoints[0]) == planned
    assert values()["log"] == ["plan", "write", "check"]


@both_stores
def test_an_edit_makes_a_branch_and_the_run_goes_on_from_it(do, store, values):
    first = do("steps", Input({"topic": "x"}))
    planned = first.checkpoints[2]
    second = do("steps", Resume(), checkpoint_id=planned, edits=Edits({"topic": "owls"}))
    assert parent_of(store, second.checkpoints[0]) == planned
    assert [each.node for each in second.nodes] == ["write", "check"]
    assert values()["topic"] == "owls!"
    assert values(checkpoint=first.head)["topic"] == "x!"


@pytest.mark.parametrize(
    ("replace", "log"), [((), ["plan", "mine", "write", "check"]), (("log",), ["mine", "write", "check"])]
)
def test_a_value_is_appended_by_the_reducer_or_replaces(do, values, replace, log):
    planned = do("steps", Input({"topic": "x"})).checkpoints[2]
    do("steps", Resume(), checkpoint_id=planned, edits=Edits({"log": ["mine"]}, replace=frozenset(replace)))
    assert values()["log"] == log


def test_replacing_where_there_is_no_reducer_is_the_same_as_writing(do, values):
    do("steps", Input({"topic": "x"}))
    do("steps", edits=Edits({"topic": "y"}, replace=frozenset({"topic"})), run=False)
    assert values()["topic"] == "y"


@both_stores
def test_a_message_stays_a_message(do, values):
    do("steps", Input({"topic": "x", "messages": [message("HumanMessage", "hello")]}))
    assert [type(each) for each in values()["messages"]] == [HumanMessage]
    edits = Edits({"messages": [message("AIMessage", "hi")]}, replace=frozenset({"messages"}))
    do("steps", edits=edits, run=False)
    (only,) = values()["messages"]
    assert isinstance(only, AIMessage)
    assert only.content == "hi"


@both_stores
def test_an_edit_alone_runs_nothing(do, values, metadata):
    do("steps", Input({"topic": "x"}))
    state = do("steps", Resume(), edits=Edits({"topic": "y"}), run=False)
    assert (state.status, state.nodes) == (RunStatus.FINISHED, ())
    assert state.head is not None
    assert metadata("t", state.head)["source"] == "update"
    assert values()["topic"] == "y"


def test_an_edit_counts_as_the_chosen_node(do):
    first = do("steps", Input({"topic": "x"}))
    state = do("steps", Resume(), edits=Edits({"topic": "y"}, as_node="plan"))
    assert first.status is RunStatus.FINISHED
    assert [each.node for each in state.nodes] == ["write", "check"]


def test_an_edit_after_parallel_nodes_asks_for_a_node(do):
    do("at_once")
    state = do("at_once", Resume(), edits=Edits({"topic": "y"}))
    assert state.status is RunStatus.FAILED
    assert state.failure is not None
    assert "Choose a node" in state.failure.message


def test_an_unknown_node_or_checkpoint_is_a_clear_failure(do):
    do("steps", Input({"topic": "x"}))
    state = do("steps", Resume(), edits=Edits({"topic": "y"}, as_node="nobody"))
    assert state.failure is not None
    assert "nobody" in state.failure.message
    state = do("steps", Resume(), checkpoint_id="1f000000-0000-6000-8000-000000000000")
    assert state.failure is not None
    assert "has no checkpoint 1f000000" in state.failure.message


def test_a_copy_runs_in_a_new_thread_and_says_where_it_came_from(do, store, values, metadata):
    first = do("steps", Input({"topic": "x"}))
    planned = first.checkpoints[2]
    state = do("steps", Resume(), checkpoint_id=planned, copy_to="new", edits=Edits({"topic": "owls"}))
    assert state.status is RunStatus.FINISHED
    assert values("new")["topic"] == "owls!"
    assert values("t")["topic"] == "x!"
    assert metadata("new", planned)["timetravel_from"] == {"thread_id": "t", "checkpoint_id": planned}
    assert parent_of(store, planned, "new") is None


def test_a_copy_without_edits_runs_the_due_nodes_again(do, values):
    planned = do("steps", Input({"topic": "x"})).checkpoints[2]
    state = do("steps", Resume(), checkpoint_id=planned, copy_to="new")
    assert [each.node for each in state.nodes] == ["write", "check"]
    assert values("new")["log"] == ["plan", "write", "check"]


def test_a_copy_never_overwrites_a_thread(do):
    planned = do("steps", Input({"topic": "x"})).checkpoints[2]
    do("steps", Input({"topic": "x"}), thread_id="new")
    state = do("steps", Resume(), checkpoint_id=planned, copy_to="new")
    assert state.failure is not None
    assert "exists already" in state.failure.message


@both_stores
@pytest.mark.parametrize("graph", ["one", "nested"])
def test_a_question_can_be_answered_in_a_copy(do, values, graph):
    asked = do(graph)
    state = do(graph, Answer({asked.interrupts[0].id: 5}), copy_to="new")
    assert state.status is RunStatus.FINISHED
    assert "answer=5" in values("new")["log"]
    assert do(graph, Answer({"": 6})).status is RunStatus.FINISHED
    assert "answer=6" in values("t")["log"]


@pytest.mark.parametrize("graph", ["one", "nested"])
@pytest.mark.parametrize("copy_to", [None, "new"])
def test_a_question_that_was_answered_can_be_answered_otherwise(do, values, graph, copy_to):
    asked = do(graph)
    do(graph, Answer({"": "first"}))
    name = asked.interrupts[0].id
    state = do(graph, Answer({name: "second"}), checkpoint_id=asked.head, copy_to=copy_to)
    assert state.status is RunStatus.FINISHED
    assert "answer=second" in values(copy_to or "t")["log"]


@both_stores
@pytest.mark.parametrize("copy_to", [None, "new"])
def test_two_questions_that_were_answered_can_be_answered_otherwise(do, values, copy_to):
    asked = do("two")
    do("two", Answer({each.id: "first" for each in asked.interrupts}))
    answers = {each.id: each.value for each in asked.interrupts}
    state = do("two", Answer(answers), checkpoint_id=asked.head, copy_to=copy_to)
    assert state.status is RunStatus.FINISHED
    assert values(copy_to or "t")["log"] == ["before", "left=left?", "right=right?"]


def test_a_state_can_be_changed_before_the_answer(do, values):
    asked = do("one")
    edits = Edits({"log": ["changed"]}, replace=frozenset({"log"}))
    state = do("one", Answer({asked.interrupts[0].id: 3}), edits=edits)
    assert state.status is RunStatus.FINISHED
    assert values()["log"] == ["changed", "answer=3", "after"]


@both_stores
def test_a_checkpoint_inside_a_subgraph_can_be_run_again(do, values, store):
    asked = do("nested")
    do("nested", Answer({"": "first"}))
    first = [each.config["configurable"] for each in listed(store) if each.config["configurable"]["checkpoint_ns"]][-1]
    namespace, inner = first["checkpoint_ns"], first["checkpoint_id"]
    state = do("nested", Resume(), checkpoint_id=inner, namespace=namespace)
    assert asked.interrupts
    assert state.status is RunStatus.INTERRUPTED
    assert do("nested", Answer({"": "second"})).status is RunStatus.FINISHED
    assert "answer=second" in values()["log"]


def test_the_copied_writes_keep_the_paths_of_their_tasks(do, store):
    do("one")
    do("one", Resume(), copy_to="new", run=False)
    query = "SELECT task_id, task_path, idx, channel, type, value FROM writes WHERE thread_id = ? AND checkpoint_id = ?"
    with sqlite3.connect(store) as connection:
        head = connection.execute("SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = 'new'").fetchone()[0]
        old, new = (sorted(connection.execute(query, (thread, head))) for thread in ("t", "new"))
    assert old
    assert old == new


@both_stores
def test_a_delta_channel_has_its_whole_value_in_a_copy(do, store):
    first = do("delta", Input({"n": 0}))
    third = first.checkpoints[3]
    state = do("delta", Resume(), checkpoint_id=third, copy_to="new")
    assert state.status is RunStatus.FINISHED
    assert _delta(store, "new") == _delta(store, "t") == ["item 0", "item 1", "item 2", "item 3"]


def _delta(store: str, thread: str) -> list[str]:
    """The value that LangGraph's own saver and channel rebuild."""
    deltas = runpy.run_path(str(Path(__file__).parents[1] / "projects" / "deltas.py"))
    return state(store, deltas["delta"], thread)["items"]


@both_stores
def test_what_a_subgraph_remembered_by_then_goes_with_the_copy(do, values):
    first = do("memory")
    at_first = values()["seen"]
    after_one_round = first.checkpoints[3]
    state = do("memory", Resume(), checkpoint_id=after_one_round, copy_to="new")
    again = do("memory", Resume(), checkpoint_id=after_one_round)
    assert state.status is again.status is RunStatus.FINISHED
    assert values("new")["seen"] == values("t")["seen"] == at_first


@both_stores
def test_a_copy_beside_a_checkpoint_runs_nothing_and_is_named_after_its_graph(do, store, metadata):
    first = do("steps", Input({"topic": "x"}))
    copy = do("steps", checkpoint_id=first.checkpoints[2], edits=Edits({}, as_node="__copy__"), run=False)
    assert (copy.status, copy.nodes) == (RunStatus.FINISHED, ())
    assert parent_of(store, copy.head) == first.checkpoints[1]
    assert (metadata("t", copy.head)["source"], metadata("t", copy.head)["graph_id"]) == ("fork", "steps")
    assert [each.node for each in do("steps", Resume()).nodes] == ["write", "check"]
