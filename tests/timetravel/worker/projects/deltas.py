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


def joined(value: list, writes: list) -> list:
    return value + [each for write in writes for each in write]


class Agent(TypedDict, total=False):
    log: Annotated[list, DeltaChannel(joined, snapshot_frequency=100)]


def _agent(name: str, reducer_state: type = Agent):
    builder = StateGraph(reducer_state).add_node("search", lambda state: {"log": ["searched"]})
    builder.add_node("read", lambda state: {"log": ["read"]})
    return builder.add_edge(START, "search").add_edge("search", "read").compile(name=name)


_AGENTS = {"researcher": _agent("researcher")}
calling = (
    StateGraph(Outer)
    .add_node("tools", lambda state: {"seen": _AGENTS["researcher"].invoke({})["log"]})
    .add_edge(START, "tools")
    .compile()
)


class Other(TypedDict, total=False):
    twice: Annotated[list, DeltaChannel(lambda value, writes: joined(value, writes), snapshot_frequency=100)]


class Another(TypedDict, total=False):
    twice: Annotated[list, DeltaChannel(lambda value, writes: joined(value, writes)[:1], snapshot_frequency=100)]


_TWO = [
    StateGraph(each).add_node("same", lambda state: {}).add_edge(START, "same").compile() for each in (Other, Another)
]
