"""The part of a long history that is shown: round the selected one, or a page; newcomers don't move it."""

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.history.paging import HistoryRows, window
from ui.session.view import View
from ui.timetravel.history.tree.tree import Tree, build
from ui.timetravel.model.checkpoints import Skeleton

IDS = [f"{number:03}" for number in range(100)]


def rows(length: int = 100) -> HistoryRows:
    """A history of one branch, newest on top: row 0 is the last checkpoint."""
    made: Tree = build(Skeleton(tuple(IDS[:length]), (None, *IDS[: length - 1])))
    return HistoryRows(made, lambda one: length - 1 - made.index(one), lambda row: made.ids[length - 1 - row])


def shown(drawn: Drawn, history: HistoryRows, length: int = 20, **view: object) -> tuple[Part, list[slice]]:
    found: list[slice] = []
    looked_at = View(thread="t", **view)  # type: ignore[arg-type]
    return drawn(lambda: found.append(window(looked_at, history, length)), looked_at), found


def test_a_short_history_is_shown_whole_and_has_no_buttons(drawn: Drawn) -> None:
    part, found = shown(drawn, rows(20), checkpoint=IDS[3])
    assert found == [slice(0, 20)]
    assert part.buttons == []


@pytest.mark.parametrize(("selected", "first"), [(99, 0), (50, None), (0, 80)])
def test_of_a_long_one_the_part_with_the_selected_one_is_shown(drawn: Drawn, selected: int, first: int | None) -> None:
    part, (found,) = shown(drawn, rows(), checkpoint=IDS[selected])
    assert found.stop - found.start == 20
    assert found.start <= 99 - selected < found.stop
    assert first in (None, found.start)
    assert part.says == f"Rows {found.start + 1} to {found.stop}"


def test_at_either_end_one_button_is_off(drawn: Drawn) -> None:
    def off(part: Part) -> list[str]:
        return [one.label for one in part.app.button if one.disabled]

    assert off(shown(drawn, rows(), checkpoint=IDS[99])[0]) == ["Newer"]
    assert off(shown(drawn, rows(), checkpoint=IDS[0])[0]) == ["Older"]


def test_older_shows_the_next_page_and_names_it_in_the_address(drawn: Drawn) -> None:
    part, _ = shown(drawn, rows(), checkpoint=IDS[99])
    assert part.press("Older").view.page == 2


def test_a_page_of_the_address_is_shown_and_one_beyond_the_end_is_the_last(drawn: Drawn) -> None:
    assert shown(drawn, rows(), checkpoint=IDS[99], page=2)[1] == [slice(20, 40)]
    assert shown(drawn, rows(), checkpoint=IDS[99], page=9_999)[1] == [slice(80, 100)]


def test_newcomers_above_do_not_move_the_rows_that_are_shown(drawn: Drawn) -> None:
    found: list[slice] = []
    view, lengths = View(thread="t", checkpoint=IDS[40]), iter([90, 95])
    drawn(lambda: found.append(window(view, rows(next(lengths)), 20)), view).run()
    assert found[1] == slice(found[0].start + 5, found[0].stop + 5)
