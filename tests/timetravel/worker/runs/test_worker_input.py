"""What a graph takes as its input, and that nothing is written where it would fail at it."""

from pathlib import Path

import pytest

from ui.timetravel.model.jobs import Edits, Input, Resume
from ui.timetravel.model.runs import RunStatus

ANN = {"buyer": {"name": "Ann"}}


def is_refused(run, *words):
    assert run.status is RunStatus.FAILED
    assert run.failure is not None
    for word in words:
        assert word in run.failure.message
    assert "othing was written" in run.failure.message
    assert run.checkpoints == ()


def test_required_is_what_the_first_node_can_not_be_built_without(workers):
    schema = workers.describe("order").input_schema
    assert schema["required"] == ["buyer"], "log has its reducer's empty list"
    assert schema["$defs"]["Buyer"]["required"] == ["name"]
    assert "short" in schema["properties"], "by the channel's name"
    assert workers.describe("order").fills_defaults


def test_of_a_typed_dict_nothing_is_required_and_nothing_filled_in(workers):
    info = workers.describe("chat")
    assert list(info.input_schema["properties"]) == ["messages", "buyer", "log"], "no managed values"
    assert "required" not in str(info.input_schema)
    assert info.input_schema["properties"]["messages"]["format"] == "messages"
    assert list(info.input_schema["$defs"]) == ["Buyer"]
    assert not info.fills_defaults


def test_of_a_dataclass_managed_values_are_not_asked_for(workers):
    schema = workers.describe("parcel").input_schema
    assert list(schema["properties"]) == ["weight", "tags"]
    assert schema["required"] == ["weight"]


def test_an_input_schema_that_no_node_reads_demands_nothing(workers):
    info = workers.describe("checked_later")
    assert "required" not in info.input_schema
    assert not info.fills_defaults


def test_a_type_without_a_schema_leaves_the_other_fields_as_they_are(workers):
    info = workers.describe("strange")
    assert info.input_schema["properties"]["topic"]["type"] == "string"
    assert "type" not in info.input_schema["properties"]["thing"]
    assert info.notes == ()


@pytest.mark.parametrize(
    ("graph", "value", "words"),
    [
        ("order", {}, ["buyer: Field required"]),
        ("order", {"buyer": {}}, ["buyer.name: Field required"]),
        ("order", ANN | {"level": "highest"}, ["level: Input should be 'low' or 'high'"]),
        ("order", {"buyer": {"name": "Ann", "age": "old"}}, ["buyer.age: Input should be a valid integer"]),
        ("order", ANN | {"log": "one"}, ["log: TypeError: can only concatenate list"]),
        ("order", "Ann", ["must be an object", "'Ann'"]),
        ("order", [1], ["must be an object"]),
        ("order", None, ["null is no input"]),
        ("parcel", {}, ["'weight'"]),
        ("chat", {"log": 5}, ["log: TypeError"]),
        ("chat", {"messages": [{"role": "nobody"}]}, ["messages: "]),
    ],
    ids=str,
)
def test_an_input_that_would_fail_is_refused_with_its_path(do, store, graph, value, words):
    is_refused(do(graph, Input(value)), *words)
    assert not Path(store).exists() or Path(store).stat().st_size < 100_000


@pytest.mark.parametrize(
    ("graph", "value"),
    [
        ("order", ANN),
        ("order", {"buyer": {"name": "Ann", "age": "7"}, "level": "high", "nonsense": 1}),
        ("parcel", {"weight": "heavy"}),
        ("chat", {"messages": "hi", "buyer": 3}),
        ("chat", {}),
        ("checked_later", {"level": 9}),
    ],
    ids=str,
)
def test_an_input_that_langgraph_takes_goes_through(do, graph, value):
    assert do(graph, Input(value)).status is RunStatus.FINISHED


def test_on_a_thread_that_has_what_is_required_the_rest_is_enough(do):
    do("order", Input(ANN))
    assert do("order", Input({"level": "high"})).status is RunStatus.FINISHED
    is_refused(do("order", Input({"level": "highest"})), "level: Input should be")


@pytest.mark.parametrize("copy_to", [None, "copy"])
def test_a_change_that_the_state_can_not_hold_is_refused(do, copy_to):
    taken = do("order", Input(ANN)).checkpoints[1]
    wrong = do(
        "order", Resume(), checkpoint_id=taken, copy_to=copy_to, edits=Edits({"level": "highest"}, frozenset({"level"}))
    )
    is_refused(wrong, "level: Input should be 'low' or 'high'")
    right = do("order", Resume(), checkpoint_id=taken, edits=Edits({"level": "high"}, frozenset({"level"})))
    assert right.status is RunStatus.FINISHED


def test_what_a_reducer_refuses_is_refused_before(do):
    taken = do("order", Input(ANN)).checkpoints[1]
    is_refused(do("order", Resume(), checkpoint_id=taken, edits=Edits({"log": 3})), "log: TypeError")
