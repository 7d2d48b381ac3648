"""Graphs that say what they were given beside their input."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Literal

from langchain_core.runnables import RunnableConfig
from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import interrupt
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


def asks(state: State, config: RunnableConfig) -> State:
    answer = interrupt("Who?")
    return {"said": f"{answer} for {config['configurable'].get('tenant', 'none')}"}


asking = graph_of(asks)


def fails_at_first(state: State, config: RunnableConfig) -> State:
    marker = Path(config["configurable"]["marker"])
    if not marker.exists():
        marker.write_text("tried")
        raise RuntimeError("the first time")
    return {"said": config["configurable"].get("tenant", "none")}


failing = graph_of(fails_at_first)


def needing(config: RunnableConfig) -> Any:
    """A graph that nobody can make, or describe, without a tenant."""
    tenant = config["configurable"]["tenant"]
    return graph_of(lambda state: {"said": f"made for {tenant}"})


@asynccontextmanager
async def opened(config: RunnableConfig) -> AsyncIterator[Any]:
    """A graph that is made in a context, as those with connections of their own are."""
    tenant = config["configurable"].get("tenant", "none")
    yield graph_of(lambda state: {"said": f"opened for {tenant}"})


def with_runtime(runtime: Any, config: RunnableConfig) -> Any:
    """As `langgraph dev` gives both."""
    told = f"{type(runtime).__name__} {config['configurable'].get('tenant', 'none')}"
    return graph_of(lambda state: {"said": told})
