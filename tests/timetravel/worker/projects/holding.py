"""Graphs for a worker that stays: they wait for a file, hold up the loop, and tell what LangGraph says of a thread."""

import asyncio
import contextvars
import json
import operator
import time
from pathlib import Path
from typing import Annotated, Any

import asking
import steps
from langchain_core.runnables import RunnableConfig
from langgraph.graph import START, StateGraph
from typing_extensions import TypedDict

HISTORIES = {"steps": steps.graph, "one": asking.one, "two": asking.two, "nested": asking.nested, "fan": asking.fan}


class State(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    file: str
    graph: str
    thread: str


def told(snapshot: Any) -> dict[str, Any]:
    place, parent = snapshot.config["configurable"], snapshot.parent_config
    return {
        "id": place["checkpoint_id"],
        "parent": parent["configurable"]["checkpoint_id"] if parent else None,
        "step": snapshot.metadata["step"],
        "source": snapshot.metadata["source"],
        "next": sorted(snapshot.next),
        "values": snapshot.values,
        "failed": sorted(task.name for task in snapshot.tasks if task.error),
        "asked": sorted(task.name for task in snapshot.tasks if task.interrupts),
        "tasks": {task.id: task.name for task in snapshot.tasks},
    }


def tell_history(state: State, config: RunnableConfig) -> State:
    """Print what LangGraph's own get_state_history says, on the saver that this run is on."""
    graph = HISTORIES[state["graph"]].copy(update={"checkpointer": config["configurable"]["__pregel_checkpointer"]})
    place = {"configurable": {"thread_id": state["thread"]}}
    # Without this run's own config, which would lead into its namespace.
    history = contextvars.Context().run(lambda: list(graph.get_state_history(place)))
    print(json.dumps([told(snapshot) for snapshot in history], default=str))
    return {}


def wait(state: State) -> State:
    """Wait for a file to come, in a thread."""
    print(f"waiting for {Path(state['file']).name}", flush=True)
    while not Path(state["file"]).exists():
        time.sleep(0.01)
    print(f"found {Path(state['file']).name}")
    return {"log": ["found"]}


async def block(state: State) -> State:
    """Hold up the event loop until a file comes."""
    print("blocking", flush=True)
    while not Path(state["file"]).exists():
        time.sleep(0.01)
    await asyncio.sleep(0)
    return {"log": ["blocked"]}


def one_node(node: Any) -> Any:
    return StateGraph(State).add_node("node", node).add_edge(START, "node").compile()


histories = one_node(tell_history)
waits = one_node(wait)
blocks = one_node(block)
inner = one_node(lambda state: {"log": ["inside"]})


def calls_itself(state: State) -> State:
    """A node that runs a graph by itself, in its own thread."""
    return {"log": inner.invoke({"log": []})["log"]}


async def calls_on_the_loop(state: State) -> State:
    return {"log": inner.invoke({"log": []})["log"]}


calls = one_node(calls_itself)
calls_async = one_node(calls_on_the_loop)
