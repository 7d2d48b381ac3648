"""Graphs that say which settings their run had."""

from dataclasses import dataclass

from langchain_core.runnables import RunnableConfig
from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime
from typing_extensions import TypedDict


@dataclass
class Context:
    model: str = "small"


class State(TypedDict, total=False):
    topic: str
    said: str


def of_context(state: State, runtime: Runtime[Context], config: RunnableConfig) -> State:
    limit = config.get("recursion_limit")
    return {"said": f"{runtime.context.model} {limit if limit == 77 else ''}".strip()}


def of_config(state: State, config: RunnableConfig) -> State:
    return {"said": str(config["configurable"].get("tenant"))}


in_context = StateGraph(State, context_schema=Context).add_node("say", of_context).add_edge(START, "say").compile()
configured = StateGraph(State).add_node("say", of_config).add_edge(START, "say").compile()
