"""Stores made again from rows that other programs wrote once: LangGraph.js, and LangGraph's older versions."""

import base64
import sqlite3
from pathlib import Path
from typing import Any

# The tables of LangGraph's Python saver before `task_path`, and of LangGraph.js.
_TABLES = """
    CREATE TABLE checkpoints (
        thread_id TEXT NOT NULL, checkpoint_ns TEXT NOT NULL DEFAULT '', checkpoint_id TEXT NOT NULL,
        parent_checkpoint_id TEXT, type TEXT, checkpoint BLOB, metadata BLOB,
        PRIMARY KEY (thread_id, checkpoint_ns, checkpoint_id));
    CREATE TABLE writes (
        thread_id TEXT NOT NULL, checkpoint_ns TEXT NOT NULL DEFAULT '', checkpoint_id TEXT NOT NULL,
        task_id TEXT NOT NULL, idx INTEGER NOT NULL, channel TEXT NOT NULL, type TEXT, value BLOB,
        PRIMARY KEY (thread_id, checkpoint_ns, checkpoint_id, task_id, idx));
"""


def written(rows: dict[str, Any], path: Path) -> Path:
    """Make the file at `path` hold the "checkpoints" and "writes" of `rows`: lists in the order of the columns."""
    connection = sqlite3.connect(path)
    connection.executescript(_TABLES)
    for *key, checkpoint, metadata in rows["checkpoints"]:
        values = (*key, blob(checkpoint), metadata.encode())
        connection.execute("INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    for *key, value in rows["writes"]:
        connection.execute("INSERT INTO writes VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*key, blob(value)))
    connection.commit()
    connection.close()
    return path


def blob(value: str | dict[str, str]) -> bytes:
    """The bytes of a cell, which are in the file as text, or as base64 where they are none."""
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"])
