"""A graph's input schema as the fields of a form, and back: what can be typed in a field, and what needs JSON. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "integer", "number", "boolean", "choice", "json"]
_LARGEST = 2**53 - 1
"""A browser rounds whole numbers beyond it."""
_HOPS = 20
"""References followed for one field: enough for any that ends."""
_SIMPLE: dict[str, Kind] = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `example` is what it starts with (None: empty); `choices` only for a "choice"."""

    name: str
    kind: Kind
    title: str
    help: str = ""
    example: Any = None
    required: bool = False
    choices: tuple[Any, ...] = ()


def fields(schema: Mapping[str, Any]) -> list[Field]:
    """The fields of an object schema (JSON Schema as pydantic writes it); empty if the input isn't an object.

    A field that a widget would change is "json": a number that may be null, say, which a number field can't leave out.
    """
    root, _ = _resolve(schema, schema)
    required = root.get("required")
    names = required if isinstance(required, list) else []
    parts = _map(root.get("properties"))
    return [_field(name, part, schema, name in names) for name, part in parts.items()]


def example(schema: Mapping[str, Any]) -> Any:
    """An input to begin with: every field's example, or the emptiest value of its type if it is required."""
    parts = fields(schema)
    if parts:
        return {part.name: start(part) for part in parts if part.required or part.example is not None}
    whole = _field("", schema, schema, required=True)
    return {} if whole.kind == "json" and whole.example is None else start(whole)


def start(field: Field) -> Any:
    """What a field holds before anybody types: its example, else the emptiest value of its kind."""
    if field.example is not None:
        return field.example
    empty = {"text": "", "integer": 0, "number": 0.0, "boolean": False, "json": None}
    return field.choices[0] if field.kind == "choice" else empty[field.kind]


def _field(name: str, part: Any, schema: Mapping[str, Any], required: bool) -> Field:
    found, nullable = _resolve(_map(part), schema)
    kind, choices = _kind(found, nullable)
    given = _given(found)
    if kind == "choice":
        given = next((one for one in choices if one == given and type(one) is type(given)), None)
    elif given is not None and not _fits(given, kind):
        kind = "json"
    if kind == "json" and given is None and required and not nullable:
        given = {"array": [], "object": {}}.get(str(found.get("type")))
    return Field(name, kind, name, str(found.get("description") or ""), given, required, choices)


def _kind(part: Mapping[str, Any], nullable: bool) -> tuple[Kind, tuple[Any, ...]]:
    """The kind of field that can say all that the schema allows, and the choices of a "choice"."""
    listed = part.get("enum", [part["const"]] if "const" in part else None)
    if listed is None and nullable and part.get("type") == "boolean":
        listed = [False, True]
    if isinstance(listed, list) and listed:
        plain = all(one is None or isinstance(one, str | int | float) for one in listed)
        empty = (None,) if nullable and None not in listed else ()
        return ("choice", (*empty, *listed)) if plain else ("json", ())
    kind = _SIMPLE.get(str(part.get("type")), "json")
    return ("json" if nullable and kind != "text" else kind), ()


def _given(part: Mapping[str, Any]) -> Any:
    """The default, else the first example."""
    examples = part.get("examples")
    default = part.get("default")
    return examples[0] if default is None and isinstance(examples, list) and examples else default


def _fits(value: Any, kind: Kind) -> bool:
    """Whether a field of this kind can hold the value as it is."""
    match value:
        case bool():
            fitting: tuple[Kind, ...] = ("boolean",)
        case int() if abs(value) <= _LARGEST:
            fitting = ("integer", "number")
        case float() if math.isfinite(value):
            fitting = ("number",)
        case str():
            fitting = ("text",)
        case _:
            fitting = ()
    return kind in fitting or kind == "json"


def _map(value: Any) -> Mapping[str, Any]:
    """The schema that a value is; what isn't one, such as `true`, allows anything, as {} does."""
    return value if isinstance(value, Mapping) else {}


def _resolve(part: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """What a part stands for, behind references and a lone alternative, and whether it may be null as well.

    What is said beside a reference or an alternative (default, description) goes before what is said behind it.
    """
    nullable = False
    for _ in range(_HOPS):
        behind, null = _behind(part, schema)
        nullable = nullable or null
        if behind is None:
            break
        beside = {key: value for key, value in part.items() if key not in ("$ref", "allOf", "anyOf", "oneOf", "type")}
        part = {**behind, **beside}
    return part, nullable


def _behind(part: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, bool]:
    """The next schema to look at, None if there is none; and whether null was one of the alternatives to it."""
    if "$ref" in part:
        return _pointed(part["$ref"], schema), False
    types = part.get("type")
    if isinstance(types, list):
        others = [{"type": one} for one in types if one != "null"]
        return (others[0] if len(others) == 1 else {}), "null" in types
    for word in ("anyOf", "oneOf", "allOf"):
        given = part.get(word)
        if isinstance(given, list):
            others = [one for one in given if _map(one).get("type") != "null"]
            return (_map(others[0]) if len(others) == 1 else None), len(others) < len(given)
    return None, False


def _pointed(reference: Any, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference inside the schema, such as "#/$defs/Message", points at; empty where nothing is there."""
    found: Any = schema
    for step in str(reference).removeprefix("#").split("/")[1:]:
        found = _map(found).get(step.replace("~1", "/").replace("~0", "~"))
    return _map(found) if str(reference).startswith("#") else {}
