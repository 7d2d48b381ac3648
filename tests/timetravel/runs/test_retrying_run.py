"""Runs that are tried again, with real workers on the sample graphs; only the pauses are not waited for."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ui.services.create_store import make_store
from ui.services.settings import sample_graphs
from ui.timetravel.errors import WorkerError
from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.model.jobs import Edits, Input, Job, Resume
from ui.timetravel.model.project import load_project
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.runs.retries.retry_policy import RetryPolicy
from ui.timetravel.runs.retries.retrying_run import RetryingRun, RetryRegistry
from ui.timetravel.stores import Store, open_store
from ui.timetravel.worker.pool import WorkerPool

FAILS_THREE_TIMES = {"chance": 0.7, "seed": 1}
FAILS_TWICE = {"chance": 0.5, "seed": 6}


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    project = load_project(sample_graphs())
    made = WorkerPool(replace(project, env={**project.env, "TIMETRAVEL_SAMPLE_PAUSE": "0.02"}))
    yield made
    made.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    make_store(tmp_path / "store.sqlite")
    with open_store(str(tmp_path / "store.sqlite")) as opened:
        yield opened


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "runs.jsonl"


class Pauses:
    """Instead of waiting: remembers what was asked for, and goes on at once, or, once `held`, when it is stopped."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.held = False
        self.begun = threading.Event()

    def __call__(self, stop: threading.Event, seconds: float) -> bool:
        self.asked.append(seconds)
        self.begun.set()
        return stop.wait(20) if self.held else stop.is_set()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def begin(workers: WorkerPool, store: Store, log: Path, pauses: Pauses) -> Callable[..., RetryingRun]:
    def latest(thread: str) -> CheckpointId | None:
        return next(reversed(store.skeleton(thread).ids), None)

    def start(graph: str, given: dict[str, object] | None = None, tries: int = 5, **fields: object) -> RetryingRun:
        action = Resume() if given is None else Input({**given, "node_log": str(log)})
        job = replace(Job(graph, store.name, "t", action), **fields)
        return RetryingRun(workers, job, RetryPolicy(tries), latest, pauses)

    return start


def began(log: Path) -> Counter[str]:
    return Counter(json.loads(line)["node"] for line in log.read_text().splitlines())


def when(run: RetryingRun, true: Callable[[RunState], bool]) -> RunState:
    deadline = time.monotonic() + 30
    while not true(state := run.state()):
        assert state.status.live, "it ended before"
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.005)
    return state


def test_it_is_tried_until_it_passes_and_each_try_is_in_the_log(begin, log, pauses):
    state = begin("unstable_task", FAILS_THREE_TIMES).wait(60)
    assert (state.status, state.failure) == (RunStatus.FINISHED, None)
    assert [(one.number, one.status.value, one.pause) for one in state.tries] == [
        (1, "failed", 1),
        (2, "failed", 2),
        (3, "failed", 4),
        (4, "finished", None),
    ]
    assert state.tries[1].failure is not None
    assert state.tries[1].failure.message.startswith("unstable failed, as chance and seed decide")
    assert all(one.ended is not None and one.began <= one.ended for one in state.tries)
    assert pauses.asked == [1, 2, 4]
    assert began(log) == {"stable": 1, "unstable": 4, "finalize": 1}
    assert [one.node for one in state.nodes] == ["stable", *["unstable"] * 4, "finalize"]
    assert state.head == state.checkpoints[-1]
    said = "".join(piece.text for piece in state.output)
    assert all(f"run {times} of unstable on this thread" in said for times in (1, 2, 3, 4)), "each try's output is told"


def test_at_the_limit_it_ends_with_the_last_error(begin, log):
    state = begin("unstable_task", FAILS_THREE_TIMES, tries=2).wait(60)
    assert (state.status, len(state.tries)) == (RunStatus.FAILED, 2)
    assert state.failure is not None
    assert "unstable failed" in state.failure.message
    assert began(log)["unstable"] == 2


def test_a_stop_in_the_pause_ends_it_and_the_error_stays_known(begin, log, pauses):
    pauses.held = True
    run = begin("unstable_task", FAILS_THREE_TIMES)
    assert pauses.begun.wait(30)
    waiting = run.state()
    assert waiting.status is RunStatus.WAITING
    assert waiting.next_try is not None
    assert waiting.failure is not None
    assert waiting.next_try - time.time() <= 1
    run.stop()
    state = run.wait(10)
    assert (state.status, len(state.tries), state.tries[0].pause) == (RunStatus.STOPPED, 1, None)
    assert state.failure is not None
    assert began(log) == {"stable": 1, "unstable": 1}


def test_a_stop_while_a_try_runs_is_the_last_of_it(begin, pauses):
    run = begin("slow_job", {})
    when(run, lambda state: len(state.checkpoints) > 2)
    run.stop()
    state = run.wait(20)
    assert (state.status, len(state.tries), pauses.asked) == (RunStatus.STOPPED, 1, [])


def test_a_killed_worker_is_a_failed_try_and_no_finished_part_runs_again(begin, log):
    run = begin("slow_job", {"parts": 6})
    when(run, lambda state: len(state.checkpoints) > 3)
    run.kill()
    state = run.wait(60)
    assert [one.status for one in state.tries] == [RunStatus.DIED, RunStatus.FINISHED]
    survived = len(state.nodes) - 8
    assert survived in (0, 1), "at most the node that ran when it was killed began twice"
    twice = [node for node, times in began(log).items() if times > 1]
    assert len(twice) <= 1
    finished = Counter((one.step, one.node) for one in state.nodes if not one.error)
    # A node that told its end may be killed before that is saved: then it is the one that began twice.
    assert sum(finished.values()) - len(finished) <= survived, "nodes whose result was saved ran once"


def test_a_fork_with_a_change_is_changed_once(begin, store):
    first = begin("unstable_task", FAILS_TWICE, tries=1).wait(60)
    start = store.skeleton("t").ids[1]
    assert first.status is RunStatus.FAILED
    change = Edits({"processed": ["by hand"]}, as_node="stable")
    for thread in (None, "copy"):
        state = begin("unstable_task", checkpoint_id=start, edits=change, copy_to=thread).wait(60)
        assert state.status is RunStatus.FINISHED
        assert len(state.tries) > 1
        values = store.checkpoint(thread or "t", "", state.head or "").values
        assert values["processed"] == ["by hand", "delivered nothing"]


def test_a_question_is_no_failure(begin, pauses):
    state = begin("approval", {}).wait(60)
    assert (state.status, len(state.tries), pauses.asked) == (RunStatus.INTERRUPTED, 1, [])
    assert state.interrupts


def test_that_the_next_try_cannot_be_started_is_a_failure_like_any_other(begin, workers, monkeypatch):
    def refuses(job: Job) -> None:
        raise WorkerError(f"No worker for {job.graph}.")

    run = begin("unstable_task", FAILS_THREE_TIMES, tries=2)
    monkeypatch.setattr(workers, "start", refuses)
    state = run.wait(60)
    assert (state.status, [one.status.value for one in state.tries]) == (RunStatus.FAILED, ["failed", "failed"])
    assert state.failure is not None
    assert state.failure.message == "No worker for unstable_task."


def test_it_is_known_as_one_run_and_its_tries_are_not_told_beside_it(workers, store):
    known = RetryRegistry()
    run = known.start(workers, Job("approval", store.name, "t", Input({})), RetryPolicy(), lambda _: None)
    run.wait(60)
    assert known.get(run.id) is run
    assert known.all() == [run]
    assert known.single_runs() <= workers.runs.keys()
    assert run.id not in workers.runs
