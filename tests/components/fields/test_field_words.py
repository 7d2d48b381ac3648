"""What a field is called, and what it says while nothing is typed in it."""

import pytest

from ui.components.fields.field_words import about, choice_word, default_of, left_out, renamed, title
from ui.timetravel.presentation.forms.input_form import Field


def test_a_name_is_text_and_says_whether_it_must_be_filled_in() -> None:
    assert title(Field("**a**", "text")) == "\\*\\*a\\*\\*"
    assert title(Field("a", "text", required=True)) == "a (required)"
    assert title(Field("a", "text", required=True, is_item=True)) == "a", "of an item that goes without saying"


def test_a_description_is_text_and_none_is_none() -> None:
    assert about(Field("a", "text", help="<b>x</b>")) == "\\<b\\>x\\<\\/b\\>"
    assert about(Field("a", "text")) is None


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (Field("a", "text"), "left out"),
        (Field("a", "text", required=True), "required"),
        (Field("a", "text", default="x"), "default: x"),
        (Field("a", "text", default=""), 'default: ""'),
        (Field("a", "integer", default=0), "default: 0"),
        (Field("a", "list", default=[1, {"b": None}]), 'default: [ 1, { "b": null } ]'),
    ],
)
def test_an_empty_field_says_what_is_meant_by_it(field: Field, words: str) -> None:
    assert " ".join(left_out(field).split()) == words


def test_a_widget_that_can_not_say_it_has_it_in_its_name() -> None:
    assert default_of(Field("a", "boolean", default=True)) == "(default: true)"
    assert default_of(Field("a", "boolean")) == ""


def test_a_long_default_is_cut() -> None:
    assert len(left_out(Field("a", "text", default="x" * 10_000))) < 100


def test_a_choice_is_a_text_as_it_is_or_json() -> None:
    assert [choice_word(value) for value in ("<b>", "", 1, None, [1])] == ["<b>", "(empty)", "1", "null", "[\n1\n]"]


def test_a_field_by_another_name_is_the_same_field() -> None:
    assert renamed(Field("a", "text", help="h"), "b") == Field("b", "text", help="h")
