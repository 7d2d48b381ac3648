"""A thread of a LangGraph server is forked in a local sandbox: the server hears nothing of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import PROJECT
from ui.timetravel.model.checkpoints import visible
from ui.timetravel.model.jobs import Answer, Edits, Input, Job, Resume
from ui.timetravel.model.project import load_project
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.runs.sandbox_bundle import export_checkpoint
from ui.timetravel.stores import Store, open_store
from ui.timetravel.worker.pool import WorkerPool

Fork = Callable[..., RunState]


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    made = WorkerPool(load_project(PROJECT))
    yield made
    made.close()


@pytest.fixture
def sandbox(tmp_path: Path) -> str:
    return str(tmp_path / "sandbox.sqlite")


@pytest.fixture
def fork(workers: WorkerPool, store: Store, thread: str, sandbox: str) -> Fork:
    """Fork a checkpoint of the test's thread in the sandbox, as the thread "new"."""

    def run(graph: str, action: Any, checkpoint: str, **fields: Any) -> RunState:
        ids = store.skeleton(thread).ids
        bundle = export_checkpoint(store, thread, checkpoint)
        job = Job(graph, sandbox, thread, action, checkpoint_id=checkpoint, copy_to="new", bring=bundle, **fields)
        ended = workers.start(job).wait(30)
        assert store.skeleton(thread).ids == ids
        return ended

    return run


def values(sandbox: str) -> dict[str, Any]:
    with open_store(sandbox) as made:
        return visible(made.checkpoint("new", "", made.skeleton("new").ids[-1]).values)


@pytest.mark.parametrize(
    ("graph", "given", "index"),
    [("chain", {"topic": "x"}, 2), ("parallel", {"topic": "x"}, 2), ("sends", {"items": [1, 2, 3]}, 2)],
)
def test_a_fork_ends_as_the_thread_did(do, fork, store, thread, sandbox, graph, given, index):
    first = do(graph, Input(given))
    ended = fork(graph, Resume(), store.skeleton(thread).ids[index])
    assert ended.status is RunStatus.FINISHED
    assert ended.notes == ()
    there, here = visible(store.checkpoint(thread, "", first.head).values), values(sandbox)
    assert {name: here.get(name, []) for name in there if name != "messages"} == without_messages(there)


def without_messages(told: dict[str, Any]) -> dict[str, Any]:
    """A server tells messages as JSON, a store their type."""
    return {name: value for name, value in told.items() if name != "messages"}


def test_an_edit_goes_with_it_and_messages_are_messages_again(do, fork, sandbox):
    first = do("chain", Input({"topic": "x", "messages": [{"role": "user", "content": "hi"}]}))
    ended = fork("chain", Resume(), first.checkpoints[2], edits=Edits({"topic": "owls"}))
    assert ended.status is RunStatus.FINISHED
    assert values(sandbox)["messages"][0].name == "HumanMessage"


@pytest.mark.parametrize("graph", ["asks", "asks_twice", "nested"])
def test_questions_are_asked_again_and_answered(do, fork, graph):
    asked = do(graph, Input({"topic": "x"}))
    answer = Answer({each.id: "yes" for each in asked.interrupts})
    assert fork(graph, answer, asked.head).status is RunStatus.FINISHED
