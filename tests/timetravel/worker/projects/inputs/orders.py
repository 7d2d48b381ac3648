"""States with types that LangGraph builds, and others that it does not."""

import dataclasses
import operator
from enum import StrEnum
from typing import Annotated, Any

from langchain_core.messages import AnyMessage
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.managed import IsLastStep, RemainingSteps
from pydantic import BaseModel, Field
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
    log: Annotated[list[str], operator.add]
    short: int = Field(1, alias="s")


@dataclasses.dataclass
class Parcel:
    weight: int
    left: RemainingSteps
    tags: list[str] = dataclasses.field(default_factory=list)


class Chat(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    buyer: Buyer
    log: Annotated[list[str], operator.add]
    last: IsLastStep
    remaining_steps: RemainingSteps


class Odd:
    """What pydantic has no schema for."""


class Strange(TypedDict):
    topic: str
    thing: Odd


def node(state: Any) -> dict[str, Any]:
    return {}


def of(schema: Any, **more: Any) -> Any:
    builder = StateGraph(schema, **more)
    builder.add_node("check", node)
    builder.add_node("ship", node)
    builder.add_edge(START, "check")
    builder.add_edge("check", "ship")
    return builder.compile()


order = of(Order)
parcel = of(Parcel)
chat = of(Chat)
strange = of(Strange)
checked_later = of(Chat, input_schema=Order)
