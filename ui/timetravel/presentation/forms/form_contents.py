"""From a value to what a form's fields show of it: the way back from form_values.py. Pure."""

from collections.abc import Mapping
from typing import Any

from ui.timetravel.errors import EditError
from ui.timetravel.model.values import Plain
from ui.timetravel.presentation.forms.form_values import (
    EMPTY_TEXT,
    KEY,
    NULL,
    FieldPath,
    collect,
    human_fields,
    path_in_value,
    within_variant,
)
from ui.timetravel.presentation.forms.input_form import LARGEST, Field, fields, form, is_fixed, item, variants
from ui.timetravel.presentation.forms.schema_check import where
from ui.timetravel.serde.editable_json import to_text


class NotInForm(Exception):
    """A value that the form's fields can't hold. The message tells a person which part."""


def spread(one: Field, value: Plain, path: FieldPath = ()) -> dict[FieldPath, Any]:
    """The widgets' contents for this value: `collect` returns it from them.

    Raises NotInForm where that is not possible.
    """
    typed = _spread(one, value, path)
    back = collect(one, typed, path)
    if back.problems or not back.given or not _same(back.value, value):
        raise NotInForm(_not_in_form(path))
    return typed


def beginning(one: Field, path: FieldPath = ()) -> dict[FieldPath, Any]:
    """The widgets' contents before anybody types: the examples."""
    if one.example is not None and not is_fixed(one):
        try:
            return spread(one, one.example, path)
        except NotInForm:
            return {}
    if one.kind != "object" or not (one.required or not path):
        return {}
    typed: dict[FieldPath, Any] = {}
    for part in fields(one):
        typed |= beginning(part, (*path, part.name))
    return typed


def example(schema: Mapping[str, Any]) -> Plain:
    """The value of a schema's form before anybody types: only what has an example or a default."""
    whole = form(schema)
    return collect(whole, beginning(whole)).value


def _spread(one: Field, value: Plain, path: FieldPath) -> dict[FieldPath, Any]:
    if value is None and one.nullable:
        return {(*path, NULL): True}
    match one.kind:
        case "object":
            return _of_object(one, value, path)
        case "list":
            _demand(type(value) is list, path)
            return {path: len(value)} | _joined(_spread(item(one), each, (*path, at)) for at, each in enumerate(value))
        case "map":
            return _of_map(one, value, path)
        case "union":
            return _of_union(one, value, path)
        case "choice":
            found = [at for at, each in enumerate(one.choices) if _same(each, value)]
            _demand(bool(found), path)
            return {path: found[0]}
        case _:
            return {path: _of_leaf(one, value, path)}


def _of_object(one: Field, value: Plain, path: FieldPath) -> dict[FieldPath, Any]:
    _demand(type(value) is dict, path)
    parts = {part.name: part for part in fields(one)}
    for name in value:
        if name not in parts:
            raise NotInForm(f"“{'.'.join(map(str, (*path_in_value(path), name)))}” has no field in the form.")
    inside = _joined(_spread(parts[name], each, (*path, name)) for name, each in value.items())
    return ({path: True} if not value else {}) | inside


def _of_map(one: Field, value: Plain, path: FieldPath) -> dict[FieldPath, Any]:
    _demand(type(value) is dict and all(type(key) is str for key in value), path)
    typed: dict[FieldPath, Any] = {path: len(value)}
    for at, (key, each) in enumerate(value.items()):
        typed |= {(*path, at, KEY): key} | _spread(item(one), each, (*path, at))
    return typed


def _of_union(one: Field, value: Plain, path: FieldPath) -> dict[FieldPath, Any]:
    for at, variant in enumerate(variants(one)):
        try:
            return {path: at} | spread(variant, value, within_variant(path, at))
        except NotInForm:
            continue
    raise NotInForm(_not_in_form(path))


def _of_leaf(one: Field, value: Plain, path: FieldPath) -> Any:
    match one.kind:
        case "text":
            _demand(type(value) is str and value != EMPTY_TEXT and _is_whole(value), path)
            return value or EMPTY_TEXT
        case "boolean":
            _demand(type(value) is bool, path)
        case "integer":
            _demand(type(value) is int and abs(value) <= LARGEST, path)
        case "number":
            _demand(type(value) is float or (type(value) is int and abs(value) <= LARGEST), path)
            return float(value)
        case _:
            return _heard(one, value, path)
    return value


def _heard(one: Field, value: Plain, path: FieldPath) -> str:
    """JSON as its text box shows it; a single message of the human is shown as plain text."""
    match value:
        case [{"content": str(text), **who}] if one.kind == "messages" and who == human_fields(one) and text.strip():
            if not text.lstrip().startswith(("[", "{")) and _is_whole(text):
                return text
    try:
        return to_text(value)
    except EditError:
        raise NotInForm(_not_in_form(path)) from None


def _joined(several: Any) -> dict[FieldPath, Any]:
    return {path: held for typed in several for path, held in typed.items()}


def _is_whole(text: str) -> bool:
    """Whether a text field in a browser can hold the text unchanged: no half characters, and one kind of line end
    only.
    """
    return "\r" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _same(one: Plain, other: Plain) -> bool:
    """Whether both are equal, types included; in a field for any number an integer equals the same float."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(each, other[key]) for key, each in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    number = all(type(each) in (int, float) for each in (one, other))
    return bool(one == other) and (number or type(one) is type(other))


def _demand(fitting: bool, path: FieldPath) -> None:
    if not fitting:
        raise NotInForm(_not_in_form(path))


def _not_in_form(path: FieldPath) -> str:
    at = where(path_in_value(path))
    return f"What stands at {at} can't be typed in its field." if at else "The form's fields can't say this value."
