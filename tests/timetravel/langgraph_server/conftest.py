import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.server import LangGraphServer
from ui.timetravel.langgraph_server.runner import ServerRuns
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.runs import RunState
from ui.timetravel.stores import Store, open_store

Do = Callable[..., RunState]


@pytest.fixture(scope="session")
def runs(langgraph_server: LangGraphServer) -> Iterator[ServerRuns]:
    made = ServerRuns(langgraph_server.url)
    yield made
    made.close()


@pytest.fixture(scope="session")
def store(langgraph_server: LangGraphServer) -> Iterator[Store]:
    with open_store(langgraph_server.url) as opened:
        yield opened


@pytest.fixture
def thread() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def job(langgraph_server: LangGraphServer, thread: str) -> Callable[..., Job]:
    """A job on the test's thread, with the input {"topic": "x"} if nothing else is said."""

    def make(graph: str, action: Any = None, **fields: Any) -> Job:
        thread_id = fields.pop("thread_id", thread)
        return Job(graph, langgraph_server.url, thread_id, action or Input({"topic": "x"}), **fields)

    return make


@pytest.fixture
def do(runs: ServerRuns, job: Callable[..., Job]) -> Do:
    """Run a job to its end."""
    return lambda graph, action=None, **fields: runs.start(job(graph, action, **fields)).wait(30)


@pytest.fixture
def values(store: Store, thread: str) -> Callable[..., dict[str, Any]]:
    """The values of a checkpoint, the latest one of the test's thread if nothing else is said."""

    def read(checkpoint: str = "", thread_id: str = thread) -> dict[str, Any]:
        one = checkpoint or store.skeleton(thread_id).ids[-1]
        return dict(store.checkpoint(thread_id, "", one).values)

    return read
