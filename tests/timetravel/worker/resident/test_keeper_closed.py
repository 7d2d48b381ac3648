"""A worker that holds a saver whose inside is called otherwise: what its public methods do is done as ever."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.timetravel.worker.resident.test_keeper_own import do, file, own
from ui.timetravel.cleanup.plan import plan_checkpoints, plan_threads
from ui.timetravel.errors import WorkerError
from ui.timetravel.model.checkpoints import ThreadState
from ui.timetravel.model.jobs import Edits, Input, Resume
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.worker.resident.worker import ResidentWorker

__all__ = ["file", "own"]
Open = Callable[..., ResidentWorker]


@pytest.mark.parametrize("name", ["closed_memory", "closed_sqlite", "fixed_memory"])
def test_it_is_run_on_forked_and_read(own: Open, name: str) -> None:
    keeper = own(name, module="closed_savers")
    store = keeper.store()
    failed = do(keeper, "t", Input({"topic": "owls", "fail": True}))
    assert failed.status is RunStatus.FAILED
    assert store.headers("t", "", [failed.head])[0].failed == ("check",)
    do(keeper, "t", Resume(), edits=Edits({"fail": False}), run=False)
    state = do(keeper, "t", Resume())
    assert state.status is RunStatus.FINISHED
    assert store.checkpoint("t", "", state.head).values["log"] == ["plan", "write", "check"]
    copied = do(keeper, "t", Resume(), checkpoint_id=store.skeleton("t").ids[2], copy_to="copy")
    assert copied.status is RunStatus.FAILED
    states = {each.thread_id: each.state for each in store.threads().threads}
    assert states == {"copy": ThreadState.FAILED, "t": ThreadState.FINISHED}


def test_memory_that_is_closed_loses_whole_threads_only(own: Open) -> None:
    keeper = own("closed_memory", module="closed_savers")
    do(keeper, "t", Input({"topic": "owls"}))
    with pytest.raises(WorkerError, match=r"only whole threads can be deleted here.*Choose whole threads"):
        keeper.delete(plan_checkpoints(keeper.store(), "t", keep_last=1))
    plan = plan_threads(keeper.store(), datetime.now(UTC))
    assert keeper.delete(plan).checkpoints == plan.checkpoints > 2
    assert keeper.store().threads().threads == ()
