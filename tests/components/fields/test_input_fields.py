"""The fields of a form as widgets."""

from typing import Any

from tests.components.conftest import Drawn, Part
from ui.components.fields.input_fields import draw_fields
from ui.timetravel.presentation.forms.form_values import collect
from ui.timetravel.presentation.forms.input_form import form

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "description": "Who *it* is"},
        "count": {"type": "integer"},
        "part": {"type": "number"},
        "on": {"type": "boolean"},
        "kind": {"enum": ["a", "b"]},
        "items": {"type": "array", "items": {"type": "string"}},
        "scores": {"type": "object", "additionalProperties": {"type": "integer"}},
        "inner": {"type": "object", "properties": {"deep": {"type": "string"}}},
        "any": {},
    },
}


def shown(drawn: Drawn, schema: dict[str, Any] = SCHEMA) -> tuple[Part, list[Any]]:
    """The form, and the value after each drawing."""
    found: list[Any] = []
    whole = form(schema)
    return drawn(lambda: found.append(collect(whole, draw_fields(whole, "k")).value)), found


def field(part: Part, name: str) -> Any:
    widgets = [*part.app.text_input, *part.app.number_input, *part.app.text_area, *part.app.selectbox]
    widgets += [*part.app.button_group, *part.app.toggle]
    return next(one for one in widgets if one.label.startswith(name))


def test_a_form_has_a_field_for_each_key_and_an_empty_one_gives_nothing(drawn: Drawn) -> None:
    part, found = shown(drawn)
    assert found == [{}]
    assert field(part, "name").label == "name (required)"
    assert field(part, "name").help == "Who \\*it\\* is"


def test_what_is_typed_is_the_value(drawn: Drawn) -> None:
    part, found = shown(drawn)
    field(part, "name").set_value("<b>ann</b>")
    field(part, "count").set_value(3)
    field(part, "part").set_value(0.25)
    field(part, "on").set_value(False)
    field(part, "kind").select_index(1)
    field(part, "any").set_value("[1]").run()
    assert found[-1] == {"name": "<b>ann</b>", "count": 3, "part": 0.25, "on": False, "kind": "b", "any": [1]}


def press(part: Part, key: str) -> None:
    next(one for one in part.app.button if one.key and one.key.endswith(key)).click().run()


def test_a_list_grows_and_shrinks_item_by_item(drawn: Drawn) -> None:
    part, found = shown(drawn)
    for _ in range(3):
        press(part, "items~add")
    for number in (1, 2, 3):
        field(part, f"items {number}").set_value(f"i{number}")
    part.run()
    assert found[-1] == {"items": ["i1", "i2", "i3"]}
    press(part, "items.1~remove")
    assert found[-1] == {"items": ["i1", "i3"]}
    press(part, "items~out")
    assert found[-1] == {}


def test_a_map_has_a_key_for_each_value(drawn: Drawn) -> None:
    part, found = shown(drawn)
    press(part, "scores~add")
    field(part, "Key").set_value("ann")
    field(part, "scores 1").set_value(5).run()
    assert found[-1] == {"scores": {"ann": 5}}


def test_fields_inside_a_field_are_typed_in_as_those_at_the_top(drawn: Drawn) -> None:
    part, found = shown(drawn)
    field(part, "deep").set_value("x").run()
    assert found[-1] == {"inner": {"deep": "x"}}


def test_null_is_said_by_a_tick_where_it_is_a_value_of_its_own(drawn: Drawn) -> None:
    part, found = shown(drawn, {"type": "object", "properties": {"n": {"type": ["integer", "null"]}}})
    part.app.checkbox[0].check().run()
    assert found[-1] == {"n": None}
    assert not part.app.number_input


def test_of_several_kinds_the_one_that_is_chosen_has_its_fields(drawn: Drawn) -> None:
    kinds = [{"type": "integer", "title": "Number"}, {"type": "array", "items": {"type": "string"}, "title": "Words"}]
    part, found = shown(drawn, {"type": "object", "properties": {"u": {"anyOf": kinds}}})
    assert not part.app.number_input
    part.app.button_group[0].set_value(0).run()
    part.app.number_input[0].set_value(4).run()
    assert found[-1] == {"u": 4}


def test_fields_whose_names_only_differ_by_dots_are_drawn_beside_each_other(drawn: Drawn) -> None:
    text = {"type": "string"}
    inner = {"type": "object", "properties": {"": {"type": "object", "required": ["b"], "properties": {"b": text}}}}
    part, found = shown(drawn, {"type": "object", "required": ["a"], "properties": {"a.b": text, "a": inner}})
    field(part, "a\\.b").set_value("x").run()
    assert found[-1] == {"a.b": "x", "a": {}}
