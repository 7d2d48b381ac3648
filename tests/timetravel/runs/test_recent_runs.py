"""Which runs are remembered: all that are on, and of the ended ones the newest."""

from ui.timetravel.model.jobs import Job, Resume
from ui.timetravel.model.runs import RunState
from ui.timetravel.runs.records.recent_runs import with_run
from ui.timetravel.runs.records.run_record import Record


class ARun:
    """A run without a process."""

    def __init__(self, number: int) -> None:
        self.id = str(number)
        self.record = Record(self.id, Job("g", "store", "t", Resume()))

    def state(self) -> RunState:
        return self.record.state()


def remembered(number: int, ended: set[int]) -> list[int]:
    """The runs that are left after so many were started, of which some ended before the next began."""
    runs: dict[str, ARun] = {}
    for one in range(number):
        run = ARun(one)
        runs = with_run(runs, run)
        if one in ended:
            run.record.exited(0)
    return [int(name) for name in runs]


def test_fifty_are_remembered() -> None:
    assert remembered(50, ended=set(range(50))) == list(range(50))


def test_of_more_the_oldest_ended_one_is_forgotten() -> None:
    assert remembered(52, ended=set(range(1, 52))) == [0, *range(3, 52)]


def test_none_that_is_on_is_forgotten() -> None:
    assert remembered(60, ended=set()) == list(range(60))
