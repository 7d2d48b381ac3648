"""The context of a run (`runtime.context`): what a graph declares for it, and how it is made from the given values."""

import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ...errors.refused import Refused
from ...shared.kept_settings import is_secret
from ..any_graph import AnyGraph
from .schema import annotations_schema

_HIDDEN = "**********"
"""How pydantic shows a SecretStr."""
_MISSING = ("missing", "missing_argument", "missing_keyword_only_argument")
_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument", "no_such_attribute")
_SHOULD_BE = "Input should be "
_PLAIN = {
    "a valid string": "a text",
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid boolean": "true or false",
    "a valid dictionary": "an object in braces",
    "a valid list": "a list",
}
_WHERE = (
    "Mend it under “Run settings”: on the Run screen that is below the input, in the Debugger in “Change and fork”. "
    "Nothing ran."
)


@dataclass(frozen=True)
class Context:
    """`value` is what the graph is given; `kept` is the same as JSON, with `...` for what must not be saved.

    `made_up` names the values that nobody gave.
    """

    value: Any
    kept: dict[str, Any] | None
    made_up: dict[str, Any] = field(default_factory=dict)


def declared(graph: AnyGraph) -> Any:
    """The type that a graph declares for the settings of its runs; None where it declares none.

    Since langgraph 0.6 that is `context_schema`, before that `config_schema`, whose values are in `configurable`.
    """
    return getattr(graph, "context_schema", None) or getattr(graph, "config_type", None)


def takes_context(graph: AnyGraph) -> bool:
    """Whether this LangGraph has contexts: 0.6 and later."""
    return "context" in inspect.signature(graph.astream).parameters


def context_schema(graph: AnyGraph, notes: list[str]) -> dict[str, Any]:
    """The JSON schema of what the graph declares; {} where it declares nothing, and with a note where none can be
    made.
    """
    kind = declared(graph)
    if kind is None:
        return {}
    try:
        return dict(TypeAdapter(kind).json_schema())
    except Exception as error:
        problem = f"{type(error).__name__}: {error}".splitlines()[0]
    try:
        return annotations_schema(kind)
    except Exception:
        pass
    notes.append(f"The graph's context has no schema ({problem}); write it as JSON.")
    return {"type": "object"}


def context_for(
    graph: AnyGraph, given: Mapping[str, Any] | None, configurable: Mapping[str, Any], *, anew: bool
) -> Context:
    """The context for the graph, of the type that it declares. Raises Refused where that can't be made.

    Without a context `given` it is made from {}, and from values in `configurable` with the same names, as `langgraph
    dev` does (langgraph-api 0.16.7, models/run.py). If a run continues from a checkpoint (not `anew`) whose context is
    not known, other required values start empty.
    """
    if not takes_context(graph):
        return Context(None, None)
    kind = declared(graph)
    if kind is None:
        values = dict(configurable if given is None else given)
        return Context(values, dict(given) if given else None)
    schema = context_schema(graph, [])
    known = schema.get("properties") or {}
    values = {name: configurable[name] for name in known if name in configurable} if given is None else dict(given)
    made_up: dict[str, Any] = {}
    if given is None and not anew:
        missing = [name for name in schema.get("required") or () if name not in values]
        made_up = {name: emptiest(known.get(name), schema) for name in missing}
    value = _made(kind, {**made_up, **values})
    return Context(value, _kept(kind, value, {**made_up, **values}), made_up)


def emptiest(part: Any, schema: Mapping[str, Any], depth: int = 8) -> Any:
    """The emptiest value that a part of a JSON schema allows: "", 0, false, [], null, or an object of such values."""
    if not isinstance(part, Mapping) or not depth:
        return None
    for word in ("default", "const"):
        if word in part:
            return part[word]
    if isinstance(part.get("$ref"), str):
        return emptiest((schema.get("$defs") or {}).get(part["$ref"].rpartition("/")[2]), schema, depth - 1)
    if part.get("enum"):
        return part["enum"][0]
    for word in ("anyOf", "oneOf", "allOf"):
        if part.get(word):
            options = part[word]
            return None if {"type": "null"} in options else emptiest(options[0], schema, depth - 1)
    if part.get("type") == "object":
        inner = part.get("properties") or {}
        return {name: emptiest(inner.get(name), schema, depth - 1) for name in part.get("required") or ()}
    empty: dict[str, Any] = {"string": "", "integer": 0, "number": 0.0, "boolean": False, "array": []}
    return empty.get(str(part.get("type")))


def _made(kind: Any, values: dict[str, Any]) -> Any:
    """The context in its declared type; nested dataclasses, enums and similar are made too, which LangGraph itself does
    not do.
    """
    try:
        adapter = TypeAdapter(kind)
    except Exception:
        return values  # LangGraph makes it, or passes it on unchanged
    try:
        made = adapter.validate_python(values)
    except ValidationError as error:
        wrong = " ".join(_in_words(each) for each in error.errors())
        raise Refused(f"The run's context is not what this graph declares. {wrong} {_WHERE}") from None
    return {**values, **made} if isinstance(made, dict) else made


def _in_words(error: Any) -> str:
    """What is wrong with a field: "model is missing." (pydantic 2's kinds of errors)."""
    where = ".".join(map(str, error["loc"]))
    if error["type"] in _MISSING:
        return f"{where} is missing."
    if error["type"] in _UNKNOWN:
        return f"{where} is not a field of the context."
    said = str(error["msg"]).rstrip(".")
    if not said.startswith(_SHOULD_BE):
        return f"{where}: {said}." if where else f"{said}."
    wanted = said.removeprefix(_SHOULD_BE).split(", unable to ")[0]
    given, words = error["input"], "" if is_secret(where) else "another value"
    if words and isinstance(given, str | int | float | None):
        words = json.dumps(given, ensure_ascii=False)[:60]
    return f"{where or 'It'} must be {_PLAIN.get(wanted, wanted)}{words and f', not {words}'}."


def _kept(kind: Any, value: Any, given: dict[str, Any]) -> dict[str, Any]:
    try:
        said = TypeAdapter(kind).dump_python(value, mode="json", warnings=False)
    except Exception:
        return given
    return {name: ... if each == _HIDDEN else each for name, each in said.items()} if isinstance(said, dict) else given
