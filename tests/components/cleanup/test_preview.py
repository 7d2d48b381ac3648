"""What would be deleted, and what stays for a reason, before anything is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.cleanup.preview import MOST_ROWS, clean_preview, stays, what_goes
from ui.session.context import store
from ui.timetravel.cleanup.plan import Kept, Plan, Spared
from ui.timetravel.cleanup.rules import Rule, Selection, plan_rule

pytestmark = pytest.mark.usefixtures("looked_at")

MUCH_LATER = datetime(2090, 1, 1, tzinfo=UTC)


@pytest.fixture
def plans(drawn: Drawn) -> list[Plan]:
    """Of the store: old threads that go whole; all but the last checkpoints of a thread, of which branches go."""
    found: list[Plan] = []

    def draw() -> None:
        found.append(plan_rule(store(), Rule(Selection.THREADS, 1), now=MUCH_LATER))
        found.append(plan_rule(store(), Rule(Selection.BEYOND, 1, "forks")))

    drawn(draw)
    return found


def tables(part: Part) -> list[list[list[object]]]:
    return [[list(row) for row in one.value.itertuples(index=False)] for one in part.app.dataframe]


def test_each_thread_says_what_of_it_would_go(drawn: Drawn, plans: list[Plan]) -> None:
    part = drawn(lambda: clean_preview(plans[0]))
    assert part.said_by["heading"] == [f"{what_goes(plans[0])} would go: {_size(part)} of state"]
    rows = {row[0]: row[1] for row in tables(part)[0]}
    assert rows["loop"] == "the whole thread, 6 checkpoints"
    assert "**bold** <b>x</b>" in rows
    assert "asks" not in rows, "it waits for an answer"


def _size(part: Part) -> str:
    return part.said_by["heading"][0].split(": ")[1].removesuffix(" of state")


def test_a_thread_that_stays_though_it_is_old_is_named_with_why(drawn: Drawn, plans: list[Plan]) -> None:
    part = drawn(lambda: clean_preview(plans[0]))
    assert ["asks", "the whole thread", "It waits for an answer."] in tables(part)[-1]


def test_a_branch_that_goes_is_named_by_its_last_checkpoint(drawn: Drawn, plans: list[Plan]) -> None:
    part = drawn(lambda: clean_preview(plans[1]))
    (said,) = [text for text in part.said_by["text"] if "would go" in text]
    assert said.endswith("named by its last checkpoint:")
    assert all(row[0] == "forks" and "step" in str(row[1]) for row in tables(part)[1])


def test_checkpoints_that_stay_are_counted_by_their_reason(drawn: Drawn, plans: list[Plan]) -> None:
    kept = [Kept("", str(number), f"needed by {number}: its <b>delta</b>") for number in range(3)]
    thread = replace(plans[1].threads[0], kept=(*kept, Kept("", "9", "it belongs to another")))
    part = drawn(lambda: stays(Plan((thread,))))
    assert tables(part) == [[["forks", "3 checkpoints", "needed by one that stays: its <b>delta</b>"]]]


def test_where_nothing_stays_for_a_reason_nothing_is_said(drawn: Drawn) -> None:
    part = drawn(lambda: stays(Plan()))
    assert (part.lines, tables(part)) == ([], [])


def test_of_very_many_rows_the_first_are_shown_and_the_others_counted(drawn: Drawn) -> None:
    spared = tuple(Spared(f"t{number} \ud83d", "It waits.") for number in range(MOST_ROWS + 7))
    part = drawn(lambda: stays(Plan(spared=spared)))
    assert len(tables(part)[0]) == MOST_ROWS
    assert tables(part)[0][0][0] == "t0 ⟨U+D83D⟩"
    assert "and 7 more" in part.says
