"""Whether a change by hand is ambiguous is what LangGraph itself says when it is made."""

from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import InvalidUpdateError
from langgraph.graph import START, StateGraph

from ui.timetravel.history.inferred_node import is_ambiguous


class State(TypedDict, total=False):
    n: int


def graph() -> Any:
    made = StateGraph(State)
    for name in ("first", "left", "right", "last"):
        made.add_node(name, lambda state: {})
    made.add_edge(START, "first").add_edge("first", "left").add_edge("first", "right").add_edge(
        ["left", "right"], "last"
    )
    return made.compile(checkpointer=InMemorySaver())


@pytest.mark.parametrize("step", [0, 1, 2, 3])
def test_a_change_is_ambiguous_where_langgraph_says_so(step: int) -> None:
    compiled = graph()
    config: Any = {"configurable": {"thread_id": "t"}}
    compiled.invoke({"n": 1}, config)
    at = next(one for one in compiled.get_state_history(config) if one.metadata["step"] == step)
    seen = compiled.checkpointer.get_tuple(at.config).checkpoint["versions_seen"]
    try:
        compiled.update_state(at.config, {"n": 2})
        refused = False
    except InvalidUpdateError:
        refused = True
    assert is_ambiguous(seen, compiled.nodes) is refused


def test_versions_of_two_kinds_are_left_to_langgraph() -> None:
    assert not is_ambiguous({"a": {"x": 1}, "b": {"x": "2"}}, ["a", "b"])
