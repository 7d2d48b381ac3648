"""Schemas and values for tests: such as pydantic writes them, and such as nobody should write."""

from typing import Any

from hypothesis import strategies as st

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
_KEYWORDS = """
    type enum const default examples anyOf allOf oneOf $ref description required items additionalProperties properties
    format pattern minimum title
"""
_words = st.sampled_from(_KEYWORDS.split())
_types = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null"])
any_schemas = st.recursive(
    st.dictionaries(_words, json_values | _types, max_size=4),
    lambda inner: (
        st.dictionaries(_words, json_values | _types, max_size=3)
        | st.builds(lambda word, parts: {word: parts}, st.sampled_from(["anyOf", "allOf"]), st.lists(inner, max_size=3))
        | st.builds(lambda parts: {"properties": parts}, st.dictionaries(st.text(max_size=3), inner, max_size=3))
        | st.builds(lambda part: {"type": "array", "items": part}, inner)
    ),
    max_leaves=6,
)
"""Anything that is shaped like a schema, sensible or not."""

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_names = st.text("abcxyz_.名", min_size=1, max_size=4)


def _leaves() -> st.SearchStrategy[tuple[dict[str, Any], st.SearchStrategy[Any]]]:
    """A schema of a plain value, and the values that fit it."""
    numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)
    return st.sampled_from(
        [
            ({"type": "string"}, texts),
            ({"type": "integer"}, st.integers(-(2**40), 2**40)),
            ({"type": "number"}, numbers),
            ({"type": "boolean"}, st.booleans()),
            ({"enum": ["a", "b", 3]}, st.sampled_from(["a", "b", 3])),
            ({"const": "only"}, st.just("only")),
            ({}, json_values),
            ({"anyOf": [{"type": "boolean"}, {"type": "null"}]}, st.sampled_from([None, True, False])),
        ]
    )


def _composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        st.builds(_list, inner) | st.builds(_map, inner) | st.builds(_maybe, inner) | st.builds(_either, inner, inner)
    ) | st.builds(_object, st.dictionaries(_names, st.tuples(inner, st.booleans()), min_size=1, max_size=3))


def _list(part: Any) -> Any:
    schema, values = part
    return {"type": "array", "items": schema}, st.lists(values, max_size=3)


def _map(part: Any) -> Any:
    schema, values = part
    return {"type": "object", "additionalProperties": schema}, st.dictionaries(_names, values, max_size=3)


def _maybe(part: Any) -> Any:
    schema, values = part
    return {"anyOf": [schema, {"type": "null"}]}, values | st.none()


def _either(one: Any, other: Any) -> Any:
    return {"anyOf": [one[0], other[0]]}, one[1] | other[1]


def _object(parts: dict[str, Any]) -> Any:
    required = [name for name, (_, needed) in parts.items() if needed]
    schema = {
        "type": "object",
        "properties": {name: part[0] for name, (part, _) in parts.items()},
        "required": required,
    }
    needed = {name: parts[name][0][1] for name in required}
    rest = {name: part[1] for name, (part, _) in parts.items() if name not in required}
    return schema, st.fixed_dictionaries(needed, optional=rest)


_pairs = st.recursive(_leaves(), _composed, max_leaves=6)
schemas_with_values = st.builds(_object, st.dictionaries(_names, st.tuples(_pairs, st.booleans()), min_size=1)).flatmap(
    lambda pair: st.tuples(st.just(pair[0]), pair[1])
)
"""The schema of an object as pydantic writes it, and a value that fits."""
