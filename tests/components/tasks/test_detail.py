"""One task: how it stands, its log, its result, what can be done with it, and what it can be rolled back to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import streamlit as st

from tests.components.conftest import Drawn, Part, ShownRun, Started, run_state
from ui.components.tasks.detail import task_history, task_output, task_status
from ui.services.pipeline_tasks import KEPT, Progress, Saved, TaskStatus
from ui.timetravel.model.checkpoints import ThreadState
from ui.timetravel.model.jobs import Resume
from ui.timetravel.model.runs import Failure, RunStatus

pytestmark = pytest.mark.usefixtures("with_graph")

Ids = Mapping[str, tuple[str, ...]]
THEN = datetime(2026, 11, 1, 10, 0, tzinfo=UTC)
TASK = TaskStatus("loop", "**Tides** <b>", Progress(2, ("draft",)), THEN, ThreadState.UNFINISHED, head="1")


def status(drawn: Drawn, task: TaskStatus, run: ShownRun | None = None) -> Part:
    return drawn(lambda: task_status(task, run, lambda: st.caption("(link)")))


def test_it_says_how_the_task_stands_and_its_topic_is_text(drawn: Drawn) -> None:
    said = status(drawn, TASK).said_by
    assert said["title"] == ["**Tides** <b>"]
    assert "Status: unfinished\nStage: outline, 2 of 4\nNext: draft\nUpdated at: " in said["text"][0]
    assert any("stages that are done do not run again" in one for one in said["quiet"])


def test_an_unfinished_task_is_resumed_without_an_input(drawn: Drawn, started: Started) -> None:
    part = status(drawn, TASK)
    assert part.buttons == ["Resume"]
    part.press("Resume")
    ((job, _),) = started
    assert (job.thread_id, job.action) == ("loop", Resume())
    assert "(link)" in part.says


def test_a_task_that_runs_can_be_stopped_and_not_resumed(drawn: Drawn) -> None:
    run = ShownRun(run_state())
    part = status(drawn, TASK, run)
    assert part.buttons == ["Stop"]
    part.press("Stop")
    assert run.asked == ["stop"]


def test_a_failed_task_says_which_stage_failed_and_why(drawn: Drawn) -> None:
    failed = replace(TASK, state=ThreadState.FAILED, error="ValueError('<i>no</i>')")
    assert status(drawn, failed).said_by["failed"] == ["✖ draft failed: ValueError('<i>no</i>')"]


def test_a_task_that_asks_is_answered_elsewhere(drawn: Drawn) -> None:
    part = status(drawn, replace(TASK, state=ThreadState.INTERRUPTED))
    assert part.said_by["asks"] == ["? It asks something. Answer it in the Debugger."]
    assert part.buttons == []


def test_a_task_of_which_nothing_is_saved_can_be_started_again(drawn: Drawn, started: Started) -> None:
    died = ShownRun(run_state(RunStatus.FAILED, failure=Failure("", "X", "no", "")))
    part = status(drawn, replace(TASK, head="", error="It ended early."), died)
    assert part.said_by["failed"] == ["✖ It ended early. Nothing of it is saved."]
    assert "(link)" not in part.says
    part.press("Start again")
    assert len(started) == 1


def test_the_last_log_lines_and_the_result_are_text(drawn: Drawn) -> None:
    part = drawn(lambda: task_output(replace(TASK, logs=("<b>a</b>", "**b**"), result="# Result \ud83d")))
    assert part.said_by["text"] == ["<b>a</b>\n**b**", "# Result ⟨U+D83D⟩"]


def test_without_a_line_and_a_result_only_that_is_said(drawn: Drawn) -> None:
    part = drawn(lambda: task_output(TASK))
    assert part.lines == [("heading", "Last log lines"), ("quiet", "No line yet.")]
    assert not part.app.expander


def saved(number: int, source: str = "loop") -> Saved:
    return Saved(f"{number}", THEN, source, Progress(min(number, 4), ("draft",) if number < 4 else ()))


def test_each_checkpoint_but_the_newest_can_be_rolled_back_to(drawn: Drawn, started: Started, ids: Ids) -> None:
    head, before = ids["loop"][-1], ids["loop"][-2]
    task = replace(TASK, head=head)
    states = [replace(saved(4), checkpoint_id=head), replace(saved(2, "update"), checkpoint_id=before)]
    part = drawn(lambda: task_history(task, states, False))
    assert "the newest" in part.says
    assert any("next is draft · an edit" in one for one in part.said_by["quiet"])
    assert part.buttons == ["Roll back"]
    part.press("Roll back")
    ((job, _),) = started
    assert (job.checkpoint_id, job.thread_id, job.run) == (before, "loop", False)


def test_while_it_runs_nothing_is_rolled_back(drawn: Drawn) -> None:
    states = [saved(2), saved(1)]
    part = drawn(lambda: task_history(replace(TASK, head="2"), states, True))
    assert [one.proto.popover.disabled for one in part.app.get("popover")] == [True]


def test_of_many_checkpoints_it_says_that_these_are_the_newest(drawn: Drawn) -> None:
    states = [saved(number) for number in range(KEPT)]
    said = drawn(lambda: task_history(TASK, states, False)).says
    assert f"These are the newest {KEPT}." in said
    assert drawn(lambda: task_history(TASK, [], False)).lines == []
