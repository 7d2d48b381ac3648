"""From what was typed in a form's fields to the value, and back. Pure.

What was typed is a mapping from the path of a field to what its widget holds:

    text, json, messages    the text; empty: nothing
    integer, number         the number
    boolean                 True or False
    choice                  the place of the choice
    union                   the place of the variant, whose own field is at `within_variant(path, place)`
    list, map               how many items; the key of item i of a map is at (*path, i, KEY)
    object                  True where it is there though nothing in it is filled in
    any                     (*path, NULL): True where the value is null

A path that is missing, or holds None, was not touched. Nothing is made up for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ui.timetravel.errors import EditError
from ui.timetravel.model.values import Plain
from ui.timetravel.presentation.forms.input_form import LARGEST, Field, fields, form, is_fixed, item, variants
from ui.timetravel.presentation.forms.schema_check import Problem, where
from ui.timetravel.presentation.forms.schema_parts import is_typed_messages
from ui.timetravel.serde.editable_json import from_text, to_text

_FORM_ONLY = "\0"
NULL, KEY = "\0null", "\0key"
EMPTY_TEXT = '""'
"""Typed into a text field, this means the empty text: an empty field is left out."""

FieldPath = tuple[str | int, ...]
TypedFields = Mapping[FieldPath, Any]


@dataclass(frozen=True, slots=True)
class Filled:
    """The content of a form: whether there is a value at all, the value, and what is wrong with what was typed."""

    given: bool
    value: Plain = None
    problems: tuple[Problem, ...] = ()


class NotInForm(Exception):
    """A value that the form's fields can't hold. The message tells a person which part."""


_NOTHING = Filled(False)


def collect(one: Field, typed: TypedFields, path: FieldPath = ()) -> Filled:
    """The value that was typed.

    Untouched fields are left out; required fields that are missing are reported as problems.
    """
    if typed.get((*path, NULL)):
        return Filled(True, None)
    filled = _collected(one, typed, path)
    if one.required and not filled.given and not filled.problems:
        return Filled(False, None, (Problem(_said(path), "is required: fill it in.", is_missing=True),))
    return filled


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


def within_variant(path: FieldPath, place: int) -> FieldPath:
    """The path of the field of a union's variant. Each variant has its own path."""
    return (*path, f"{_FORM_ONLY}variant{place}")


def example(schema: Mapping[str, Any]) -> Plain:
    """The value of a schema's form before anybody types: only what has an example or a default."""
    whole = form(schema)
    return collect(whole, beginning(whole)).value


# --- to a value ---


def _collected(one: Field, typed: TypedFields, path: FieldPath) -> Filled:
    held = typed.get(path)
    match one.kind:
        case "object":
            return _object(one, typed, path)
        case "list":
            return _list(one, typed, path)
        case "map":
            return _map(one, typed, path)
        case "union":
            return _NOTHING if held is None else _of_variant(one, held, typed, path)
        case "choice":
            at = 0 if held is None and is_fixed(one) and one.required else held
            return _NOTHING if at is None else Filled(True, one.choices[at])
        case "integer" | "number" | "boolean":
            return _NOTHING if held is None else Filled(True, held)
        case "text":
            return Filled(True, "" if held == EMPTY_TEXT else held) if held else _NOTHING
        case _:
            return _from_json(one, held or "", path)


def _from_json(one: Field, text: str, path: FieldPath) -> Filled:
    if not text.strip():
        return _NOTHING
    if one.kind == "messages" and not text.lstrip().startswith(("[", "{")):
        return Filled(True, [{**_human(one), "content": text}])
    try:
        return Filled(True, from_text(text))
    except EditError as error:
        return Filled(True, None, (Problem(_said(path), str(error)),))


def _object(one: Field, typed: TypedFields, path: FieldPath) -> Filled:
    if not one.required and not _touched(typed, path):
        return _NOTHING
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for part in fields(one):
        filled = collect(part, typed, (*path, part.name))
        problems += filled.problems
        if filled.given:
            values[part.name] = filled.value
    return Filled(True, values, tuple(problems))


def _of_variant(one: Field, place: int, typed: TypedFields, path: FieldPath) -> Filled:
    among = variants(one)
    return collect(among[place], typed, within_variant(path, place)) if place < len(among) else _NOTHING


def _list(one: Field, typed: TypedFields, path: FieldPath) -> Filled:
    count = typed.get(path)
    if count is None:
        return _NOTHING
    found = [collect(item(one), typed, (*path, at)) for at in range(count)]
    return Filled(True, [each.value for each in found], tuple(p for each in found for p in each.problems))


def _map(one: Field, typed: TypedFields, path: FieldPath) -> Filled:
    count = typed.get(path)
    if count is None:
        return _NOTHING
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for at in range(count):
        key = typed.get((*path, at, KEY)) or ""
        if not key or key in values:
            said = "has no key yet." if not key else f"has the key “{key}”, which is there already."
            problems.append(Problem((*_said(path), at), said))
        filled = collect(item(one), typed, (*path, at))
        problems += filled.problems
        values[key] = filled.value
    return Filled(True, values, tuple(problems))


def _touched(typed: TypedFields, path: FieldPath) -> bool:
    """Whether a widget at or below this path holds something."""
    return any(held not in (None, "") for at, held in typed.items() if at[: len(path)] == path)


# --- from a value ---


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
            raise NotInForm(f"“{'.'.join(map(str, (*_said(path), name)))}” has no field in the form.")
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
        case [{"content": str(text), **who}] if one.kind == "messages" and who == _human(one) and text.strip():
            if not text.lstrip().startswith(("[", "{")) and _is_whole(text):
                return text
    try:
        return to_text(value)
    except EditError:
        raise NotInForm(_not_in_form(path)) from None


def _human(one: Field) -> dict[str, str]:
    """The field that marks a message as the human's: `type` for message classes, else `role` as chat models take it."""
    return {"type": "human"} if is_typed_messages(one.part, one.root) else {"role": "user"}


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


def _said(path: FieldPath) -> FieldPath:
    """The path in the value, without the parts that exist only in the form."""
    return tuple(step for step in path if not str(step).startswith(_FORM_ONLY))


def _not_in_form(path: FieldPath) -> str:
    at = where(_said(path))
    return f"What stands at {at} can't be typed in its field." if at else "The form's fields can't say this value."
