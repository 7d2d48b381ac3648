"""What a part of a JSON schema stands for: references and lone alternatives followed. Pure."""

from collections.abc import Mapping
from typing import Any

_HOPS = 20
"""References followed for one part: enough for any that ends."""
_ALTERNATIVES = ("anyOf", "oneOf", "allOf")


def as_schema(value: Any) -> Mapping[str, Any]:
    """The schema that a value is; what isn't one, such as `true`, allows anything, as {} does."""
    return value if isinstance(value, Mapping) else {}


def resolve(part: Mapping[str, Any], root: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """What a part stands for, behind references and a lone alternative, and whether it may be null as well.

    Several alternatives are left as they are ("anyOf"; several types become it). What is said beside a reference or an
    alternative (default, description) goes before what is said behind it.
    """
    nullable = False
    for _ in range(_HOPS):
        behind, null = _behind(part, root)
        nullable = nullable or null
        if behind is None:
            return part, nullable
        beside = {key: value for key, value in part.items() if key not in ("$ref", "type", *_ALTERNATIVES)}
        part = {**behind, **beside}
    return ({} if "$ref" in part else part), nullable


def is_messages(part: Mapping[str, Any], root: Mapping[str, Any], name: str) -> bool:
    """Whether a list is one of LangChain's messages: marked so by the worker, by its types, or by its usual name."""
    if part.get("format") == "messages":
        return True
    if part.get("type") != "array":
        return False
    items = as_schema(part.get("items"))
    return is_typed_messages(part, root) or (name == "messages" and not items)


def is_typed_messages(part: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    """Whether the items are LangChain's message classes, so that each one's "type" tells which."""
    items, _ = resolve(as_schema(part.get("items")), root)
    listed = items.get("oneOf") or items.get("anyOf")
    several = listed if isinstance(listed, list) else []
    names = {str(as_schema(one).get("$ref", "")).rpartition("/")[2] for one in several}
    return {"HumanMessage", "AIMessage"} <= names or items.get("title") == "BaseMessage"


def _behind(part: Mapping[str, Any], root: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, bool]:
    """The next schema to look at, None if there is none; and whether null was one of the alternatives to it."""
    if "$ref" in part:
        return pointed(part["$ref"], root), False
    types = part.get("type")
    if isinstance(types, list):
        others = [{"type": one} for one in types if one != "null"]
        return (others[0] if len(others) == 1 else {"anyOf": others}), "null" in types
    for word in _ALTERNATIVES:
        given = part.get(word)
        if isinstance(given, list):
            others = [one for one in given if as_schema(one).get("type") != "null"]
            return (as_schema(others[0]) if len(others) == 1 else None), len(others) < len(given)
    return None, False


def pointed(reference: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference inside the schema, such as "#/$defs/Message", points at; empty where nothing is there."""
    found: Any = root
    for step in str(reference).removeprefix("#").split("/")[1:]:
        found = as_schema(found).get(step.replace("~1", "/").replace("~0", "~"))
    return as_schema(found) if str(reference).startswith("#") else {}
