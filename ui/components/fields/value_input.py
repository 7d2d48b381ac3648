"""The input for a value that a schema describes, as a form or as JSON: switching keeps what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui.components.base.page_text import key_of
from ui.components.base.plain_text import plain_text
from ui.components.fields.input_fields import draw_fields
from ui.components.fields.typed_fields import type_in, typed_in
from ui.timetravel.errors import EditError
from ui.timetravel.model.values import Plain
from ui.timetravel.presentation.forms.form_contents import NotInForm, spread
from ui.timetravel.presentation.forms.form_values import EMPTY_TEXT, collect
from ui.timetravel.presentation.forms.input_form import Field, fields, form
from ui.timetravel.presentation.forms.schema_check import Problem, misfits, unknown_keys
from ui.timetravel.serde.editable_json import from_text, to_text

FORM, JSON = "Form", "JSON"


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered. `given` False: nothing was, and nothing is required.

    `missing` still has to be filled in, `wrong` can't be sent; `doubts` are places where the value does not fit the
    schema.
    """

    given: bool
    value: Plain
    missing: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """The session state and widgets for one value, under keys that begin with `key`."""

    whole: Field
    key: str
    name: str

    @property
    def kind(self) -> str:
        return key_of(f"{self.key}_as_{self.name}")

    @property
    def mode(self) -> str:
        return f"{self.kind}:last"

    @property
    def stays(self) -> str:
        return f"{self.kind}:stays"

    @property
    def json(self) -> str:
        return key_of(f"{self.key}_json_{self.name}")

    @property
    def fields(self) -> str:
        return f"{self.key}_{self.name}"

    @property
    def text(self) -> str:
        """The JSON that is typed; kept even while its box is not on the page."""
        return f"{self.json}:text"

    @property
    def made(self) -> str:
        """The JSON that was made from the form. If it is unchanged, the form is shown as it was."""
        return f"{self.json}:made"

    @property
    def said(self) -> str:
        """Why the form can't be shown for this JSON, or what of the JSON the form leaves out."""
        return f"{self.json}:said"


def begin_with(schema: Mapping[str, Any], value: Plain, *, key: str, name: str, fills_defaults: bool = False) -> None:
    """Fill the fields of `value_input` with this value, unless they are on the page already."""
    place = _Place(form(schema, fills_defaults=fills_defaults), key, name)
    if f"{place.fields}:schema" in st.session_state:
        return
    try:
        type_in(place.fields, spread(place.whole, value))
    except NotInForm:
        st.session_state[place.mode] = JSON
        st.session_state[place.text] = to_text(value)


def value_input(
    schema: Mapping[str, Any],
    *,
    key: str,
    name: str,
    title: str,
    json_title: str,
    value_title: str = "",
    fills_defaults: bool = False,
    top: str = "a key",
) -> Entered:
    """Draw the form of a schema, or a JSON box where it has none, with the choice between the two.

    `key` and `name` identify the value. `title` is the label of the choice, `json_title` that of the JSON box, and
    `value_title` that of the field of a value that is not an object. `top` is the word for keys at the top level, and
    `fills_defaults` is that of `input_form.form`.
    """
    place = _Place(form(schema, fills_defaults=fills_defaults), key, name)
    _forget_of_another_schema(place, schema)
    if place.whole.kind == "json":
        return _typed_json(place, schema, json_title, top)
    mode = _mode(place, title)
    of_text, told = st.session_state.get(place.said, ("", ""))
    if told and of_text == st.session_state.get(place.json, st.session_state.get(place.text)):
        plain_text(("asks", told), key=f"{place.said}_line")
    return (
        _typed_form(place, schema, value_title or json_title)
        if mode == FORM
        else _typed_json(place, schema, json_title, top)
    )


def _mode(place: _Place, title: str) -> str:
    """Form or JSON, as last chosen, even if the control was not on the page meanwhile."""
    last = st.session_state.get(place.mode, FORM)
    # Streamlit warns if a widget has both a default and a value in the session.
    first = None if st.session_state.pop(place.stays, False) else last
    chosen = st.segmented_control(
        title, [FORM, JSON], default=first, required=True, key=key_of(place.kind), on_change=_switch, args=(place,)
    )
    st.session_state[place.mode] = chosen or last
    return str(st.session_state[place.mode])


def _typed_form(place: _Place, schema: Mapping[str, Any], name: str) -> Entered:
    typed = draw_fields(place.whole, place.fields, name)
    if any(one.kind == "text" for one in fields(place.whole)):
        st.caption(f"An empty field is left out. For an empty text, type {EMPTY_TEXT}")
    filled = collect(place.whole, typed)
    st.session_state.pop(place.said, None)
    missing = tuple(str(one) for one in filled.problems if one.is_missing)
    wrong = tuple(str(one) for one in filled.problems if not one.is_missing)
    doubts = misfits(schema, filled.value) if filled.given and not filled.problems else ()
    return Entered(filled.given, filled.value, missing, wrong, tuple(map(str, doubts)))


def _typed_json(place: _Place, schema: Mapping[str, Any], title: str, top: str) -> Entered:
    if place.text not in st.session_state:
        st.session_state[place.text] = _of_form(place)[0]
    if place.json not in st.session_state:
        st.session_state[place.json] = st.session_state[place.text]
    text = st.text_area(title, key=key_of(place.json), height=240)
    st.session_state[place.text] = text
    try:
        value = from_text(text)
    except EditError as error:
        return Entered(True, None, wrong=(str(error),))
    unfit = misfits(schema, value)
    missing = tuple(str(one) for one in unfit if one.is_missing)
    doubts = [*unknown_keys(schema, value, top), *(one for one in unfit if not one.is_missing)]
    return Entered(True, value, missing, (), tuple(dict.fromkeys(map(str, doubts))))


def _switch(place: _Place) -> None:
    """Switch, keeping what was typed; if that is not possible, do not switch, and say why."""
    st.session_state.pop(place.said, None)
    if st.session_state[place.kind] == JSON:
        text, lacks = _of_form(place)
        st.session_state[place.text] = st.session_state[place.json] = st.session_state[place.made] = text
        if lacks:
            said = f"Not in the JSON, since it is no value yet: {'; '.join(map(str, lacks))}"
            st.session_state[place.said] = (text, said)
        return
    text = st.session_state.get(place.json, st.session_state.get(place.text, ""))
    if text == st.session_state.get(place.made):
        return
    try:
        type_in(place.fields, spread(place.whole, from_text(text)))
    except (EditError, NotInForm) as error:
        st.session_state[place.kind] = JSON
        st.session_state[place.stays] = True
        st.session_state[place.said] = (text, f"The JSON stays, since the form can't show it. {error}")


def _of_form(place: _Place) -> tuple[str, list[Problem]]:
    """The form's value as JSON, and the problems in the form."""
    filled = collect(place.whole, typed_in(place.whole, place.fields))
    lacks = [one for one in filled.problems if not one.is_missing]
    value = filled.value if filled.given else {"array": [], "string": ""}.get(str(place.whole.part.get("type")), {})
    return to_text(value), lacks


def _forget_of_another_schema(place: _Place, schema: Mapping[str, Any]) -> None:
    """Drop what was typed if the schema has changed because the code has: it would appear in the wrong fields."""
    kept = f"{place.fields}:schema"
    shape = {key: part for key, part in schema.items() if key != "required"}
    if st.session_state.get(kept, shape) != shape:
        for name in (place.json, place.text, place.made, place.said):
            st.session_state.pop(name, None)
        type_in(place.fields, {})
        st.session_state.pop(f"{place.fields}:typed", None)
    st.session_state[kept] = shape
