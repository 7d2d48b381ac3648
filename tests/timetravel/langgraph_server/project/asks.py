"""Nodes that ask a person: alone, twice at once, and inside a subgraph."""

import operator
from typing import Annotated, Any, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import interrupt


class State(TypedDict, total=False):
    topic: str
    answers: Annotated[list[Any], operator.add]


def prepare(state: State) -> State:
    return {"topic": state.get("topic", "").upper()}


def ask(state: State) -> State:
    return {"answers": [interrupt({"question": "Is it right?", "topic": state["topic"]})]}


def thank(state: State) -> State:
    return {"answers": ["thanks"]}


def _asking() -> StateGraph:
    builder = StateGraph(State)
    builder.add_sequence([prepare, ask, thank])
    builder.add_edge(START, "prepare")
    return builder


def _nested() -> StateGraph:
    builder = StateGraph(State)
    builder.add_node("before", lambda state: {"answers": ["before"]})
    builder.add_node("inside", _asking().compile())
    builder.add_node("after", lambda state: {"answers": ["after"]})
    builder.add_edge(START, "before")
    builder.add_edge("before", "inside")
    builder.add_edge("inside", "after")
    return builder


def _twice() -> StateGraph:
    builder = StateGraph(State)
    for name in ("left", "right"):
        builder.add_node(name, lambda state, name=name: {"answers": [interrupt({"question": name})]})
        builder.add_edge(START, name)
        builder.add_edge(name, "after")
    builder.add_node("after", thank)
    return builder


graph = _asking().compile()
twice = _twice().compile()
nested = _nested().compile()
