"""The list of tasks: how far each is, in words; a click opens one, and Stop stops its run."""

from datetime import UTC, datetime

import pytest

from tests.components.conftest import Drawn, Part, ShownRun, run_state
from ui.components.tasks.list import more_tasks, state_of, tally, task_list
from ui.services.pipeline_tasks import Progress, TaskStatus
from ui.session.view import View
from ui.timetravel.model.checkpoints import ThreadState
from ui.timetravel.model.runs import NodeRun, RunStatus

pytestmark = pytest.mark.usefixtures("looked_at")

THEN = datetime(2026, 11, 1, 10, 0, tzinfo=UTC)
WRITES = TaskStatus("a", "<b>Tides</b>", Progress(2, ("draft",)), THEN, ThreadState.UNFINISHED, head="1")
FAILED = TaskStatus("b", "", Progress(0, ("research",)), THEN, ThreadState.FAILED, error="no", name="**B**")
RUN = ShownRun(run_state(thread="a", nodes=(NodeRun("t", "draft", "", 3, 1.0),)))


def shown(drawn: Drawn, *tasks: TaskStatus, selected: str = "", run: ShownRun | None = None) -> Part:
    live = {"a": run} if run else {}
    return drawn(lambda: task_list(tasks, live, selected), View(checkpoint="x"))


def test_each_task_says_how_far_it_is_and_how_it_stands(drawn: Drawn) -> None:
    (data,) = shown(drawn, WRITES, FAILED, selected="b").drawings("list")
    first, second = data["tasks"]
    assert (first["topic"], first["state"], first["progress"]) == ("<b>Tides</b>", "unfinished", "outline, 2 of 4")
    assert (first["done"], first["of"], first["part"], first["now"]) == (2, 4, "", "")
    assert (second["topic"], second["name"], second["state"]) == ("(no topic)", "**B**", "failed")
    assert (second["part"], second["progress"], data["selected"]) == ("failed", "not begun, 0 of 4", "b")
    assert first["updated"] == "2026-11-01"


def test_a_task_that_runs_says_which_stage_does_and_can_be_stopped(drawn: Drawn) -> None:
    (data,) = shown(drawn, WRITES, FAILED, run=RUN).drawings("list")
    first, second = data["tasks"]
    assert (first["state"], first["now"], first["stops"], first["stopping"]) == ("running", ": draft", True, False)
    assert second["stops"] is False


def test_a_task_that_is_being_stopped_says_so(drawn: Drawn) -> None:
    stopping = ShownRun(run_state(RunStatus.STOPPING, thread="a"))
    assert shown(drawn, WRITES, run=stopping).drawings("list")[0]["tasks"][0]["stopping"] is True


def test_a_click_opens_a_task_of_the_list(drawn: Drawn) -> None:
    part = shown(drawn, WRITES, FAILED).tell("list", clicked="b")
    assert (part.view.thread, part.view.checkpoint) == ("b", "")


def test_stop_stops_the_run_of_its_row_and_no_other(drawn: Drawn) -> None:
    run = ShownRun(run_state(thread="a"))
    part = shown(drawn, WRITES, FAILED, run=run)
    part.tell("list", stopped="b")
    assert run.asked == []
    part.tell("list", stopped="a")
    assert run.asked == ["stop"]


def test_without_a_task_the_list_is_empty(drawn: Drawn) -> None:
    assert shown(drawn).drawings("list")[0]["tasks"] == []
    assert drawn(more_tasks).buttons == []


def test_the_tally_counts_each_state_once() -> None:
    asks = TaskStatus("c", "x", Progress(1, ()), THEN, ThreadState.INTERRUPTED)
    assert tally([WRITES, FAILED, asks, FAILED], {"a": RUN}) == "4 tasks: 1 running, 1 waits and 2 failed"
    assert state_of(asks, False) == "waits"
