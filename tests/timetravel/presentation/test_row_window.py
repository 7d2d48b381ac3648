from hypothesis import given
from hypothesis import strategies as st

from ui.timetravel.presentation.row_window import SLIDE, keep_window, window_start

numbers = st.integers(0, 2_000)


def test_a_new_window_has_the_selected_row_in_its_middle() -> None:
    assert window_start(selected=1_000, total=5_000, length=100) == 950


def test_it_stays_while_the_selection_moves_inside() -> None:
    assert window_start(selected=1_020, total=5_000, length=100, before=950) == 950


def test_it_slides_on_when_its_last_row_is_selected_on_either_side() -> None:
    assert window_start(selected=1_049, total=5_000, length=100, before=950) == 950 + SLIDE
    assert window_start(selected=950, total=5_000, length=100, before=950) == 950 - SLIDE


def test_a_selection_outside_makes_a_new_one() -> None:
    assert window_start(selected=4_000, total=5_000, length=100, before=950) == 3_950


def test_a_short_list_is_shown_as_a_whole() -> None:
    assert window_start(selected=30, total=40, length=100, before=None) == 0


def test_newcomers_do_not_move_a_window_further_down() -> None:
    assert keep_window(first=305, last=604, on_top=False, most=400) == slice(305, 605)


def test_a_window_on_top_lets_newcomers_in_until_it_is_full() -> None:
    assert keep_window(first=5, last=304, on_top=True, most=400) == slice(0, 305)
    assert keep_window(first=150, last=449, on_top=True, most=400) == slice(50, 450)


def test_rows_that_came_far_apart_are_no_window_any_more() -> None:
    assert keep_window(first=10, last=900, on_top=False, most=400) is None
    assert keep_window(first=10, last=5, on_top=False, most=400) is None


@given(numbers, numbers, st.integers(1, 500), st.none() | numbers)
def test_it_always_holds_the_selected_row_and_is_full(
    selected: int, more: int, length: int, before: int | None
) -> None:
    total = selected + 1 + more
    start = window_start(selected, total, max(length, 2 * SLIDE + 1), before)
    length = max(length, 2 * SLIDE + 1)
    assert start <= selected < start + length
    assert start >= 0
    assert start + length <= max(total, length)
