"""Fields in which a person chooses: true or false, a value of several, a kind of several."""

from collections.abc import Callable
from typing import Any

from tests.components.conftest import Drawn, Part
from ui.components.fields.field_choices import boolean_choice, place_choice, variant_choice
from ui.timetravel.presentation.forms.input_form import Field

CHOICE = Field("**c**", "choice", choices=("<b>", "", 3, None))


def shown(drawn: Drawn, draw: Callable[[], Any]) -> tuple[Part, list[Any]]:
    found: list[Any] = []
    return drawn(lambda: found.append(draw())), found


def test_nothing_is_chosen_at_first(drawn: Drawn) -> None:
    for draw in (
        lambda: boolean_choice(Field("a", "boolean"), "k"),
        lambda: place_choice(CHOICE, "k"),
        lambda: variant_choice(Field("a", "union"), ["x", "y"], "k"),
        lambda: variant_choice(Field("a", "union"), list("uvwxyz"), "k"),
    ):
        assert shown(drawn, draw)[1] == [None]


def test_true_and_false_are_values_beside_none(drawn: Drawn) -> None:
    part, found = shown(drawn, lambda: boolean_choice(Field("a", "boolean", default=True), "k"))
    assert part.app.button_group[0].options == ["true", "false"]
    part.app.button_group[0].set_value(False).run()
    assert found[-1] is False


def test_of_several_values_the_place_is_given_and_each_is_text(drawn: Drawn) -> None:
    part, found = shown(drawn, lambda: place_choice(CHOICE, "k \ud83d"))
    assert part.app.selectbox[0].options == ["<b>", "(empty)", "3", "null"]
    assert part.app.selectbox[0].label == "\\*\\*c\\*\\*"
    part.app.selectbox[0].select_index(2).run()
    assert found[-1] == 2


def test_few_short_kinds_are_buttons_and_many_or_long_ones_a_list(drawn: Drawn) -> None:
    few, _ = shown(drawn, lambda: variant_choice(Field("a", "union"), ["x", "*y*"], "k"))
    assert few.app.button_group[0].options == ["x", "\\*y\\*"]
    for names in (list("uvwxyz"), ["a" * 61, "b"]):
        part, found = shown(drawn, lambda names=names: variant_choice(Field("a", "union"), names, "k"))
        assert part.app.selectbox[0].options == names
        part.app.selectbox[0].select_index(1).run()
        assert found[-1] == 1
