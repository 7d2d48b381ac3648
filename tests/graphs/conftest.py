"""The samples are loaded as the debugger's worker loads them: with their own folder on the path, and no package."""

import importlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph.state import CompiledStateGraph

GRAPHS = Path(__file__).parents[2] / "graphs"


@pytest.fixture(autouse=True)
def _offline_and_without_pauses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(GRAPHS)
    monkeypatch.setenv("TIMETRAVEL_NODE_LOG", str(tmp_path / "node-runs.jsonl"))
    monkeypatch.setenv("TIMETRAVEL_SAMPLE_PAUSE", "0")
    for name in ("TIMETRAVEL_MODEL", "OPENAI_API_BASE", "LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=["memory", "sqlite"])
def saver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BaseCheckpointSaver[Any]]:
    if request.param == "memory":
        yield InMemorySaver()
        return
    connection = sqlite3.connect(tmp_path / "checkpoints.sqlite", check_same_thread=False)
    yield SqliteSaver(connection)
    connection.close()


@pytest.fixture
def sample(saver: BaseCheckpointSaver[Any]) -> Callable[[str], CompiledStateGraph[Any]]:
    """A sample graph by its name, with a checkpointer, as a debugger gives it one."""

    def load(name: str) -> CompiledStateGraph[Any]:
        graph: CompiledStateGraph[Any] = importlib.import_module(name).graph
        return graph.copy({"checkpointer": saver})

    return load


@pytest.fixture
def config() -> dict[str, Any]:
    return {"configurable": {"thread_id": "t"}}
