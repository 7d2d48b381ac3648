"""What was typed in a form's fields, which outlives the widgets."""

from itertools import product
from typing import Any

from tests.components.conftest import Drawn, Part
from ui.components.fields.input_fields import draw_fields
from ui.components.fields.typed_fields import type_in, typed_in, widget_key
from ui.timetravel.presentation.forms.form_contents import spread
from ui.timetravel.presentation.forms.form_values import collect
from ui.timetravel.presentation.forms.input_form import form

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "items": {"type": "array", "items": {"type": "string"}},
        "scores": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
}


def field(part: Part, name: str) -> Any:
    return next(one for one in [*part.app.text_input, *part.app.text_area] if one.label.startswith(name))


def test_what_was_typed_outlives_the_fields(drawn: Drawn) -> None:
    whole, there, found = form(SCHEMA), [True], []

    def draw() -> None:
        if there[0]:
            draw_fields(whole, "k")
        found.append(collect(whole, typed_in(whole, "k")).value)

    part = drawn(draw)
    field(part, "name").set_value("ann").run()
    there[0] = False
    part.run()
    there[0] = True
    part.run()
    assert [one.get("name") for one in found[1:]] == ["ann", "ann", "ann"]
    assert field(part, "name").value == "ann"


def test_a_value_can_be_put_into_the_fields(drawn: Drawn) -> None:
    whole, value = form(SCHEMA), {"name": "line\nline", "items": ["x"], "scores": {"k": 1}}

    def draw() -> Any:
        if not seen:
            type_in("k", spread(whole, value))
        seen.append(collect(whole, draw_fields(whole, "k")).value)

    seen: list[Any] = []
    part = drawn(draw)
    assert seen == [value]
    assert field(part, "name").value == "line\nline", "in a box, since it has two lines"


def test_keys_of_two_paths_differ_whatever_their_names_are() -> None:
    names = ["a", "b", "", ".", "..", "a.b", "a.", ".b", "~", "~0", "~~", "\0", "\ud83d"]
    paths = [path for length in (2, 3) for path in product(names, repeat=length)]
    assert len({widget_key("k", path) for path in paths}) == len(paths)
