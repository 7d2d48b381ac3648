"""The selected checkpoint: a sentence that says what happened, then its changes, state, writes or raw facts."""

from collections.abc import Mapping

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.checkpoint.panel import checkpoint
from ui.session.reads import cached_reads as reading
from ui.session.view import TABS, View
from ui.timetravel.model.checkpoint_refs import CheckpointRef

pytestmark = pytest.mark.usefixtures("looked_at")

Ids = Mapping[str, tuple[str, ...]]


def panel(
    drawn: Drawn, ids: Ids, thread: str = "loop", at: int = 2, *, pin: int | None = None, tab: str = "changes"
) -> Part:
    pinned = None if pin is None else CheckpointRef("", thread, "", ids[thread][pin])
    view = View(thread=thread, checkpoint=ids[thread][at], tab=tab, pin=pinned, nameless=not thread)
    return drawn(lambda: checkpoint(view, reading.tree(thread, "")), view)


def changes(part: Part) -> list[tuple[str, str]]:
    return [(card["op"], card["path"]) for data in part.drawings("changes") for card in data["changes"]]


def test_a_sentence_says_what_happened(drawn: Drawn, ids: Ids) -> None:
    (title,) = panel(drawn, ids).said_by["title"]
    assert "count" in title


def test_the_changes_of_its_step_are_shown(drawn: Drawn, ids: Ids) -> None:
    part = panel(drawn, ids)
    assert ("replace", "n") in changes(part)
    assert "Compared with its parent." in part.says


def test_with_a_checkpoint_pinned_the_changes_are_those_since_it(drawn: Drawn, ids: Ids) -> None:
    part = panel(drawn, ids, pin=-1)
    assert any(text.startswith("Compared with A: step 4, checkpoint …") for text in part.said_by["quiet"])
    assert ("replace", "n") in changes(part)


def test_compared_with_itself_nothing_differs(drawn: Drawn, ids: Ids) -> None:
    assert "Nothing differs: both hold the same state." in panel(drawn, ids, pin=2).says


def test_what_its_tasks_wrote_is_shown_task_by_task(drawn: Drawn, ids: Ids) -> None:
    part = panel(drawn, ids, "failed", -1, tab="writes")
    headings = part.said_by["heading"]
    assert {"fine", "broken", "slow"} <= set(headings)
    assert any("no luck" in str(data) for data in part.drawings("changes"))


def test_a_checkpoint_from_which_nothing_ran_says_so(drawn: Drawn, ids: Ids) -> None:
    assert "No task has left anything on this checkpoint" in panel(drawn, ids, at=-1, tab="writes").says


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_is_drawn_of_the_thread_without_a_name_too(drawn: Drawn, ids: Ids, tab: str) -> None:
    part = panel(drawn, ids, "", -1, tab=tab)
    assert part.said_by["title"]
    shown = {"changes": part.drawings("changes"), "raw": part.app.dataframe, "fork": part.says, "writes": part.says}
    assert shown.get(tab, part.app.json)


def test_another_tab_is_named_in_the_address(drawn: Drawn, ids: Ids) -> None:
    part = panel(drawn, ids)
    next(one for one in part.app.button_group if "Raw" in one.options).set_value("raw").run()
    assert part.view.tab == "raw"
