"""Deleting from a saver that a worker holds: from memory as from a database, else whole threads by the saver."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.timetravel.worker.resident.test_keeper import project, until
from tests.timetravel.worker.resident.test_keeper_own import do, file, own
from ui.timetravel.cleanup.dependencies import read_thread
from ui.timetravel.cleanup.plan import Plan, ThreadPlan, plan_checkpoints, plan_threads
from ui.timetravel.errors import WorkerError
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.worker.resident.worker import ResidentWorker

__all__ = ["file", "own"]
Open = Callable[..., ResidentWorker]


@pytest.fixture(scope="module")
def memory() -> Iterator[ResidentWorker]:
    made = ResidentWorker(project(), grace=0.4)
    yield made
    made.close()


def run(keeper: ResidentWorker, thread: str, graph: str = "steps") -> None:
    state = keeper.start(Job(graph, keeper.target, thread, Input({}))).wait(20)
    assert state.status is RunStatus.FINISHED


def old(keeper: ResidentWorker) -> Plan:
    """Whatever is in it and over."""
    return plan_threads(keeper.store(), datetime.now(UTC))


def reads(keeper: ResidentWorker, thread: str) -> dict[Any, Any]:
    store = keeper.store()
    return {place: store.checkpoint(thread, *place).values for place in read_thread(store, thread).headers}


def test_what_is_kept_in_the_memory_of_a_worker_reads_as_before_and_goes_on(memory: ResidentWorker) -> None:
    run(memory, "some")
    before, plan = reads(memory, "some"), plan_checkpoints(memory.store(), "some", keep_last=2)
    heard: list[int] = []
    gone = memory.delete(plan, lambda so_far: heard.append(so_far.checkpoints))
    assert heard == [gone.checkpoints] == [plan.checkpoints]
    assert gone.bytes + gone.rest > 0
    going = set(plan.threads[0].delete[""])
    assert reads(memory, "some") == {place: values for place, values in before.items() if place[1] not in going}
    run(memory, "some")


def test_a_whole_thread_goes_from_the_memory_of_a_worker(memory: ResidentWorker) -> None:
    run(memory, "whole")
    plan = Plan(tuple(one for one in old(memory).threads if one.thread_id == "whole"))
    assert memory.delete(plan).threads == 1
    assert "whole" not in [one.thread_id for one in memory.store().threads().threads]


def test_a_thread_that_went_on_since_the_preview_stays_in_memory(memory: ResidentWorker) -> None:
    run(memory, "went on")
    plan = plan_checkpoints(memory.store(), "went on", keep_last=1)
    run(memory, "went on")
    before = reads(memory, "went on")
    with pytest.raises(WorkerError, match="has changed since the preview"):
        memory.delete(plan)
    assert reads(memory, "went on") == before


def test_nothing_goes_of_a_thread_in_which_a_run_is_on(memory: ResidentWorker, tmp_path: Path) -> None:
    go = tmp_path / "go"
    live = memory.start(Job("waits", memory.target, "live", Input({"file": str(go)})))
    until(lambda: live.state().nodes)
    whole = ThreadPlan("live", True, {}, total=0, bytes=0, branches=(), kept=(), seen="")
    with pytest.raises(WorkerError, match="a run is on in it"):
        memory.delete(Plan((whole,)))
    go.touch()
    assert live.wait(20).status is RunStatus.FINISHED


def test_another_saver_deletes_whole_threads_and_no_single_checkpoints(own: Open) -> None:
    keeper = own("own_sqlite")
    do(keeper, "t", Input({"topic": "owls"}))
    with pytest.raises(WorkerError, match=r"Of SqliteSaver only whole threads can be deleted here.*Nothing was"):
        keeper.delete(plan_checkpoints(keeper.store(), "t", keep_last=1))
    plan = old(keeper)
    assert keeper.delete(plan).checkpoints == plan.checkpoints > 2
    assert keeper.store().threads().threads == ()


def test_a_saver_that_can_not_delete_says_so(own: Open) -> None:
    keeper = own("own_sync")
    do(keeper, "t", Input({"topic": "owls"}))
    with pytest.raises(WorkerError, match="has no way to delete a thread"):
        keeper.delete(old(keeper))
