"""A graph's input schema as the fields of a form, and back: what can be typed in a field, and what needs JSON. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "integer", "number", "boolean", "choice", "json"]
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
    """The fields of an object schema (JSON Schema as pydantic writes it); empty if the input isn't an object."""
    required = schema.get("required", ())
    return [
        _field(name, _resolve(part, schema), part, name in required)
        for name, part in schema.get("properties", {}).items()
        if isinstance(part, Mapping)
    ]


def example(schema: Mapping[str, Any]) -> Any:
    """An input to begin with: every field's example, or the emptiest value of its type if it is required."""
    parts = fields(schema)
    if not parts:
        given = schema.get("examples") or [schema.get("default", {})]
        return given[0]
    return {part.name: start(part) for part in parts if part.required or part.example is not None}


def start(field: Field) -> Any:
    """What a field holds before anybody types: its example, else the emptiest value of its kind."""
    if field.example is not None:
        return field.example
    empty = {"text": "", "integer": 0, "number": 0.0, "boolean": False, "json": None}
    return field.choices[0] if field.kind == "choice" else empty[field.kind]


def _field(name: str, part: Mapping[str, Any], outer: Mapping[str, Any], required: bool) -> Field:
    choices = tuple(part.get("enum", ()))
    examples = outer.get("examples") or part.get("examples") or ()
    first = examples[0] if isinstance(examples, Sequence) and examples else None
    default = outer.get("default", part.get("default"))
    kind = "choice" if choices else _SIMPLE.get(str(part.get("type")), "json")
    given = default if default is not None else first
    if kind == "json" and given is None and required:
        given = {"array": [], "object": {}}.get(str(part.get("type")))
    help_text = str(outer.get("description") or part.get("description") or "")
    return Field(name, kind, name, help_text, given, required, choices)


def _resolve(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part itself, or what its "$ref" or its one alternative beside null stands for."""
    reference = part.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/$defs/"):
        found = schema.get("$defs", {}).get(reference.removeprefix("#/$defs/"), {})
        return found if isinstance(found, Mapping) else {}
    others = [one for one in part.get("anyOf", ()) if isinstance(one, Mapping) and one.get("type") != "null"]
    return _resolve(others[0], schema) if len(others) == 1 else part
