"""The run that goes on, or just went, on the thread that is shown; at its end its last checkpoint gets selected."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.components.conftest import Drawn, Part, ShownRun, run_state
from ui.components.run.strip import followed, run_strip
from ui.services.run_registry import RunRegistry
from ui.session import keys
from ui.session.context import requested_view
from ui.session.view import View
from ui.timetravel.model.runs import RunState, RunStatus

pytestmark = pytest.mark.usefixtures("with_graph")

Ids = Mapping[str, tuple[str, ...]]
LOOP = View(thread="loop", run="r1")


@pytest.fixture
def run(store_file: Path, monkeypatch: pytest.MonkeyPatch) -> ShownRun:
    """A run on the thread "loop", which the app knows."""
    one = ShownRun(run_state(store=str(store_file)))
    monkeypatch.setattr(RunRegistry, "get", lambda _, name: one if name == one.id else None)
    monkeypatch.setattr(RunRegistry, "all", lambda _: [one])
    return one


def strip(drawn: Drawn, view: View, **session: object) -> Part:
    return drawn(lambda: run_strip(requested_view()), view, **session)


def ended(run: ShownRun, status: RunStatus, **more: object) -> RunState:
    return run_state(status, store=run.now.job.store, ended=1_002.0, **more)


def test_a_run_that_goes_on_can_be_stopped_and_killed(drawn: Drawn, run: ShownRun) -> None:
    part = strip(drawn, LOOP)
    assert part.buttons == ["Stop", "Kill it now"]
    assert part.lines[0][1].startswith("▶ Running")
    part.press("Stop")
    assert run.asked == ["stop"]
    assert part.app.session_state[keys.RUNS_WATCHED] == {"r1"}


def test_it_is_shown_on_its_thread_though_the_address_does_not_name_it_and_on_no_other(
    drawn: Drawn, run: ShownRun
) -> None:
    assert strip(drawn, View(thread="loop")).buttons == ["Stop", "Kill it now"]
    assert strip(drawn, View(thread="asks", run="r1")).lines == []
    assert strip(drawn, View(thread="asks")).lines == []


def test_a_run_that_is_over_is_told_until_it_is_dismissed(drawn: Drawn, run: ShownRun) -> None:
    run.now = ended(run, RunStatus.STOPPED)
    part = strip(drawn, LOOP)
    assert part.buttons == ["Dismiss"]
    assert part.lines[0][1].startswith("■ Stopped")
    assert part.press("Dismiss").view == View(thread="loop")


def test_at_its_end_the_checkpoint_that_it_wrote_last_is_selected_once(drawn: Drawn, run: ShownRun, ids: Ids) -> None:
    run.now = ended(run, RunStatus.FINISHED, head=ids["loop"][-1], checkpoints=ids["loop"])
    view = View(thread="loop", run="r1", checkpoint=ids["loop"][0], page=2)
    part = strip(drawn, view, **{keys.RUNS_WATCHED: {"r1"}})
    assert (part.view.checkpoint, part.view.page, part.view.run) == (ids["loop"][-1], 0, "r1")


def test_a_tab_that_did_not_see_it_run_stays_where_it_is(drawn: Drawn, run: ShownRun, ids: Ids) -> None:
    run.now = ended(run, RunStatus.FINISHED, head=ids["loop"][-1])
    view = View(thread="loop", run="r1", checkpoint=ids["loop"][0])
    assert strip(drawn, view).view == view
    assert strip(drawn, view).buttons == ["Dismiss"]


def test_only_the_run_that_was_followed_last_counts_as_followed(drawn: Drawn) -> None:
    found: list[str] = []
    drawn(lambda: found.extend([followed(LOOP), followed(View())]), **{keys.RUN_FOLLOWED: "r1"})
    drawn(lambda: found.append(followed(LOOP)))
    assert found == ["r1", "", ""]
