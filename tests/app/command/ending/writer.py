"""Somebody's app that writes checkpoints with LangGraph's own saver, for as long as it may."""

import os
from pathlib import Path

from langgraph.checkpoint.sqlite import SqliteSaver

from tests.app.command.ending.steps import graph


def write(store: str, thread: str) -> None:
    """Run the graph in one thread again and again, every checkpoint on the disk before the next step."""
    os.setsid()
    with SqliteSaver.from_conn_string(store) as saver:
        graph.checkpointer = saver
        config = {"configurable": {"thread_id": thread}}
        while True:
            graph.invoke({"log": str(Path(store).with_name("log"))}, config, durability="sync")
