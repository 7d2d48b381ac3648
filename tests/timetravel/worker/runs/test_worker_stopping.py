import time
from pathlib import Path

from tests.timetravel.worker.oracles.printed import printed
from ui.timetravel.model.jobs import Input, Job, Resume
from ui.timetravel.model.runs import NodeState, RunStatus


def until(true, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    """Whether no such process runs; one that is dead and only waits for its parent counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def begin(workers, store, graph):
    run = workers.start(Job(graph, store, "t", Input({"topic": "x"})))
    until(lambda: printed(run.state()) and "asleep" in "".join(printed(run.state()).values()))
    return run


def test_a_stop_waits_for_the_running_superstep_and_keeps_what_it_did(workers, store, values, do):
    run = workers.start(Job("naps", store, "t", Input({"topic": "x"})))
    until(lambda: "napping" in "".join(printed(run.state()).values()))
    run.stop()
    assert run.state().status is RunStatus.STOPPING
    assert run.wait(5).status is RunStatus.STOPPED
    assert values()["log"] == ["plan", "napped"]
    assert do("naps", Resume()).status is RunStatus.FINISHED


def test_a_coroutine_is_cancelled_at_once(workers, store, values):
    run = begin(workers, store, "hangs_async")
    run.stop()
    state = run.wait(5)
    assert (state.status, state.notes) == (RunStatus.STOPPED, ()), "a kill would leave a note"
    assert state.nodes[-1].state is NodeState.STOPPED
    assert values()["log"] == ["plan"]


def test_a_node_that_hangs_is_killed_after_the_grace_period(workers, store, values):
    run = begin(workers, store, "hangs")
    run.stop()
    state = run.wait(5)
    assert state.status is RunStatus.STOPPED
    assert "was killed" in state.notes[-1]
    assert values()["log"] == ["plan"]


def test_a_kill_ends_the_run_as_a_crash_would(workers, store):
    run = begin(workers, store, "hangs")
    run.kill()
    state = run.wait(5)
    assert state.status is RunStatus.DIED
    assert state.failure is not None
    assert "killed on request" in state.failure.message


def test_stopping_a_run_that_has_ended_changes_nothing(workers, store):
    run = workers.start(Job("steps", store, "t", Input({"topic": "x"})))
    before = run.wait(10)
    run.stop()
    run.kill()
    assert run.wait(5).status is before.status is RunStatus.FINISHED


def test_sys_exit_in_a_node_is_its_failure(do):
    for graph, node in [("sys_exit", "exits"), ("sys_exit_async", "exits_async")]:
        state = do(graph)
        assert state.status is RunStatus.FAILED
        assert state.failure is not None
        assert (state.failure.node, state.failure.type) == (node, "SystemExit")
        assert "sys.exit(" in state.failure.message


def test_a_worker_that_exits_hard_is_reported_with_its_last_output(do):
    state = do("os_exit")
    assert state.status is RunStatus.DIED
    assert state.failure is not None
    assert (state.failure.node, state.failure.type) == ("hard_exit", "WorkerDied")
    assert "exited with status 7" in state.failure.message
    assert "last words" in state.failure.traceback


def test_a_crash_in_c_is_reported_with_the_place_and_the_next_run_works(do):
    state = do("segfault")
    assert state.status is RunStatus.DIED
    assert state.failure is not None
    assert "SIGSEGV" in state.failure.message
    assert "dying.py" in state.failure.traceback
    assert do("steps", Input({"topic": "x"})).status is RunStatus.FINISHED


def test_what_a_node_started_is_gone_with_its_run(workers, store):
    run = workers.start(Job("orphan", store, "t", Input({})))
    until(lambda: "child" in "".join(printed(run.state()).values()))
    child = int(printed(run.state())["leaves_a_child"].split()[1])
    assert not gone(child)
    run.stop()
    run.wait(5)
    until(lambda: gone(child), 3)


def test_many_runs_at_once_do_not_disturb_each_other(workers, store, values):
    runs = [workers.start(Job("steps", store, f"t{n}", Input({"topic": str(n)}))) for n in range(3)]
    assert [run.wait(30).status for run in runs] == [RunStatus.FINISHED] * 3
    assert [values(f"t{n}")["topic"] for n in range(3)] == ["0!", "1!", "2!"]


def test_a_run_is_found_by_its_id_and_its_state_never_changes_afterwards(workers, store):
    run = workers.start(Job("steps", store, "t", Input({"topic": "x"})))
    early = run.state()
    run.wait(10)
    assert workers.runs.get(run.id) is run
    assert early.status is not run.state().status
    assert run.state() is run.state()
