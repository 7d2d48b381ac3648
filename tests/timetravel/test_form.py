import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from ui.timetravel.form import Field, example, fields, start


def only(part: Any, required: bool = False, **more: Any) -> Field:
    """The field "x" of an object that has no other."""
    schema = {"type": "object", "properties": {"x": part}, "required": ["x"] * required, **more}
    (field,) = fields(schema)
    return field


NULL = {"type": "null"}


@pytest.mark.parametrize(
    ("part", "kind", "first"),
    [
        ({"type": "string"}, "text", ""),
        ({"type": "integer"}, "integer", 0),
        ({"type": "number"}, "number", 0.0),
        ({"type": "boolean"}, "boolean", False),
        ({"type": "array", "items": {"type": "string"}}, "json", []),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "json", {}),
        ({"enum": ["a", "b"]}, "choice", "a"),
        ({"const": "a", "type": "string"}, "choice", "a"),
        ({"title": "Anything"}, "json", None),
        (True, "json", None),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "json", None),
        ({"allOf": [{"type": "string"}]}, "text", ""),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, "json", None),
        ({"enum": [["a"], {"b": 1}]}, "json", None),
        ({"enum": []}, "json", None),
    ],
    ids=str,
)
def test_what_a_required_field_is_and_starts_with(part: Any, kind: str, first: Any) -> None:
    field = only(part, required=True)
    assert (field.kind, start(field), field.required) == (kind, first, True)


@pytest.mark.parametrize(
    ("part", "kind", "choices"),
    [
        ({"anyOf": [{"type": "string"}, NULL]}, "text", ()),
        ({"type": ["string", "null"]}, "text", ()),
        ({"anyOf": [{"type": "integer"}, NULL], "default": None}, "json", ()),
        ({"type": ["number", "null"]}, "json", ()),
        ({"type": ["string", "integer"]}, "json", ()),
        ({"anyOf": [{"type": "boolean"}, NULL]}, "choice", (None, False, True)),
        ({"anyOf": [{"enum": ["a", "b"]}, NULL]}, "choice", (None, "a", "b")),
        ({"anyOf": [{"enum": ["a", None]}, NULL]}, "choice", ("a", None)),
    ],
    ids=str,
)
def test_a_field_that_may_be_null_is_not_filled_unasked(part: Any, kind: str, choices: tuple[Any, ...]) -> None:
    field = only(part)
    assert (field.kind, field.choices, field.example) == (kind, choices, None)
    assert not start(field) or None in choices


@pytest.mark.parametrize(
    ("part", "first"),
    [
        ({"type": "integer", "default": 5, "examples": [7]}, 5),
        ({"type": "integer", "examples": [7, 8]}, 7),
        ({"type": "boolean", "default": False, "examples": [True]}, False),
        ({"type": "string", "default": None, "examples": ["a"]}, "a"),
        ({"type": "string", "examples": "abc"}, ""),
        ({"type": "number", "default": 1}, 1),
        ({"type": "array", "default": ["a"]}, ["a"]),
        ({"enum": ["a", "b"], "default": "b"}, "b"),
        ({"enum": ["a", "b"], "default": "c"}, "a"),
        ({"enum": [True, 1], "default": 1}, 1),
        ({"$ref": "#/$defs/Level", "default": "low"}, "low"),
        ({"$ref": "#/$defs/Level"}, "high"),
    ],
    ids=str,
)
def test_a_field_starts_with_its_default_else_its_first_example(part: Any, first: Any) -> None:
    field = only(part, **{"$defs": {"Level": {"enum": ["high", "low"], "type": "string"}}})
    assert start(field) == first
    assert type(start(field)) is type(first)


@pytest.mark.parametrize(
    ("type_", "default"),
    [("integer", "five"), ("integer", True), ("integer", 2**60), ("integer", 1.5), ("number", float("inf"))],
)
def test_a_default_that_its_widget_would_change_is_json(type_: str, default: Any) -> None:
    field = only({"type": type_, "default": default})
    assert (field.kind, field.example) == ("json", default)


