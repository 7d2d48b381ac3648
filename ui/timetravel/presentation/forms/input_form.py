"""A JSON schema as the fields of a form: which parts can be typed into fields, and which need JSON. Pure.

`form_values.py` reads the fields, `form_contents.py` fills them, `schema_check.py` checks values against the schema.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ui.timetravel.presentation.forms.schema_parts import as_schema, is_messages, resolve

FieldKind = Literal[
    "text", "integer", "number", "boolean", "choice", "object", "list", "map", "union", "messages", "json"
]
LARGEST = 2**53 - 1
"""A browser rounds larger integers."""
_DEEPEST = 6
"""The most levels of nested fields; deeper parts are JSON. A type that contains itself has no end."""
_MOST = 200
"""The most fields of one object; with more the page becomes slow, and JSON is easier."""
_SIMPLE: dict[str, FieldKind] = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `example` is its content before anybody types, `default` the value that applies where it is left out.

    In both, None stands for "nothing". `required`: without it, the value would be refused. `nullable`: null is a value
    beside those that the kind of field can hold. `choices` are those of a "choice"; a boolean that may be null is a
    choice, too. `is_item`: it is an item of a list or map, or a variant.
    """

    name: str
    kind: FieldKind
    help: str = ""
    example: Any = None
    default: Any = None
    required: bool = False
    nullable: bool = False
    choices: tuple[Any, ...] = ()
    part: Mapping[str, Any] = field(default_factory=dict, repr=False)
    root: Mapping[str, Any] = field(default_factory=dict, repr=False)
    depth: int = 0
    is_item: bool = False


def form(schema: Mapping[str, Any], *, fills_defaults: bool = False) -> Field:
    """The form of a whole value, as one field: an "object" with fields of its own, or a field of any other kind.

    With `fills_defaults` the code that takes the value fills in what is left out (as pydantic models and dataclasses
    do), so a default is not sent. Without it, the field begins with the default, as with an example.
    """
    root = schema if fills_defaults else _defaults_as_examples(schema)
    return _field("", root, root, required=True, depth=0)


def fields(whole: Field) -> tuple[Field, ...]:
    """The fields of an "object", in order; none for any other kind."""
    if whole.kind != "object":
        return ()
    listed = whole.part.get("required")
    required = listed if isinstance(listed, list) else []
    parts = as_schema(whole.part.get("properties"))
    return tuple(_inside(whole, name, part, name in required) for name, part in parts.items())


def item(whole: Field) -> Field:
    """The field for each item of a "list", or for each value of a "map"."""
    part = whole.part.get("items" if whole.kind == "list" else "additionalProperties")
    return replace(_inside(whole, "", part, required=True), is_item=True)


def variants(whole: Field) -> tuple[Field, ...]:
    """The alternatives of a "union", each with a name to choose it by."""
    parts = whole.part.get("anyOf") or whole.part.get("oneOf") or []
    found = [_inside(whole, "", part, required=True) for part in parts if as_schema(part).get("type") != "null"]
    names = [_named(one) for one in found]
    return tuple(
        replace(one, name=name if names.count(name) == 1 else f"{name} {at + 1}", is_item=True)
        for at, (one, name) in enumerate(zip(found, names, strict=True))
    )


def is_fixed(one: Field) -> bool:
    """Whether only one value is possible, as in `kind: Literal["card"]`: it is sent without being asked for."""
    return one.kind == "choice" and len(one.choices) == 1 and one.choices[0] is not None


def _inside(whole: Field, name: str, part: Any, required: bool) -> Field:
    found = _field(name, part, whole.root, required, whole.depth + 1)
    # An example inside an optional object would be sent although nobody had filled in the object.
    keeps = whole.required or whole.depth == 0
    return found if keeps else replace(found, example=None)


