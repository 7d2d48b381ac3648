"""A graph of many short supersteps, three tasks in each, that count in a file how often they began."""

import operator
import os
import time
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.graph import START, StateGraph

STEPS = 12
TASKS = 3


class State(TypedDict, total=False):
    log: str
    done: Annotated[list[str], operator.add]


def _node(name: str, seconds: float) -> Any:
    def work(state: State) -> State:
        with Path(state["log"]).open("a") as stream:
            stream.write(f"{name}\n")
        time.sleep(seconds)
        return {"done": [name]}

    return work


def _graph() -> Any:
    builder = StateGraph(State)
    pause = float(os.environ.get("STEPS_PAUSE", "0.004"))
    for step in range(STEPS):
        names = [f"step{step}_{task}" for task in range(TASKS)]
        for task, name in enumerate(names):
            builder.add_node(name, _node(name, pause * task))
            if step == 0:
                builder.add_edge(START, name)
            else:
                builder.add_edge([f"step{step - 1}_{each}" for each in range(TASKS)], name)
    return builder.compile()


graph = _graph()
