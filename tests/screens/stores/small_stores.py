"""Small stores for the screens, each made by running a real graph on LangGraph's own saver."""

import operator
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import StateGraph
from langgraph.types import interrupt
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    value: Any
    log: Annotated[list[str], operator.add]


def make(path: Path, node: Callable[[State], dict[str, Any]], thread: str = "t", name: str = "work") -> None:
    """One run of a graph of one node on a store; whatever the node raises stays in the store."""
    graph = StateGraph(State)
    graph.add_node(name, node)
    graph.add_edge("__start__", name)
    with SqliteSaver.from_conn_string(str(path)) as saver:
        compiled = graph.compile(checkpointer=saver)
        try:
            compiled.invoke({"value": "before"}, {"configurable": {"thread_id": thread}})
        except ValueError:
            return


def writes(value: Any) -> Callable[[State], dict[str, Any]]:
    """A node that writes this value."""
    return lambda state: {"value": value, "log": ["written"]}


def fails(state: State) -> dict[str, Any]:
    raise ValueError("<b>it broke</b>")


def asks(state: State) -> dict[str, Any]:
    return {"value": interrupt("Shall *we* go on?")}
