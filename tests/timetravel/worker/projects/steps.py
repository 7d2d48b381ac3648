"""Three steps with a reducer: one sync, one async, one that may fail."""

import asyncio
import operator
import time
from pathlib import Path
from typing import Annotated

from langchain_core.messages import AnyMessage
from langgraph.graph import END, START, StateGraph, add_messages
from pydantic import Field
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    topic: Annotated[str, Field(description="What it is about", examples=["owls"])]
    messages: Annotated[list[AnyMessage], add_messages]
    fail: bool


def plan(state: State) -> State:
    """Plan it."""
    print("planning", state.get("topic"))
    return {"log": ["plan"]}


async def write(state: State) -> State:
    await asyncio.sleep(0)
    print("writing")
    return {"log": ["write"]}


def check(state: State) -> State:
    if state.get("fail"):
        raise ValueError("not good enough")
    return {"log": ["check"], "topic": state.get("topic", "") + "!"}


def sync_sleep(state: State) -> State:
    print("asleep")
    while True:
        time.sleep(0.05)


def short_sleep(state: State) -> State:
    print("napping", flush=True)
    time.sleep(0.6)
    return {"log": ["napped"]}


async def async_sleep(state: State) -> State:
    print("asleep")
    await asyncio.sleep(600)
    return {}


def chain(*nodes):
    builder = StateGraph(State)
    builder.add_sequence(list(nodes))
    builder.add_edge(START, nodes[0].__name__)
    builder.add_edge(nodes[-1].__name__, END)
    return builder


graph = chain(plan, write, check).compile()
uncompiled = chain(plan, check)
hangs = chain(plan, sync_sleep).compile()
naps = chain(plan, short_sleep, check).compile()
hangs_async = chain(plan, async_sleep).compile()


def made():
    return chain(plan, check)


async def made_async(config):
    assert "configurable" in config
    return chain(plan, check).compile()


def two_at_once():
    builder = StateGraph(State)
    builder.add_node("left", plan)
    builder.add_node("right", write)
    builder.add_edge(START, "left")
    builder.add_edge(START, "right")
    return builder


def here():
    return Path(__file__).parent
