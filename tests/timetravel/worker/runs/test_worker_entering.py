"""Edits before the first node has run, where LangGraph by itself loses something without a word."""

from ui.timetravel.model.jobs import Edits, Input, Resume
from ui.timetravel.model.runs import RunStatus


def test_an_edit_of_the_input_checkpoint_keeps_the_rest_of_the_input(do, values):
    arrived = do("narrow", Input({"target": 3, "label": "a"})).checkpoints[0]
    do("narrow", Resume(), checkpoint_id=arrived, edits=Edits({"label": "b"}))
    assert values() == {"target": 3, "label": "b", "count": 3} | {
        name: each for name, each in values().items() if name not in ("target", "label", "count")
    }


def test_an_edit_before_the_first_node_changes_what_the_graph_takes_as_input(do, values):
    taken = do("narrow", Input({"target": 3})).checkpoints[1]
    do("narrow", Resume(), checkpoint_id=taken, edits=Edits({"target": 2}))
    assert values()["count"] == 2


def test_an_edit_that_langgraph_would_drop_is_refused_and_nothing_is_written(do, values):
    first = do("narrow", Input({"target": 3}))
    second = do("narrow", Resume(), checkpoint_id=first.checkpoints[1], edits=Edits({"count": 1}))
    assert second.status is RunStatus.FAILED
    assert second.failure is not None
    assert "count would be lost" in second.failure.message
    assert second.checkpoints == ()


def test_as_a_node_the_same_edit_goes_through(do, values):
    taken = do("narrow", Input({"target": 3})).checkpoints[1]
    do("narrow", Resume(), checkpoint_id=taken, edits=Edits({"count": 2}, as_node="increment"))
    assert values()["count"] == 3


def test_what_a_run_writes_names_its_graph(do, metadata):
    first = do("narrow", Input({"target": 1}))
    assert {metadata("t", each)["graph_id"] for each in first.checkpoints} == {"narrow"}
    edited = do("narrow", checkpoint_id=first.head, edits=Edits({"target": 2}), run=False)
    assert metadata("t", edited.checkpoints[0])["graph_id"] == "narrow"
