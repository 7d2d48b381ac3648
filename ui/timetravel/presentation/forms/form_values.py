"""From what was typed in a form's fields to the value; form_contents.py has the way back. Pure.

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
from ui.timetravel.presentation.forms.input_form import Field, fields, is_fixed, item, variants
from ui.timetravel.presentation.forms.schema_check import Problem
from ui.timetravel.presentation.forms.schema_parts import is_typed_messages
from ui.timetravel.serde.editable_json import from_text

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


_NOTHING = Filled(False)


def collect(one: Field, typed: TypedFields, path: FieldPath = ()) -> Filled:
    """The value that was typed.

    Untouched fields are left out; required fields that are missing are reported as problems.
    """
    if typed.get((*path, NULL)):
        return Filled(True, None)
    filled = _collected(one, typed, path)
    if one.required and not filled.given and not filled.problems:
        return Filled(False, None, (Problem(path_in_value(path), "is required: fill it in.", is_missing=True),))
    return filled


def within_variant(path: FieldPath, place: int) -> FieldPath:
    """The path of the field of a union's variant. Each variant has its own path."""
    return (*path, f"{_FORM_ONLY}variant{place}")


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
        return Filled(True, [{**human_fields(one), "content": text}])
    try:
        return Filled(True, from_text(text))
    except EditError as error:
        return Filled(True, None, (Problem(path_in_value(path), str(error)),))


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
            problems.append(Problem((*path_in_value(path), at), said))
        filled = collect(item(one), typed, (*path, at))
        problems += filled.problems
        values[key] = filled.value
    return Filled(True, values, tuple(problems))


def _touched(typed: TypedFields, path: FieldPath) -> bool:
    """Whether a widget at or below this path holds something."""
    return any(held not in (None, "") for at, held in typed.items() if at[: len(path)] == path)


def human_fields(one: Field) -> dict[str, str]:
    """The field that marks a message as the human's: `type` for message classes, else `role` as chat models take it."""
    return {"type": "human"} if is_typed_messages(one.part, one.root) else {"role": "user"}


def path_in_value(path: FieldPath) -> FieldPath:
    """The path in the value, without the parts that exist only in the form."""
    return tuple(step for step in path if not str(step).startswith(_FORM_ONLY))
