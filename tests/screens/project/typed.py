"""Graphs with a nested input, and with questions that say what an answer must be."""

import operator
from enum import StrEnum
from typing import Annotated, Any, Literal

from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
from pydantic import BaseModel
from typing_extensions import TypedDict


class Level(StrEnum):
    LOW = "low"
    HIGH = "high"


class Buyer(BaseModel):
    name: str
    age: int = 30


class Order(BaseModel):
    buyer: Buyer
    level: Level = Level.LOW
    items: list[str] = []
    gift: Buyer | None = None


class Loose(TypedDict):
    topic: str
    rounds: int
    description: str
    notes: Annotated[list[str], operator.add]


class Topic(TypedDict):
    topic: str


class Narrow(Topic):
    rounds: int
    found: Any


class Decision(BaseModel):
    action: Literal["approve", "reject"]
    amount: float = 0
    reason: str | None = None
    days: int | None = 3


def asks(state: Loose) -> dict[str, Any]:
    decision = interrupt({"question": "Refund?", "order": 7}, response_schema=Decision)
    return {"notes": [f"{decision.action} {decision.amount}"]}


def counts(state: Loose) -> dict[str, Any]:
    return {"notes": [f"{interrupt('How many?', response_schema={'type': 'integer', 'minimum': 1})!r}"]}


def reviews(state: Loose) -> dict[str, Any]:
    request = {"name": "send", "args": {"to": "Ann"}, "description": "Mind the tone."}
    config = {"action_name": "send", "allowed_decisions": ["approve", "edit", "reject"]}
    return {"notes": [str(interrupt({"action_requests": [request], "review_configs": [config]}))]}


def nothing(state: Any) -> dict[str, Any]:
    return {}


def of(schema: Any, node: Any) -> Any:
    builder = StateGraph(schema)
    builder.add_node("work", node)
    builder.add_edge(START, "work")
    return builder.compile()


order, loose = of(Order, nothing), of(Loose, nothing)
refund, count, review = of(Loose, asks), of(Loose, counts), of(Loose, reviews)

narrow = StateGraph(Narrow, input_schema=Topic).add_node("work", nothing).add_edge(START, "work").compile()
