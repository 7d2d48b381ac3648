from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from tests.timetravel.presentation.forms.schemas import any_schemas, json_values
from ui.timetravel.presentation.forms.input_form import Field, fields, form, item, variants

NULL = {"type": "null"}


def only(part: Any, required: bool = False, fills_defaults: bool = False, **more: Any) -> Field:
    """The field "x" of an object that has no other."""
    schema = {"type": "object", "properties": {"x": part}, "required": ["x"] * required, **more}
    (field,) = fields(form(schema, fills_defaults=fills_defaults))
    return field


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ({"type": "string"}, "text"),
        ({"type": "integer"}, "integer"),
        ({"type": "number"}, "number"),
        ({"type": "boolean"}, "boolean"),
        ({"type": "array", "items": {"type": "string"}}, "list"),
        ({"type": "array", "items": {}}, "json"),
        ({"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "string"}}, "json"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "map"),
        ({"type": "object", "additionalProperties": True}, "json"),
        ({"type": "object", "properties": {"a": {}}}, "object"),
        ({"enum": ["a", "b"]}, "choice"),
        ({"const": "a", "type": "string"}, "choice"),
        ({"title": "Anything"}, "json"),
        (True, "json"),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "union"),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, "union"),
        ({"type": ["string", "integer"]}, "union"),
        ({"allOf": [{"type": "string"}]}, "text"),
        ({"allOf": [{"type": "string"}, {"minLength": 3}]}, "json"),
        ({"enum": [["a"], {"b": 1}]}, "json"),
        ({"enum": []}, "json"),
        ({"format": "messages"}, "messages"),
    ],
    ids=str,
)
def test_what_a_schema_becomes(part: Any, kind: str) -> None:
    field = only(part, required=True)
    assert (field.kind, field.example, field.required) == (kind, None, True)


@pytest.mark.parametrize(
    ("part", "kind", "nullable", "choices"),
    [
        ({"anyOf": [{"type": "string"}, NULL]}, "text", True, ()),
        ({"type": ["number", "null"]}, "number", True, ()),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}, NULL]}, "union", True, ()),
        ({"anyOf": [{"type": "boolean"}, NULL]}, "choice", False, (None, False, True)),
        ({"anyOf": [{"enum": ["a", "b"]}, NULL]}, "choice", False, (None, "a", "b")),
        ({"anyOf": [{"enum": ["a", None]}, NULL]}, "choice", False, ("a", None)),
    ],
    ids=str,
)
def test_null_is_a_value_of_its_own(part: Any, kind: str, nullable: bool, choices: tuple[Any, ...]) -> None:
    field = only(part)
    assert (field.kind, field.nullable, field.choices, field.example) == (kind, nullable, choices, None)


@pytest.mark.parametrize(
    ("part", "first"),
    [
        ({"type": "integer", "default": 5, "examples": [7]}, 5),
        ({"type": "integer", "examples": [7, 8]}, 7),
        ({"type": "boolean", "default": False, "examples": [True]}, False),
        ({"type": "string", "default": None, "examples": ["a"]}, "a"),
        ({"type": "string", "default": ""}, None),
        ({"type": "string", "examples": "abc"}, None),
        ({"type": "number", "default": 1}, 1),
        ({"type": "array", "default": ["a"]}, ["a"]),
        ({"enum": ["a", "b"], "default": "b"}, "b"),
        ({"enum": ["a", "b"], "default": "c"}, None),
        ({"enum": [True, 1], "default": 1}, 1),
        ({"$ref": "#/$defs/Level", "default": "low"}, "low"),
        ({"$ref": "#/$defs/Level"}, None),
    ],
    ids=str,
)
def test_a_field_begins_with_its_default_else_its_first_example(part: Any, first: Any) -> None:
    field = only(part, **{"$defs": {"Level": {"enum": ["high", "low"], "type": "string"}}})
    assert field.example == first
    assert type(field.example) is type(first)


def test_a_default_that_the_graph_fills_in_is_said_and_not_begun_with() -> None:
    field = only({"type": "integer", "default": 30}, fills_defaults=True)
    assert (field.example, field.default) == (None, 30)


def test_an_example_inside_an_object_that_may_be_left_out_is_not_begun_with() -> None:
    inner = {"type": "object", "properties": {"n": {"type": "integer", "examples": [3]}}}
    assert fields(only(inner))[0].example is None
    assert fields(only(inner, required=True))[0].example == 3


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


@pytest.mark.parametrize("reference", ["#/$defs/none", "#/$defs/", "other.json#/A", "#/nowhere", 7, "#/$defs/Loop"])
def test_a_reference_that_leads_nowhere_is_json(reference: Any) -> None:
    field = only({"$ref": reference}, **{"$defs": {"Loop": {"$ref": "#/$defs/Loop"}}})
    assert (field.kind, field.example) == ("json", None)


def test_references_and_alternatives_are_followed_to_their_end() -> None:
    defs = {"Maybe": {"anyOf": [{"$ref": "#/$defs/a~1b"}, NULL]}, "a/b": {"allOf": [{"$ref": "#/definitions/Name"}]}}
    field = only({"$ref": "#/$defs/Maybe"}, **{"$defs": defs, "definitions": {"Name": {"type": "string"}}})
    assert (field.kind, field.nullable) == ("text", True)


def test_a_type_that_holds_itself_has_fields_down_to_a_depth_where_json_begins() -> None:
    class Node(BaseModel):
        name: str
        inner: "Node | None" = None

    at = form(Node.model_json_schema(), fills_defaults=True)
    assert [(field.name, field.kind, field.required) for field in fields(at)] == [
        ("name", "text", True),
        ("inner", "object", False),
    ]
    depth = 0
    while at.kind == "object":
        at, depth = fields(at)[1], depth + 1
    assert (at.kind, depth) == ("json", 7)


@pytest.mark.parametrize(
    "schema",
    [{}, {"type": "string"}, {"type": "object", "properties": {}}, {"properties": None}, {"properties": [1]}],
    ids=str,
)
def test_what_has_no_properties_has_no_fields(schema: dict[str, Any]) -> None:
    assert fields(form(schema)) == ()


def test_the_variants_of_a_union_are_told_apart_by_name() -> None:
    class Card(BaseModel):
        number: str

    class Form(BaseModel):
        way: Card | int | str | list[int] | list[str]

    (way,) = fields(form(Form.model_json_schema()))
    assert [one.name for one in variants(way)] == ["Card", "whole number", "text", "list 4", "list 5"]


def test_items_and_values_are_fields_of_their_own() -> None:
    assert item(only({"type": "array", "items": {"type": "integer"}})).kind == "integer"
    assert item(only({"type": "object", "additionalProperties": {"enum": ["a"]}})).choices == ("a",)


def test_an_object_of_very_many_keys_is_json() -> None:
    many = {"type": "object", "properties": {f"k{n}": {} for n in range(201)}}
    assert form(many).kind == "json"


@given(st.dictionaries(st.text(max_size=3), any_schemas | json_values, max_size=4), json_values)
def test_any_schema_gives_fields_that_widgets_can_hold(parts: dict[str, Any], required: Any) -> None:
    found = fields(form({"properties": parts, "required": required}))
    assert [field.name for field in found] == list(parts)
    expected = {"text": str, "integer": int, "number": int | float, "boolean": bool}
    for field in found:
        if field.kind == "choice":
            assert field.example is None or field.example in field.choices
        elif field.kind in expected:
            assert field.example is None or isinstance(field.example, expected[field.kind])
