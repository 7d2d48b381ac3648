"""The JSON schema of a graph's input, corrected to what LangGraph really accepts and requires."""

import dataclasses
from typing import Any, get_args, get_origin

from langgraph.channels.base import BaseChannel
from pydantic import BaseModel, TypeAdapter

# The user's Python may be 3.10, where `typing` lacks two of these.
from typing_extensions import NotRequired, ReadOnly, Required, get_type_hints  # noqa: UP035

from ..any_graph import AnyGraph
from ..langgraph_internals import builder_of, declared_channels, declared_input
from .state_types import builds_its_type, required_channels

QUALIFIERS: tuple[Any, ...] = (Required, NotRequired, ReadOnly)


def input_schema(graph: AnyGraph, notes: list[str]) -> dict[str, Any]:
    """The schema that LangGraph and pydantic make, corrected; {} and a note where they can't make one.

    Corrections: values that are not channels of the input are left out (those that LangGraph manages, such as
    RemainingSteps); "required" are the values without which a new thread can't begin, which for a TypedDict are none;
    and messages that go through `add_messages`, which accepts many forms, are only marked as messages.
    """
    try:
        schema = _schema(graph)
    except Exception as error:
        notes.append(f"The graph's input has no schema ({type(error).__name__}: {error}); write it as JSON.")
        return {}
    try:
        return _put_right(graph, schema)
    except Exception as error:
        notes.append(f"What the input requires can't be told ({type(error).__name__}: {error}).")
        return schema


def state_schema(graph: AnyGraph) -> dict[str, Any]:
    """The schema of the channels that are not part of the input, which only nodes write; {} where there are none, or
    their types have no schema.
    """
    given = declared_channels(graph)
    try:
        inside = _root(_schema(graph)).get("properties") or {}
        own = {name: each.ValueType for name, each in given.items() if isinstance(each, BaseChannel)}
        schema = _by_field(None, {name: kind for name, kind in own.items() if name not in inside})
        parts = schema["properties"]
        marked = {name: _messages(part) if _adds_messages(graph, name) else part for name, part in parts.items()}
        schema = {**schema, "title": "State", "properties": marked}
        return schema if builds_its_type(graph) else _without_required(schema)
    except Exception:  # raised by the user's types, which then have no schema
        return {}


def fills_defaults(graph: AnyGraph) -> bool:
    """Whether the graph fills in defaults for what is left out."""
    try:
        return builds_its_type(graph)
    except Exception:
        return False


def _schema(graph: AnyGraph) -> dict[str, Any]:
    """The schema; made field by field where the whole can't be made.

    Pydantic refuses `typing.TypedDict` before Python 3.12 (PydanticUserError "typed-dict-version", pydantic 2.14), and
    any type for which it has no schema, such as a DataFrame; then only that field is without one.
    """
    try:
        return dict(graph.get_input_jsonschema())
    except Exception:
        declared = declared_input(graph)
        hints = get_type_hints(declared, include_extras=True)
        if not hints:
            raise
        return _by_field(declared, hints)


def _by_field(declared: Any, hints: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    defs: dict[str, Any] = {}
    for name, hint in hints.items():
        while get_origin(hint) in QUALIFIERS:
            hint = get_args(hint)[0]
        try:
            part = TypeAdapter(hint).json_schema()
        except Exception:
            part = {}
        inner = part.pop("$defs", {})
        if any(defs.get(key, one) != one for key, one in inner.items()):
            part = {}
        else:
            defs |= inner
        properties[name] = {"title": name, **part, **_default(declared, name)}
    schema = {"title": getattr(declared, "__name__", "Input"), "type": "object", "properties": properties}
    return {**schema, "$defs": defs} if defs else schema


def _default(declared: Any, name: str) -> dict[str, Any]:
    """The default that a model or dataclass gives the field, if it can be JSON."""
    value: Any = None
    if isinstance(declared, type) and issubclass(declared, BaseModel) and name in declared.model_fields:
        value = declared.model_fields[name].default
    elif dataclasses.is_dataclass(declared):
        value = next(each.default for each in dataclasses.fields(declared) if each.name == name)
    return {"default": value} if isinstance(value, (str, int, float, list, dict)) else {}


def _put_right(graph: AnyGraph, schema: dict[str, Any]) -> dict[str, Any]:
    whole = _root(schema)
    found = whole.get("properties")
    if not isinstance(found, dict):
        return schema
    own = _names_of_fields(graph)
    named = {str(own.get(name, name)): part for name, part in found.items()}
    if builder_of(graph) is not None:
        named = {name: part for name, part in named.items() if isinstance(graph.channels.get(name), BaseChannel)}
    properties = {name: _messages(part) if _adds_messages(graph, name) else part for name, part in named.items()}
    required = sorted(name for name in required_channels(graph) if name in properties)
    kept = {key: each for key, each in whole.items() if key not in ("properties", "required", "$defs")}
    result = {**kept, "properties": properties, **({"required": required} if required else {})}
    defs = _needed(result, schema.get("$defs", {}))
    if not builds_its_type(graph):
        result, defs = _without_required(result), _without_required(defs)
    return {**result, "$defs": defs} if defs else result


def _root(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself. For a type that contains itself it is a reference to one of its own definitions."""
    name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    return {**schema, **schema["$defs"][name]} if name in schema.get("$defs", {}) else schema


def _names_of_fields(graph: AnyGraph) -> dict[Any, str]:
    """The names of fields by their aliases; channels have the names."""
    declared = declared_input(graph) if builder_of(graph) is not None else None
    if not (isinstance(declared, type) and issubclass(declared, BaseModel)):
        return {}
    aliases = {name: each.alias for name, each in declared.model_fields.items()}
    return {alias: name for name, alias in aliases.items() if alias is not None}


def _adds_messages(graph: AnyGraph, name: str) -> bool:
    operator: Any = getattr(graph.channels.get(name), "operator", None)
    while getattr(operator, "func", None) is not None:
        operator = operator.func
    return str(getattr(operator, "__name__", "")).lstrip("_") == "add_messages"


def _messages(part: Any) -> dict[str, Any]:
    kept = ("title", "description", "default", "examples")
    return {**{key: each for key, each in part.items() if key in kept}, "format": "messages"}


def _needed(part: Any, defs: dict[str, Any]) -> dict[str, Any]:
    """The definitions to which a part refers, directly or through others."""
    needed: dict[str, Any] = {}
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            name = str(one.get("$ref", "")).removeprefix("#/$defs/")
            if name in defs and name not in needed:
                needed[name] = defs[name]
                waiting.append(defs[name])
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return {name: defs[name] for name in defs if name in needed}


def _without_required(part: Any) -> Any:
    """The part without "required": LangGraph checks nothing inside a TypedDict either.

    A property may be called "required".
    """
    if isinstance(part, list):
        return [_without_required(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _without_required(each) for key, each in part.items() if not (key == "required" and isinstance(each, list))
    }
