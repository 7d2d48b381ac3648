"""Graphs that say what they were given beside their input."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from langchain_core.runnables import RunnableConfig
from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime
from pydantic import BaseModel, SecretStr
from typing_extensions import TypedDict


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Inner:
    size: int = 1


@dataclass
class Nested:
    inner: Inner = field(default_factory=Inner)
    colour: Colour = Colour.RED
    mode: Literal["slow", "fast"] = "slow"


@dataclass
class Needy:
    model: str
    limit: int = 3


class Strict(BaseModel):
    api_key: SecretStr
    user: str = "nobody"


class Config(TypedDict, total=False):
    user_id: str


class State(TypedDict, total=False):
    n: int
    said: str


def of_context(state: State, runtime: Runtime[Any]) -> State:
    return {"said": repr(runtime.context)}


def of_config(state: State, config: RunnableConfig) -> State:
    given = config.get("configurable", {})
    named = {name: given[name] for name in sorted(given) if name in ("tenant", "user_id", "tools", "api_key")}
    return {"said": repr((named, config.get("recursion_limit", 9999) < 1000, config.get("tags") or []))}


def graph_of(node: Any, context: Any = None) -> Any:
    return StateGraph(State, context_schema=context).add_node("say", node).add_edge(START, "say").compile()


nested = graph_of(of_context, Nested)
needy = graph_of(of_context, Needy)
strict = graph_of(of_context, Strict)
config = graph_of(of_config, Config)


def made(config: RunnableConfig) -> Any:
    """A graph that can't be made without a value of each run."""
    tenant = config["configurable"].get("tenant", "none")
    return graph_of(lambda state: {"said": f"made for {tenant}"})
