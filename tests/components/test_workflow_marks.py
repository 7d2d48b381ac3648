from ui.components.workflow import progress
from ui.timetravel.worker.job import Input, Job, NodeRun, RunState, RunStatus, Try

JOB = Job("g", "s", "t", Input({}))


def test_a_node_that_failed_in_an_earlier_try_is_marked_by_its_last_one() -> None:
    failed = NodeRun("1", "work", "", 1, started=1.0, ended=2.0, error="boom")
    passed = NodeRun("1", "work", "", 1, started=5.0, ended=6.0)
    tries = (Try(1, 0.5, RunStatus.FAILED, 2.5), Try(2, 4.5, RunStatus.FINISHED, 6.5))
    marks = progress(RunState("r", JOB, RunStatus.FINISHED, 0.5, 6.5, nodes=(failed, passed), tries=tries))
    assert (marks.failed, marks.done) == (frozenset(), {"work"})
    waiting = progress(RunState("r", JOB, RunStatus.WAITING, 0.5, nodes=(failed,), tries=tries[:1]))
    assert (waiting.failed, waiting.done) == ({"work"}, frozenset())
