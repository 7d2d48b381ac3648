"""Ending a worker as a crash would: offered while a process of ours runs, with what is lost by it."""

import pytest

from tests.components.conftest import Drawn, ShownRun, run_state
from ui.components.run.kill_button import kill_button
from ui.timetravel.model.runs import RunStatus

pytestmark = pytest.mark.usefixtures("looked_at")


def said(drawn: Drawn, run: ShownRun) -> str:
    return drawn(lambda: kill_button(run, run.state())).says


def test_it_kills_the_run_once_it_is_pressed(drawn: Drawn) -> None:
    run = ShownRun(run_state())
    part = drawn(lambda: kill_button(run, run.state()))
    assert run.asked == []
    part.press("Kill it now")
    assert run.asked == ["kill"]


def test_it_says_what_is_lost_by_it(drawn: Drawn) -> None:
    assert said(drawn, ShownRun(run_state(store="s.sqlite"))).endswith("What finished is saved.")
    assert "Every thread in its memory is lost" in said(drawn, ShownRun(run_state(store="memory:")))
    assert "What its saver keeps elsewhere is not lost" in said(drawn, ShownRun(run_state(store="saver:loop")))
    assert said(drawn, ShownRun(run_state(most_tries=3))).endswith("the next one follows.")


@pytest.mark.parametrize("status", [status for status in RunStatus if not status.live] + [RunStatus.WAITING])
def test_what_no_process_runs_can_not_be_killed(drawn: Drawn, status: RunStatus) -> None:
    run = ShownRun(run_state(status))
    assert drawn(lambda: kill_button(run, run.state())).buttons == []


def test_nor_what_a_server_runs(drawn: Drawn) -> None:
    run = ShownRun(run_state(store="http://127.0.0.1:2024"))
    assert drawn(lambda: kill_button(run, run.state())).buttons == []
