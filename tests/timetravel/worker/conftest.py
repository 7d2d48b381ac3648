from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.timetravel.worker.oracles.official import found
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.project import load_project
from ui.timetravel.model.runs import RunState
from ui.timetravel.worker.pool import WorkerPool

Do = Callable[..., RunState]


@pytest.fixture(scope="session")
def workers() -> Iterator[WorkerPool]:
    """Workers for the graphs in projects/: one for all tests, since every run has a process of its own anyway."""
    made = WorkerPool(load_project(Path(__file__).parent / "projects"), grace=2.5)
    yield made
    made.close()


@pytest.fixture
def store(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A new SQLite file, or, for tests that say so (see `both_stores`), a new PostgreSQL database."""
    if getattr(request, "param", "sqlite") == "postgresql":
        return str(request.getfixturevalue("postgres").database())
    return str(tmp_path / "store.sqlite")


@pytest.fixture
def do(workers: WorkerPool, store: str) -> Do:
    """Run a job on the thread "t" to its end."""

    def run(graph: str, action: Any = None, **fields: Any) -> RunState:
        job = Job(graph, fields.pop("store", store), fields.pop("thread_id", "t"), action or Input({}), **fields)
        return workers.start(job).wait(30)

    return run


@pytest.fixture
def values(store: str) -> Callable[..., dict[str, Any]]:
    """The values of a thread's latest checkpoint, read by LangGraph's own saver."""

    def read(thread: str = "t", checkpoint: str | None = None) -> dict[str, Any]:
        return found(store, thread, checkpoint).checkpoint["channel_values"]

    return read


@pytest.fixture
def metadata(store: str) -> Callable[[str, str], dict[str, Any]]:
    def read(thread: str, checkpoint: str) -> dict[str, Any]:
        return dict(found(store, thread, checkpoint).metadata)

    return read
