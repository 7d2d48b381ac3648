"""The history as a table: a row a checkpoint, newest first; a click selects one."""

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.history.table import COLUMNS, history_table
from ui.session.reads import cached_reads as reading
from ui.session.view import View

pytestmark = pytest.mark.usefixtures("looked_at")


def table(drawn: Drawn, thread: str, selected: int = 0, marks: str = "") -> tuple[Part, list[str]]:
    """The whole history of a thread, and its checkpoints from top to bottom; the one in row `selected` is selected."""
    ids: list[str] = []
    drawn(lambda: ids.extend(reversed(reading.tree(thread, "").ids)))
    view = View(thread=thread, checkpoint=ids[selected], page=2)

    def draw() -> None:
        headers = reading.headers(thread, "", ids)
        history_table(reading.tree(thread, ""), ids, headers, {ids[0]: marks}, view)

    return drawn(draw, view), ids


def test_each_checkpoint_has_a_row_with_what_made_it_and_what_is_due(drawn: Drawn) -> None:
    part, ids = table(drawn, "loop", marks="latest")
    shown = part.app.dataframe[0].value
    assert list(shown.columns) == list(COLUMNS)
    assert list(shown["Step"]) == [4, 3, 2, 1, 0, -1]
    assert list(shown["Next"])[:3] == ["—", "count", "count"]
    assert list(shown["Note"]) == ["latest", *[""] * 5]
    assert shown["Source"][5] == "input"
    assert len(ids) == 6


def test_marks_and_names_are_text_whatever_is_in_them(drawn: Drawn) -> None:
    part, _ = table(drawn, "loop", marks="<b>**a**</b> \ud83d")
    assert part.app.dataframe[0].value["Note"][0] == "<b>**a**</b> ⟨U+D83D⟩"


def test_a_click_selects_the_checkpoint_of_its_row(drawn: Drawn) -> None:
    part, ids = table(drawn, "loop")
    part.pick(3, "Next")
    assert (part.view.checkpoint, part.view.page) == (ids[3], 0)


def test_the_script_beside_it_hears_which_row_is_selected_and_which_checkpoint_is_on_top(drawn: Drawn) -> None:
    part, ids = table(drawn, "loop", selected=2)
    (data,) = part.drawings("table")
    assert (data["row"], data["rows"], data["top"], data["selected"], data["page"]) == (2, 6, 5, ids[2], 2)


def test_a_click_that_comes_late_selects_what_its_row_showed_when_it_was_pressed(drawn: Drawn) -> None:
    part, ids = table(drawn, "loop")
    (data,) = part.drawings("table")
    part.tell("table", clicked={"history": data["history"], "top": data["top"] - 1, "row": 1})
    assert part.view.checkpoint == ids[2], "a newcomer on top had moved the rows by one"


def test_a_click_that_comes_late_from_another_history_is_none(drawn: Drawn) -> None:
    part, ids = table(drawn, "loop")
    part.tell("table", clicked={"history": "another", "top": 0, "row": 1})
    assert part.view.checkpoint == ids[0]
