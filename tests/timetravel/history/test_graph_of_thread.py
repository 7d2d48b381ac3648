"""Which graph a thread is of, and what of it a graph lacks, by what its checkpoints hold."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ui.timetravel.history.graph_of_thread import changes_since, fitting, lacking, traces
from ui.timetravel.model.checkpoints import Checkpoint, Header
from ui.timetravel.model.graphs import ChannelInfo, GraphInfo


def checkpoint(*due: str, namespace: str = "", **fields: Any) -> Checkpoint:
    head = Header("t", namespace, "2", None, datetime.now(UTC), 1, "loop", 10)
    return Checkpoint(
        head,
        values=fields.get("values", {}),
        versions=fields.get("versions", {"x": "1"}),
        versions_seen=fields.get("seen", {}),
        format=4,
        next=due,
    )


def graph(name: str, *nodes: str, inside: Any = None, **channels: str) -> GraphInfo:
    declared = tuple(ChannelInfo(one, kind) for one, kind in channels.items())
    return GraphInfo(name, "", (), (), declared, {}, node_names={"": ("__start__", *nodes), **(inside or {})})


def fit(found: Checkpoint, *graphs: GraphInfo) -> list[str]:
    return fitting(traces(found), {one.name: one for one in graphs})


ONE, TWO = graph("one", "add", x="int"), graph("two", "form", "send", x="int")


@pytest.mark.parametrize(
    "found",
    [
        checkpoint("form"),
        checkpoint(seen={"__start__": {}, "form": {}, "__interrupt__": {}}),
        checkpoint(versions={"branch:to:send": "2"}),
    ],
    ids=["due", "ran", "to run"],
)
def test_nodes_that_are_due_ran_or_were_to_run_tell_the_graph(found: Checkpoint) -> None:
    assert fit(found, ONE, TWO) == ["two"]


def test_of_graphs_with_the_same_nodes_the_channels_tell_which() -> None:
    other = graph("other", "form", "send", x="int", y="int")
    assert fit(checkpoint("form", values={"x": 1, "y": 2}), TWO, other) == ["other"]
    assert fit(checkpoint("form", values={"x": 1}), TWO, other) == ["two", "other"]


def test_a_thread_of_no_graph_that_is_here_fits_none() -> None:
    assert fit(checkpoint("form", seen={"gone": {}}), ONE, TWO) == []


def test_a_thread_that_tells_nothing_fits_all() -> None:
    assert fit(checkpoint("__start__"), ONE, TWO) == ["one", "two"]


def test_what_is_due_and_not_in_the_graph_is_told_also_inside_a_subgraph() -> None:
    parent = graph("g", "sub", inside={"sub": ("__start__", "ask")})
    assert lacking(checkpoint("draft", "sub"), parent) == ["draft"]
    assert lacking(checkpoint("ask", namespace="sub:1234"), parent) == []
    assert lacking(checkpoint("gone", namespace="sub:1234"), parent) == ["gone"]
    assert lacking(checkpoint("ask", namespace="old:1234"), parent) == ["old"]
    assert lacking(checkpoint("any", namespace="sub:1234|called:5678"), parent) == []


def test_what_is_done_at_a_checkpoint_and_would_run_again_is_due_there_too() -> None:
    done = checkpoint()
    done = replace(done, header=replace(done.header, due=("draft",)))
    assert lacking(done, graph("g", "write")) == ["draft"]
    assert fit(done, graph("a", "draft"), graph("b", "write")) == ["a"]


def test_channels_that_went_and_came_are_told() -> None:
    found = changes_since(checkpoint(values={"old": 1}), graph("g", "a", new="int"))
    assert "has no channel old" in found[0]
    assert "The graph has new, which this checkpoint does not hold" in found[0]


@pytest.mark.parametrize(
    ("value", "declared", "words"),
    [
        ("a", "list", "a str"),
        ([], "str", "a list"),
        ("1", "int", "a str"),
        ({}, "int", "a dict"),
        (7, "str", "an int"),
        (1, "float", ""),
        (None, "str", ""),
        ("a", "str | None", ""),
        ([1], "list[dict[str, int | str]]", ""),
        ({}, "Topic", ""),
        ("a", "Any", ""),
        ("a", "int | Topic", ""),
    ],
)
def test_a_type_that_a_value_can_not_be_of_is_told(value: Any, declared: str, words: str) -> None:
    found = changes_since(checkpoint(values={"log": value}), graph("g", "a", log=declared))
    assert bool(found) is bool(words)
    assert not words or f"log is {words} here" in found[0]


def test_nothing_is_told_where_the_store_tells_no_versions_or_the_graph_no_channels() -> None:
    assert changes_since(checkpoint(values={"(encrypted)": 1}, versions={}), graph("g", "a", x="int")) == []
    assert changes_since(checkpoint(values={"x": 1}), graph("g", "a")) == []
