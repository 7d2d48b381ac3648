"""A channel whose value is spread over its ancestors (DeltaChannel), and one that is a subgraph's own memory."""

import operator
from typing import Annotated

from langgraph.channels.delta import DeltaChannel
from langgraph.graph import START, StateGraph
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    items: Annotated[
        list, DeltaChannel(lambda value, writes: value + [i for w in writes for i in w], snapshot_frequency=100)
    ]
    n: int


def step(state: State) -> State:
    return {"items": [f"item {state.get('n', 0)}"], "n": state.get("n", 0) + 1}


def again(state: State) -> str:
    return "step" if state["n"] < 4 else "__end__"


_builder = StateGraph(State).add_node(step).add_edge(START, "step")
_builder.add_conditional_edges("step", again, ["step", "__end__"])
delta = _builder.compile()


class Inner(TypedDict, total=False):
    seen: Annotated[list, operator.add]


class Outer(TypedDict, total=False):
    seen: list
    rounds: int


def remember(state: Inner) -> Inner:
    return {"seen": ["x"]}


_memory = StateGraph(Inner).add_node(remember).add_edge(START, "remember").compile(checkpointer=True)


def count(state: Outer) -> Outer:
    return {"rounds": state.get("rounds", 0) + 1}


_outer = StateGraph(Outer).add_node("memory", _memory).add_node(count).add_edge(START, "memory")
_outer.add_edge("memory", "count")
_outer.add_conditional_edges(
    "count", lambda state: "memory" if state["rounds"] < 3 else "__end__", ["memory", "__end__"]
)
memory = _outer.compile()
