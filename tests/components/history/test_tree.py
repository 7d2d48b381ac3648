"""The history as a tree: what its script draws, row by row, and what a click there selects."""

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.history.tree import history_tree
from ui.session.reads import cached_reads as reading
from ui.session.view import View

pytestmark = pytest.mark.usefixtures("looked_at")


def tree(drawn: Drawn, thread: str, start: int = 0, *, pinned: str = "") -> tuple[Part, list[str]]:
    """The tree from row `start` on, and its checkpoints from top to bottom; the topmost of all is selected."""
    ids: list[str] = []

    def draw() -> None:
        made = reading.tree(thread, "")
        rows = made.rows(start)
        ids[:] = [row.checkpoint_id for row in made.rows()]
        history_tree(
            made,
            rows,
            reading.headers(thread, "", ids[:-1]),
            thread=thread,
            selected=ids[0],
            pinned=pinned,
            marks={ids[start]: ["<b>latest</b> \ud83d"]},
        )

    return drawn(draw, View(thread=thread, page=4)), ids


def test_each_checkpoint_of_a_branch_has_a_row_below_its_child(drawn: Drawn) -> None:
    part, ids = tree(drawn, "loop")
    (data,) = part.drawings("tree")
    assert [row[0] for row in data["rows"]] == ids
    assert [row[1:6] for row in data["rows"]][:2] == [[0, 1, 0, True, "end"], [0, 2, 0, True, "quiet"]]
    assert data["rows"][-1][2] is None, "the first one has no parent"
    assert (data["selected"], data["pinned"], data["fromAbove"]) == (ids[0], "", [])


def test_branches_have_lanes_of_their_own_and_the_selected_one_is_strong(drawn: Drawn) -> None:
    part, _ = tree(drawn, "forks")
    (data,) = part.drawings("tree")
    assert len({row[1] for row in data["rows"]}) > 1
    assert {row[4] for row in data["rows"]} == {True, False}
    assert "fork" in {row[5] for row in data["rows"]}


def test_a_part_of_it_says_which_lines_come_from_above(drawn: Drawn) -> None:
    part, ids = tree(drawn, "loop", 3)
    (data,) = part.drawings("tree")
    assert [row[0] for row in data["rows"]] == ids[3:]
    assert data["fromAbove"] == [[0, 0, True]]


def test_marks_come_as_text_and_a_row_without_a_header_has_no_words(drawn: Drawn) -> None:
    (data,) = tree(drawn, "loop")[0].drawings("tree")
    assert data["rows"][0][9:] == ["<b>latest</b> ⟨U+D83D⟩"]
    assert data["rows"][0][6:8] == ["4", "count"]
    assert data["rows"][-1][6:] == ["", "", ""]


def test_a_click_selects_a_checkpoint_of_it_and_leaves_the_page(drawn: Drawn) -> None:
    part, ids = tree(drawn, "loop")
    part.tell("tree", clicked=ids[2])
    assert (part.view.checkpoint, part.view.page) == (ids[2], 0)


def test_a_thread_without_a_name_is_named_to_the_script_all_the_same(drawn: Drawn) -> None:
    (data,) = tree(drawn, "")[0].drawings("tree")
    assert len(data["rows"]) == 3
