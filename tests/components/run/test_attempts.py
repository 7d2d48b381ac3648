"""The log of a run that is tried again: every try, how it ended, and what follows."""

from tests.components.conftest import Drawn, run_state
from ui.components.run.attempts import tries_log, tries_popover
from ui.timetravel.model.runs import Failure, RunStatus, Try

NO = Failure("work", "ValueError", "<b>no</b> luck", "")
FIRST = Try(1, 1_000.0, RunStatus.FAILED, 1_002.0, NO, pause=4.0)


def test_each_try_says_how_it_ended_and_what_follows(drawn: Drawn) -> None:
    state = run_state(tries=(FIRST, Try(2, 1_006.0, RunStatus.RUNNING)), most_tries=3)
    part = drawn(lambda: tries_log(state))
    assert part.says.startswith("Tries, at most 3")
    first, failure, second = (text for _, text in part.lines)
    assert first.startswith("✖ Try 1 failed · began ")
    assert first.endswith("took 2.0 s, then a pause of 4 s")
    assert failure == "ValueError: <b>no</b> luck"
    assert second.startswith("▶ Try 2 runs, since ")


def test_a_try_whose_worker_died_says_so_and_one_that_passed_too(drawn: Drawn) -> None:
    tries = (Try(1, 1_000.0, RunStatus.DIED, 1_001.0, pause=1.0), Try(2, 1_002.0, RunStatus.FINISHED, 1_003.0))
    died, passed = (text for _, text in drawn(lambda: tries_log(run_state(tries=tries, most_tries=2))).lines)
    assert died.startswith("✖ Try 1 failed: its worker died")
    assert passed.startswith("✔ Try 2 passed")
    assert "pause" not in passed


def test_a_run_that_is_not_tried_again_has_no_log(drawn: Drawn) -> None:
    part = drawn(lambda: (tries_log(run_state()), tries_popover(run_state())))
    assert part.lines == []
    assert not part.app.get("popover")


def test_where_there_is_little_room_the_log_is_behind_a_button(drawn: Drawn) -> None:
    part = drawn(lambda: tries_popover(run_state(tries=(FIRST,), most_tries=2)))
    assert [one.proto.popover.label for one in part.app.get("popover")] == ["Tries"]
    assert len(part.lines) == 2
