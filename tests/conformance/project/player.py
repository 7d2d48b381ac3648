"""A graph with a memory of its own, whose one node plays a program on that memory and says what LangGraph says of it.

So the programs run where the memory is: in the worker that holds it.
"""

import pickle
from contextvars import Context
from pathlib import Path
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from typing_extensions import TypedDict

from tests.conformance.programs.local import played
from tests.conformance.programs.programs import Program


class State(TypedDict):
    """`into` is the file for what LangGraph says, as a pickle of `local.Thread`."""

    program: dict[str, Any]
    thread: str
    into: str


def play(state: State) -> None:
    # In a context of its own, or LangGraph would take the program's runs for subgraphs of this node.
    thread = Context().run(played, Program.from_data(state["program"]), saver, state["thread"])
    Path(state["into"]).write_bytes(pickle.dumps(thread))


saver = InMemorySaver()
player = StateGraph(State).add_node(play).add_edge(START, "play").compile(checkpointer=saver)
