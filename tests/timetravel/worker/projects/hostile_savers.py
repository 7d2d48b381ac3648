"""Graphs compiled with savers of their own on the file that STORE names, which read it in several ways."""

import os
import pickle
import sqlite3
from typing import Any

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, MessagesState, StateGraph


class State(MessagesState):
    x: Any


class Pickling:
    """A serializer of somebody's own."""

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        return "own", pickle.dumps(obj)

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        return pickle.loads(data[1])


class Around(SqliteSaver):
    """Unpickles by itself, whatever its serializer does."""

    def get_tuple(self, config: Any) -> Any:
        found = super().get_tuple(config)
        for (value,) in self.conn.execute("SELECT value FROM writes WHERE type = 'pickle'").fetchall():
            pickle.loads(value)
        return found


def saver(kind: type[SqliteSaver], serde: Any) -> SqliteSaver:
    return kind(sqlite3.connect(os.environ["STORE"], check_same_thread=False), serde=serde)


builder = StateGraph(State).add_node("model", lambda state: {"x": 1}).add_edge(START, "model")
plain = builder.compile(checkpointer=saver(SqliteSaver, JsonPlusSerializer()))
falling_back = builder.compile(checkpointer=saver(SqliteSaver, JsonPlusSerializer(pickle_fallback=True)))
pickling = builder.compile(checkpointer=saver(SqliteSaver, Pickling()))
around = builder.compile(checkpointer=saver(Around, JsonPlusSerializer()))
