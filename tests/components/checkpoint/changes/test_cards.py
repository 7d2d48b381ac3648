"""Changes as cards: as many as a browser can draw, and a button for the others."""

from tests.components.conftest import Drawn
from ui.components.checkpoint.changes.cards import MOST, change_cards, fitting, weight
from ui.timetravel.diff import diff
from ui.timetravel.presentation.change_cards import cards


def test_where_nothing_changed_that_is_said(drawn: Drawn) -> None:
    part = drawn(lambda: change_cards([], "k", "Nothing differs."))
    assert part.says == "Nothing differs."
    assert part.drawings("changes") == []


def test_every_change_is_a_card_and_its_values_are_text(drawn: Drawn) -> None:
    made = cards(diff({"a": "<b>1</b>", "b": 1}, {"a": "**2** \ud83d", "c": None}))
    (data,) = drawn(lambda: change_cards(made, "k", "")).drawings("changes")
    assert [(one["op"], one["path"]) for one in data["changes"]] == [("replace", "a"), ("remove", "b"), ("add", "c")]
    assert data["changes"][0]["old"]["text"] == "<b>1</b>"
    assert data["changes"][0]["new"]["text"].startswith("**2** ")


def test_of_very_many_the_first_are_drawn_and_a_button_draws_more(drawn: Drawn) -> None:
    made = cards(diff({}, {f"{number:04}": number for number in range(MOST + 5)}))
    part = drawn(lambda: change_cards(made, "k \ud83d", ""))
    assert len(part.drawings("changes")[0]["changes"]) == MOST
    assert part.says == "5 more changes not drawn yet."
    part.press("Draw more")
    assert len(part.drawings("changes")[0]["changes"]) == MOST + 5
    assert part.buttons == []


def test_heavy_cards_are_fewer_but_one_is_always_drawn(drawn: Drawn) -> None:
    found: list[int] = []
    drawn(lambda: found.extend([fitting([9_000_000, 1], "k"), fitting([600_000, 600_000, 1], "k"), fitting([], "k")]))
    assert found == [1, 1, 0]
    assert weight({"a": "ü"}) == len('{"a": "ü"}')
