"""Values of many kinds, a question two subgraphs deep, and a delta channel that is stored in full now and then."""

import operator
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np
from langchain_core.messages import AIMessage, AnyMessage
from langgraph.channels.delta import DeltaChannel
from langgraph.graph import START, StateGraph, add_messages
from langgraph.types import Send, interrupt
from pydantic import BaseModel
from typing_extensions import TypedDict


@dataclass
class Point:
    x: int
    labels: dict[Any, str] = field(default_factory=dict)


class Form(BaseModel):
    name: str
    points: tuple[int, ...] = ()


class State(TypedDict, total=False):
    point: Point
    form: Form
    grid: Any
    parts: Any
    messages: Annotated[list[AnyMessage], add_messages]
    log: Annotated[list[str], operator.add]


def make(state: State) -> State:
    return {
        "point": Point(3, {1: "one", (2, 3): "两个"}),
        "form": Form(name="é 🎉", points=(1, 2)),
        "grid": np.arange(6.0).reshape(2, 3),
        "parts": {"set": {1}, "bytes": b"\x00\xff", "none": None},
        "messages": [AIMessage("hello", id="a")],
    }


def use(state: State) -> State:
    point, form = state["point"], state["form"]
    return {"log": [f"{point.x} {point.labels[(2, 3)]} {form.name} {form.points} {state['grid'].sum()}"]}


kinds = StateGraph(State).add_sequence([make, use]).add_edge(START, "make").compile()


def begin(state: State) -> State:
    return {"log": ["begin"]}


def ask(state: State) -> State:
    return {"log": [f"answer={interrupt('how deep?')}"]}


def finish(state: State) -> State:
    return {"log": ["finish"]}


_deepest = StateGraph(State).add_sequence([begin, ask]).add_edge(START, "begin").compile()
_middle = StateGraph(State).add_sequence([begin, ("deepest", _deepest)]).add_edge(START, "begin").compile()
deep = StateGraph(State).add_sequence([begin, ("middle", _middle), finish]).add_edge(START, "begin").compile()


def gather(state: State) -> State:
    return {"log": [f"gathered {len(state['log'])}"]}


def work(state: dict[str, Any]) -> State:
    return {"log": [f"worked on {state['item']}"]}


_map = StateGraph(State).add_node(begin).add_node(work).add_node(gather).add_edge(START, "begin")
_map.add_conditional_edges("begin", lambda state: [Send("work", {"item": i}) for i in range(3)], ["work"])
spread = _map.add_edge("work", "gather").compile()


class Growing(TypedDict, total=False):
    items: Annotated[
        list, DeltaChannel(lambda value, writes: value + [i for w in writes for i in w], snapshot_frequency=3)
    ]
    n: int


def step(state: Growing) -> Growing:
    return {"items": [f"item {state.get('n', 0)}"], "n": state.get("n", 0) + 1}


_growing = StateGraph(Growing).add_node(step).add_edge(START, "step")
_growing.add_conditional_edges("step", lambda state: "step" if state["n"] < 8 else "__end__", ["step", "__end__"])
growing = _growing.compile()