def test_a_description_is_the_help_and_beside_a_reference_comes_first() -> None:
    defs = {"$defs": {"Level": {"type": "string", "description": "A level."}}}
    assert only({"$ref": "#/$defs/Level"}, **defs).help == "A level."
    assert only({"$ref": "#/$defs/Level", "description": "How loud."}, **defs).help == "How loud."
    assert only({"type": "string"}).help == ""


@pytest.mark.parametrize("reference", ["#/$defs/none", "#/$defs/", "other.json#/A", "#", 7, "#/$defs/Loop"])
def test_a_reference_that_leads_nowhere_is_json(reference: Any) -> None:
    field = only({"$ref": reference}, **{"$defs": {"Loop": {"$ref": "#/$defs/Loop"}}})
    assert (field.kind, field.example) == ("json", None)


def test_references_and_alternatives_are_followed_to_their_end() -> None:
    defs = {"Maybe": {"anyOf": [{"$ref": "#/$defs/a~1b"}, NULL]}, "a/b": {"allOf": [{"$ref": "#/definitions/Name"}]}}
    field = only({"$ref": "#/$defs/Maybe"}, **{"$defs": defs, "definitions": {"Name": {"type": "string"}}})
    assert field.kind == "text"


def test_an_input_that_refers_to_itself_has_its_fields() -> None:
    class Node(BaseModel):
        name: str
        inner: "Node | None" = None

    schema = Node.model_json_schema()
    assert "properties" not in schema
    assert [(field.name, field.kind, field.required) for field in fields(schema)] == [
        ("name", "text", True),
        ("inner", "json", False),
    ]


@pytest.mark.parametrize(
    "schema",
    [{}, {"type": "string"}, {"type": "object", "properties": {}}, {"properties": None}, {"properties": [1]}],
    ids=str,
)
def test_an_input_without_properties_has_no_fields(schema: dict[str, Any]) -> None:
    assert fields(schema) == []


# --- an input to begin with ---


def test_an_input_begins_with_what_is_required_or_has_an_example() -> None:
    schema = {
        "properties": {
            "a": {"type": "string"},
            "b": {"type": "string"},
            "c": {"type": "integer", "default": 0},
            "d": {"type": "array"},
            "e": {"anyOf": [{"type": "integer"}, NULL]},
        },
        "required": ["b", "d", "e"],
    }
    assert example(schema) == {"b": "", "c": 0, "d": [], "e": None}


@pytest.mark.parametrize(
    ("schema", "first"),
    [
        ({}, {}),
        ({"title": "LangGraphInput"}, {}),
        ({"type": "object", "additionalProperties": True}, {}),
        ({"type": "string"}, ""),
        ({"type": "integer"}, 0),
        ({"type": "array"}, []),
        ({"type": "array", "examples": [["a"]]}, ["a"]),
        ({"default": 3}, 3),
    ],
    ids=str,
)
def test_an_input_that_is_no_object_begins_with_the_emptiest_of_its_type(schema: dict[str, Any], first: Any) -> None:
    assert example(schema) == first
    assert type(example(schema)) is type(first)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
words = st.sampled_from(
    ["type", "enum", "const", "default", "examples", "anyOf", "allOf", "oneOf", "$ref", "description", "required"]
)
types = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null"])
schemas = st.recursive(
    st.dictionaries(words, json_values | types, max_size=4),
    lambda inner: (
        st.dictionaries(words, json_values | types, max_size=3)
        | st.builds(lambda word, parts: {word: parts}, st.sampled_from(["anyOf", "allOf"]), st.lists(inner, max_size=3))
        | st.builds(lambda parts: {"properties": parts}, st.dictionaries(st.text(max_size=3), inner, max_size=3))
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=3), schemas | json_values, max_size=4), json_values)
def test_any_schema_gives_fields_that_widgets_can_hold(parts: dict[str, Any], required: Any) -> None:
    schema = {"properties": parts, "required": required}
    found = fields(schema)
    assert [field.name for field in found] == list(parts)
    expected = {"text": str, "integer": int, "number": int | float, "boolean": bool}
    for field in found:
        first = start(field)
        if field.kind == "choice":
            assert first in field.choices
        elif field.kind != "json":
            assert isinstance(first, expected[field.kind])
    json.dumps(example(schema))
