"""A node that fails the first time that a thread runs it, alone and inside a subgraph."""

import operator
from pathlib import Path
from typing import Annotated, TypedDict

from langchain_core.runnables import RunnableConfig
from langgraph.graph import START, StateGraph


class OutOfLuck(Exception):
    pass


class State(TypedDict):
    log: Annotated[list[str], operator.add]


def first(state: State) -> State:
    return {"log": ["first"]}


def breaks(state: State, config: RunnableConfig) -> State:
    # A file, since each of our runs has a process of its own.
    mark = Path(__file__).with_name(f"failed-{config['configurable']['thread_id']}")
    if not mark.exists():
        mark.touch()
        raise OutOfLuck("not this time")
    return {"log": ["breaks"]}


def _failing() -> StateGraph:
    builder = StateGraph(State)
    builder.add_sequence([first, breaks])
    builder.add_edge(START, "first")
    return builder


def _nested() -> StateGraph:
    builder = StateGraph(State)
    builder.add_node("inside", _failing().compile())
    builder.add_edge(START, "inside")
    return builder


fails_once = _failing().compile()
nested = _nested().compile()
