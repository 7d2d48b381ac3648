"""Questions: one, two at once, and one inside a subgraph."""

import operator
from typing import Annotated

from langgraph.graph import START, StateGraph
from langgraph.types import Send, interrupt
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    items: list[str]


def before(state: State) -> State:
    return {"log": ["before"]}


def ask(state: State) -> State:
    return {"log": [f"answer={interrupt({'question': 'how many?', 'choices': (1, 2)})}"]}


def ask_left(state: State) -> State:
    return {"log": [f"left={interrupt('left?')}"]}


def ask_right(state: State) -> State:
    return {"log": [f"right={interrupt('right?')}"]}


def after(state: State) -> State:
    return {"log": ["after"]}


_one = StateGraph(State).add_sequence([before, ask, after]).add_edge(START, "before")
one = _one.compile()

_two = StateGraph(State)
for _node in (before, ask_left, ask_right):
    _two.add_node(_node)
_two.add_edge(START, "before").add_edge("before", "ask_left").add_edge("before", "ask_right")
two = _two.compile()

_inner = StateGraph(State).add_sequence([("first", before), ("ask", ask)]).add_edge(START, "first").compile()
_outer = StateGraph(State).add_sequence([before, ("inside", _inner), after]).add_edge(START, "before")
nested = _outer.compile()


def work(state: State) -> State:
    return {"log": [f"worked on {state['items'][0]}"]}


_fan = StateGraph(State)
_fan.add_node(before)
_fan.add_node(work)
_fan.add_edge(START, "before")
_fan.add_conditional_edges("before", lambda state: [Send("work", {"items": [i]}) for i in state["items"]], ["work"])
fan = _fan.compile()
