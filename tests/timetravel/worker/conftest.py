import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from ui.timetravel.project import load_project
from ui.timetravel.worker.client import Workers
from ui.timetravel.worker.job import Input, Job, RunState

Do = Callable[..., RunState]


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    """Workers for the graphs in projects/: one for all tests, since every run has a process of its own anyway."""
    made = Workers(load_project(Path(__file__).parent / "projects"), grace=2.5)
    yield made
    made.close()


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(tmp_path / "store.sqlite")


@pytest.fixture
def do(workers: Workers, store: str) -> Do:
    """Run a job on the thread "t" to its end."""

    def run(graph: str, action: Any = None, **fields: Any) -> RunState:
        job = Job(graph, store, fields.pop("thread_id", "t"), action or Input({}), **fields)
        return workers.start(job).wait(30)

    return run


@pytest.fixture
def values(store: str) -> Callable[..., dict[str, Any]]:
    """The values of a thread's latest checkpoint, read by LangGraph's own saver."""

    def read(thread: str = "t", checkpoint: str | None = None) -> dict[str, Any]:
        configurable = {"thread_id": thread, "checkpoint_ns": ""} | (
            {"checkpoint_id": checkpoint} if checkpoint else {}
        )
        with SqliteSaver.from_conn_string(store) as saver:
            found = saver.get_tuple({"configurable": configurable})
        assert found is not None
        return found.checkpoint["channel_values"]

    return read


@pytest.fixture
def metadata(store: str) -> Callable[[str, str], dict[str, Any]]:
    def read(thread: str, checkpoint: str) -> dict[str, Any]:
        query = "SELECT metadata FROM checkpoints WHERE thread_id = ? AND checkpoint_id = ?"
        with sqlite3.connect(store) as connection:
            return json.loads(connection.execute(query, (thread, checkpoint)).fetchone()[0])

    return read
