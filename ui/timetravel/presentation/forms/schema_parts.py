"""Resolves parts of a JSON schema: references and single alternatives are followed. Pure."""

from collections.abc import Mapping
from typing import Any

_HOPS = 20
"""References followed for one part: enough for any that ends."""
_ALTERNATIVES = ("anyOf", "oneOf", "allOf")


def as_schema(value: Any) -> Mapping[str, Any]:
    """The value as a schema; anything that is not one, such as `true`, allows any value, as {} does."""
    return value if isinstance(value, Mapping) else {}


def resolve(part: Mapping[str, Any], root: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """The part behind references and a single alternative, and whether null is allowed as well.

    Several alternatives are left as they are ("anyOf"; several types become one). Keys beside a reference or an
    alternative (default, description) override those behind it.
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
    """Whether a list is one of LangChain's messages: by the worker's mark, by its types, or by its usual name."""
    if part.get("format") == "messages":
        return True
    if part.get("type") != "array":
        return False
    items = as_schema(part.get("items"))
    return is_typed_messages(part, root) or (name == "messages" and not items)


def is_typed_messages(part: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    """Whether the items are LangChain's message classes, so that "type" names the class of each."""
    items, _ = resolve(as_schema(part.get("items")), root)
    listed = items.get("oneOf") or items.get("anyOf")
    several = listed if isinstance(listed, list) else []
    names = {str(as_schema(one).get("$ref", "")).rpartition("/")[2] for one in several}
    return {"HumanMessage", "AIMessage"} <= names or items.get("title") == "BaseMessage"


def _behind(part: Mapping[str, Any], root: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, bool]:
    """The next schema to follow, None if there is none; and whether null was an alternative to it."""
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
    """The part that a reference inside the schema, such as "#/$defs/Message", points to; empty where there is none."""
    found: Any = root
    for step in str(reference).removeprefix("#").split("/")[1:]:
        found = as_schema(found).get(step.replace("~1", "/").replace("~0", "~"))
    return as_schema(found) if str(reference).startswith("#") else {}
