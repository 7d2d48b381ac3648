"""Tasks that end in other ways than by being done, and a pause that the graph is compiled to."""

import asyncio
import operator
from typing import Annotated, TypedDict

from langgraph.cache.memory import InMemoryCache
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.types import CachePolicy


class State(TypedDict, total=False):
    topic: str
    log: Annotated[list[str], operator.add]


def quick(state: State) -> State:
    return {"log": ["quick"]}


async def slow(state: State) -> State:
    await asyncio.sleep(0.5)
    return {"log": ["slow"]}


async def fails(state: State) -> State:
    await asyncio.sleep(0.2)
    raise ValueError("boom")


def _parallel(*nodes, **options):
    builder = StateGraph(State)
    for node in nodes:
        builder.add_node(
            node.__name__, node, cache_policy=CachePolicy(key_func=lambda state: b"k") if options else None
        )
        builder.add_edge(START, node.__name__)
    return builder.compile(**options)


cached = _parallel(quick, cache=InMemoryCache())
cancelled = _parallel(fails, slow)
pauses = (
    StateGraph(State).add_node(quick).add_node("review", quick).add_edge(START, "quick").add_edge("quick", "review")
)
pauses = pauses.compile(interrupt_before=["review"])


@task
def one(topic: str) -> str:
    return topic + "!"


@entrypoint()
def workflow(given: dict) -> str:
    return one(given["topic"]).result()