def _field(name: str, part: Any, root: Mapping[str, Any], required: bool, depth: int) -> Field:
    found, nullable = resolve(as_schema(part), root)
    kind, choices = _kind(found, nullable, root, depth, name)
    example = _first_example(found)
    if kind == "choice":
        example = next((one for one in choices if one == example and type(one) is type(example)), None)
    elif example is not None and not _fits(example, kind):
        kind = "json"
    return Field(
        name,
        kind,
        str(found.get("description") or ""),
        example,
        found.get("default"),
        required,
        nullable and kind not in ("choice", "json"),
        choices,
        found,
        root,
        depth,
    )


def _kind(
    part: Mapping[str, Any], nullable: bool, root: Mapping[str, Any], depth: int, name: str
) -> tuple[FieldKind, tuple[Any, ...]]:
    """The kind of field that can hold every value that the schema allows, and the choices of a "choice"."""
    listed = part.get("enum", [part["const"]] if "const" in part else None)
    if listed is None and nullable and part.get("type") == "boolean":
        listed = [False, True]
    if isinstance(listed, list) and listed:
        plain = all(one is None or isinstance(one, str | int | float) for one in listed)
        empty = (None,) if nullable and None not in listed else ()
        return ("choice", (*empty, *listed)) if plain else ("json", ())
    if is_messages(part, root, name):
        return "messages", ()
    return _SIMPLE.get(str(part.get("type"))) or _composed(part, depth), ()


def _composed(part: Mapping[str, Any], depth: int) -> FieldKind:
    if depth > _DEEPEST:
        return "json"
    if "anyOf" in part or "oneOf" in part:
        return "union"
    properties = as_schema(part.get("properties"))
    if properties and part.get("type", "object") == "object":
        drawable = len(properties) <= _MOST and all(isinstance(name, str) for name in properties)
        return "object" if drawable else "json"
    if part.get("type") == "object" and as_schema(part.get("additionalProperties")):
        return "map"
    if part.get("type") == "array" and as_schema(part.get("items")) and "prefixItems" not in part:
        return "list"
    return "json"


def _named(variant: Field) -> str:
    """A variant's own title, else a word for its kind."""
    title = variant.part.get("title")
    if isinstance(title, str) and title:
        return title
    if is_fixed(variant):
        return str(variant.choices[0])
    return {"text": "text", "integer": "whole number", "number": "number", "json": "JSON"}.get(
        variant.kind, variant.kind
    )


def _first_example(part: Mapping[str, Any]) -> Any:
    examples = part.get("examples")
    return examples[0] if isinstance(examples, list) and examples else None


def _fits(value: Any, kind: FieldKind) -> bool:
    """Whether a field of this kind can begin with the value. For composed kinds `form_contents` decides."""
    match value:
        case bool():
            fitting: tuple[FieldKind, ...] = ("boolean",)
        case int() if abs(value) <= LARGEST:
            fitting = ("integer", "number")
        case float() if math.isfinite(value):
            fitting = ("number",)
        case str():
            fitting = ("text",)
        case _:
            fitting = ()
    return kind in fitting or kind in ("object", "list", "map", "union", "messages", "json")


def _defaults_as_examples(schema: Any, depth: int = 0) -> Any:
    """The schema with each default as the first of the examples."""
    if depth > 50:
        return schema
    if isinstance(schema, list):
        return [_defaults_as_examples(one, depth + 1) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    inner = {key: _moved(key, part, depth + 1) for key, part in schema.items()}
    if inner.get("default") is not None:
        default = inner.pop("default")
        given = inner.get("examples")
        if default not in ("", [], {}):
            inner["examples"] = [default, *(given if isinstance(given, list) else [])]
    return inner


def _moved(key: str, part: Any, depth: int) -> Any:
    """The schema under a keyword, converted. Some keywords hold schemas by name, and "default" may be such a name."""
    if key in ("properties", "$defs", "definitions") and isinstance(part, Mapping):
        return {name: _defaults_as_examples(one, depth) for name, one in part.items()}
    if key in ("items", "additionalProperties", "anyOf", "oneOf", "allOf"):
        return _defaults_as_examples(part, depth)
    return part
