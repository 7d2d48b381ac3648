"""What can be done from the selected checkpoint, each as far as it may."""

from collections.abc import Callable, Mapping

import pytest

import ui.components.checkpoint.actions as module
from tests.components.conftest import Drawn, Part, Started
from ui.components.checkpoint.actions import actions
from ui.session.reads import cached_reads as reading
from ui.session.view import View
from ui.timetravel.model.checkpoints import Checkpoint
from ui.timetravel.model.jobs import Answer, Resume
from ui.timetravel.runs.write_permission import Destination, Permission

pytestmark = pytest.mark.usefixtures("with_graph")

Ids = Mapping[str, tuple[str, ...]]
Shown = Callable[[str, int], Checkpoint]


@pytest.fixture
def row(drawn: Drawn, ids: Ids, shown: Shown) -> Callable[..., Part]:
    def draw_row(thread: str = "loop", at: int = -1) -> Part:
        view = View(thread=thread, checkpoint=ids[thread][at], tab="raw")
        latest = ids[thread][-1]
        return drawn(lambda: actions(view, shown(thread, at), reading.tasks(view.ref), latest), view)

    return draw_row


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads of other graphs count as this one's, since a run that asks or fails is what matters here."""
    monkeypatch.setattr(module, "may_write", lambda *_: Permission())


def off(part: Part) -> list[str]:
    return [one.label for one in part.app.button if one.disabled]


def test_from_the_end_of_a_run_nothing_runs_until_something_is_changed(row: Callable[..., Part]) -> None:
    part = row()
    assert part.buttons == ["Run again from here", "Change and fork"]
    assert off(part) == ["Run again from here"]
    assert "The run is finished here: no node is due." in next(one.help for one in part.app.button if one.disabled)


def test_from_a_checkpoint_in_between_the_graph_runs_again_on_a_new_branch(
    row: Callable[..., Part], started: Started, ids: Ids
) -> None:
    part = row(at=2)
    assert "Resume" not in part.buttons
    part.press("Run again from here")
    ((job, _),) = started
    assert (job.checkpoint_id, job.thread_id, job.action) == (ids["loop"][2], "loop", Resume())
    assert part.view.tab == "changes"


@pytest.mark.usefixtures("allowed")
def test_an_unfinished_thread_is_resumed_from_its_latest_checkpoint(row: Callable[..., Part], started: Started) -> None:
    part = row("failed")
    assert part.buttons[:2] == ["Resume", "Start"]
    part.press("Resume")
    ((job, retries),) = started
    assert (job.checkpoint_id, job.action, retries) == (None, Resume(), None)


@pytest.mark.usefixtures("allowed")
def test_what_a_run_asks_is_answered_there(row: Callable[..., Part], started: Started) -> None:
    part = row("asks")
    assert "The run asks: inside?" in part.said_by["asks"]
    assert "Resume" not in part.buttons
    part.app.text_area[0].set_value("**yes**")
    part.press("Answer and go on")
    ((job, _),) = started
    assert isinstance(job.action, Answer)
    assert list(job.action.values.values()) == ["**yes**"]


def test_change_and_fork_opens_that_tab(row: Callable[..., Part]) -> None:
    assert row().press("Change and fork").view.tab == "fork"


def test_where_nothing_may_be_written_each_reason_is_said_once(
    row: Callable[..., Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Permission(dict.fromkeys(Destination, "Not <b>here</b>."))
    monkeypatch.setattr(module, "may_write", lambda *_: refused)
    part = row("failed")
    assert [text for _, text in part.lines].count("Not <b>here</b>.") == 1
    assert {"Resume", "Run again from here"} <= set(off(part))
