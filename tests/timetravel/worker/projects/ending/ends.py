"""Tasks that end in other ways than by being done: from a cache, cancelled, handled, saved before; and pauses."""

import asyncio
import operator
import time
from typing import Annotated

from langgraph.cache.memory import InMemoryCache
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.types import CachePolicy, Send, interrupt
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    n: int


def quick(state: State) -> State:
    return {"log": ["quick"]}


async def slow(state: State) -> State:
    await asyncio.sleep(0.5)
    return {"log": ["slow"]}


async def endless(state: State) -> State:
    await asyncio.sleep(600)
    return {}


def in_a_thread(state: State) -> State:
    time.sleep(0.6)
    return {"log": ["thread"]}


async def fails(state: State) -> State:
    await asyncio.sleep(0.2)
    raise ValueError("boom")


def also_fails(state: State) -> State:
    raise KeyError("worse")


def asks(state: State) -> State:
    return {"log": [interrupt("really?")]}


def after_work(state: State) -> State:
    return {"log": ["end"]}


def handler(state: State) -> State:
    return {"log": ["handled"]}


def numbered(state: State) -> State:
    return {"log": [f"n{state['n']}"]}


def parallel(*nodes, **options):
    builder = StateGraph(State)
    for node in nodes:
        builder.add_node(node.__name__, node)
        builder.add_edge(START, node.__name__)
    return builder.compile(**options)


_cached = StateGraph(State)
_cached.add_node("first", quick)
_cached.add_node("numbered", numbered, cache_policy=CachePolicy(key_func=lambda state: str(state["n"])))
_cached.add_node("more", after_work)
_cached.add_edge(START, "first")
_cached.add_conditional_edges("first", lambda state: [Send("numbered", {"n": n}) for n in (1, 2)], ["numbered"])
_cached.add_edge("numbered", "more")
_cached.add_conditional_edges(
    "more", lambda state: [Send("numbered", {"n": n}) for n in (3, 1, 2) if len(state["log"]) < 5], ["numbered"]
)
cached = _cached.compile(cache=InMemoryCache())

cached_inside = StateGraph(State).add_node("cached", cached).add_edge(START, "cached").compile()

cancelled = parallel(fails, slow, in_a_thread)
inner = parallel(slow)
inner.name = "inner"
_deep = StateGraph(State)
_deep.add_node("inner", inner)
_deep.add_node("fails", fails)
_deep.add_edge(START, "inner")
_deep.add_edge(START, "fails")
cancelled_inside = _deep.compile()

asks_beside = parallel(asks, quick)

_handled = StateGraph(State)
_handled.add_node("fails", fails, error_handler=handler)
_handled.add_node("also_fails", also_fails)
_handled.add_edge(START, "fails")
_handled.add_edge("fails", "also_fails")
_handled.add_edge(START, "slow")
_handled.add_node("slow", slow)
_handled.add_edge("slow", "also_fails")
handled = _handled.compile()


@task
def one(number: int) -> int:
    return number + 1


@entrypoint(checkpointer=InMemorySaver())
def workflow(number: int) -> entrypoint.final[int, int]:
    first = one(number).result()
    interrupt("go on?")
    return entrypoint.final(value=one(first).result(), save=first)


@entrypoint()
def plain_workflow(number: int) -> entrypoint.final[int, int]:
    first = one(number).result()
    return entrypoint.final(value=one(first).result(), save=first)


one_quick_one_endless = parallel(quick, endless)

_choice = StateGraph(State).add_node("prep", quick).add_node("asks", asks).add_node("never", quick)
_choice.add_edge(START, "prep").add_conditional_edges("prep", lambda state: "asks", ["asks", "never"])
with_a_choice = StateGraph(State).add_node("inner", _choice.compile()).add_edge(START, "inner").compile()


def _chain(**options):
    builder = StateGraph(State).add_node("write", quick).add_node("review", after_work).add_node("publish", after_work)
    builder.add_edge(START, "write").add_edge("write", "review").add_edge("review", "publish")
    return builder.compile(**options)


stops_before = _chain(interrupt_before=["review"])
stops_after = _chain(interrupt_after=["write"])
stops_always = _chain(interrupt_before="*")
_around = StateGraph(State).add_node("around", stops_before).add_edge(START, "around")
stops_inside = _around.compile()
_AGENTS = {"one": stops_before}
_called = StateGraph(State).add_node("calls", lambda state: _AGENTS["one"].invoke({"log": []})).add_edge(START, "calls")
stops_in_a_call = _called.compile()
