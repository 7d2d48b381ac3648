"""Where a part of LangGraph's graphs or runs is missing that nobody promised, runs go on without it, and the log says
so in one line."""

import sys
from collections.abc import Callable, Iterator
from typing import Any, TypedDict

import pytest
from langchain_core.runnables.config import var_child_runnable_config
from langgraph.graph import START, StateGraph
from langgraph.pregel._checkpoint import LATEST_VERSION

from ui.timetravel.worker.child.graphs import langgraph_internals
from ui.timetravel.worker.child.graphs.schemas.input_schema import input_schema, state_schema
from ui.timetravel.worker.child.graphs.schemas.state_types import first_readers, refuse_edit, refuse_input
from ui.timetravel.worker.child.runs.before_first_node import dropped_channels
from ui.timetravel.worker.child.shared import missing_parts
from ui.timetravel.worker.child.shared.protocol import unwritable

Lines = Callable[[], list[str]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[Lines]:
    """What the log says of missing parts, as in a process that has just begun."""
    asked = (langgraph_internals.checkpoint_format, langgraph_internals._config_variable)
    monkeypatch.setattr(missing_parts, "_said", set())
    for one in asked:
        one.cache_clear()
    yield lambda: [one.getMessage() for one in caplog.records if one.name == "timetravel"]
    for one in asked:
        one.cache_clear()


class TestTheFormatOfCheckpoints:
    def test_is_found_out_by_writing_one(self, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "langgraph.pregel._checkpoint", None)
        assert [langgraph_internals.checkpoint_format() for _ in range(2)] == [LATEST_VERSION] * 2
        assert len(lines()) == 1

    def test_is_not_known_where_that_fails_too_and_then_nothing_is_refused_for_it(
        self, lines: Lines, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "langgraph.pregel._checkpoint", None)
        monkeypatch.delattr("langgraph.graph.StateGraph")
        assert langgraph_internals.checkpoint_format() == 0
        assert unwritable(4, False, 0, "The thread") == ""
        assert len(lines()) == 2


class TestTheRunningTask:
    def test_is_nobodys_where_its_config_can_not_be_found(self, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr("langchain_core.runnables.config.var_child_runnable_config")
        assert [langgraph_internals.running_task() for _ in range(2)] == [("", "")] * 2
        assert len(lines()) == 1

    def test_has_its_node_alone_where_its_id_is_called_otherwise(self, lines: Lines) -> None:
        token = var_child_runnable_config.set({"metadata": {"langgraph_node": "node"}, "configurable": {}})
        try:
            assert [langgraph_internals.running_task() for _ in range(2)] == [("node", "")] * 2
        finally:
            var_child_runnable_config.reset(token)
        assert len(lines()) == 1


class TestStopping:
    def test_does_without_a_control(self, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr("langgraph.runtime.RunControl")
        assert langgraph_internals.new_run_control() is None
        (line,) = lines()
        assert "cancelled after its superstep" in line

    def test_does_without_a_control_in_an_old_langgraph_and_that_is_no_news(
        self, lines: Lines, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delattr("langgraph.runtime.RunControl")
        monkeypatch.setattr(langgraph_internals, "version", lambda package: "1.1.9")
        assert langgraph_internals.new_run_control() is None
        assert lines() == []


def test_hooks_of_other_handlers_are_not_known_where_they_are_kept_elsewhere(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("langchain_core.tracers.context._configure_hooks")
    assert langgraph_internals.variables_of_hooks() == []
    (line,) = lines()
    assert "not held back" in line


class State(TypedDict):
    topic: str
    number: int


class In(TypedDict):
    topic: str


def compiled() -> Any:
    builder = StateGraph(State, input_schema=In)
    builder.add_node("node", lambda state: {"number": 1})
    builder.add_edge(START, "node")
    return builder.compile()


def without_builder() -> Any:
    graph = compiled()
    del graph.builder
    return graph


def with_bare_builder() -> Any:
    graph = compiled()
    for name in ("channels", "nodes", "edges", "branches", "schemas"):
        delattr(graph.builder, name)
    return graph


class TestWhatAGraphDeclares:
    @pytest.mark.parametrize("make", [without_builder, with_bare_builder])
    def test_is_left_to_langgraph_where_it_can_not_be_found(self, lines: Lines, make: Callable[[], Any]) -> None:
        graph = make()
        assert first_readers(graph) == []
        assert dropped_channels(graph, {"number": 1}) == []
        assert state_schema(graph) == {} or "properties" in state_schema(graph)
        assert isinstance(input_schema(graph, []), dict)
        refuse_input(graph, {}, {"topic": 1})
        refuse_edit(graph, {}, {"number": "a"}, ())
        assert len(lines()) == len(set(lines())) >= 1

    def test_is_known_of_a_graph_of_today(self, lines: Lines) -> None:
        assert [reader.schema for reader in first_readers(compiled())] == [State]
        assert dropped_channels(compiled(), {"number": 1}) == ["number"]
        assert lines() == []
