import time
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from pydantic import BaseModel, Field

from tests.timetravel.presentation.forms.schemas import any_schemas, json_values, schemas_with_values
from ui.timetravel.model.values import Typed
from ui.timetravel.presentation.forms.schema_check import misfits, unknown_keys, where


class Buyer(BaseModel):
    name: str
    age: int = Field(30, ge=0)


class Order(BaseModel, extra="forbid"):
    buyer: Buyer
    level: Literal["low", "high"] = "low"
    buyers: list[Buyer] = []
    pays: int | Buyer | None = None
    at: datetime | None = None
    id: UUID | None = None
    code: str = Field("A1", pattern=r"^\p{L}\d$", max_length=5)


ANN = {"name": "Ann"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({}, ["buyer is missing."]),
        ({"buyer": {}}, ["buyer.name is missing."]),
        ({"buyer": ANN | {"age": "old"}}, ["buyer.age must be a whole number, not the text “old”."]),
        ({"buyer": ANN | {"age": -1}}, ["buyer.age must be at least 0, not -1."]),
        ({"buyer": ANN | {"age": True}}, ["buyer.age must be a whole number, not true."]),
        ({"buyer": ANN, "level": "highest"}, ["level must be one of low, high, not the text “highest”."]),
        ({"buyer": ANN, "buyers": [ANN, {"age": 1}]}, ["buyers[1].name is missing."]),
        ({"buyer": ANN, "buyers": "Ann"}, ["buyers must be a list, not the text “Ann”."]),
        ({"buyer": ANN, "pays": []}, ["pays fits none of the types that are allowed here: it is a list."]),
        ({"buyer": ANN, "at": "noon"}, ["at is no date-time: the text “noon”."]),
        ({"buyer": ANN, "at": "2026-11-28T10:00:00Z"}, []),
        ({"buyer": ANN, "id": "1"}, ["id is no uuid: the text “1”."]),
        ({"buyer": ANN, "code": "11"}, ["code must look like ^\\p{L}\\d$."]),
        ({"buyer": ANN, "code": "é1"}, []),
        ({"buyer": ANN, "levle": "low"}, ["The value may not have the key levle; did you mean level?"]),
        ([], ["The value must be an object in braces, not a list."]),
    ],
    ids=str,
)
def test_what_does_not_fit_is_said_with_its_path_in_plain_words(value: Any, said: list[str]) -> None:
    assert list(map(str, misfits(Order.model_json_schema(), value))) == said


def test_a_key_that_is_not_known_is_named_with_the_one_that_may_be_meant() -> None:
    schema = {"properties": {"description": {}, "buyer": {"properties": {"name": {}, "age": {}}}}}
    said = unknown_keys(
        schema, {"descriptin": 1, "buyer": {"nme": 1, "shoe size": 2}, "x": 1}, "a channel of this graph"
    )
    assert list(map(str, said)) == [
        "descriptin is not a channel of this graph; did you mean description?",
        "buyer.nme is not a key here; did you mean name?",
        "x is not a channel of this graph.",
    ]
    assert unknown_keys({"type": "object"}, {"anything": 1}) == ()


def test_values_that_json_has_no_type_for_are_let_pass() -> None:
    date = Typed("datetime", "date", [2026, 1, 1], "args")
    schema = Order.model_json_schema()
    assert misfits(schema, {"buyer": ANN, "at": date}) == ()
    assert misfits(schema, {"buyer": {"name": "Ann", "age": date}, "level": 3})[0].path == ("level",)


def test_messages_are_let_pass_in_any_shape() -> None:
    schema = {
        "properties": {"messages": {"type": "array", "items": {}}, "talk": {"format": "messages", "type": "array"}}
    }
    assert misfits(schema, {"messages": "hi", "talk": ("human", "hi")}) == ()


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "http://127.0.0.1:9/x.json"},
        {"$ref": "file:///etc/passwd"},
        {"type": 3},
        {"pattern": "("},
        {"properties": 1},
        {"required": 7},
        {"patternProperties": {"(a+)+$": {}}},
    ],
    ids=str,
)
def test_a_schema_that_makes_no_sense_says_nothing(schema: dict[str, Any]) -> None:
    assert misfits(schema, {"a" * 40 + "b": 1}) == ()


def test_no_schema_keeps_the_page_waiting() -> None:
    began = time.process_time()
    forks = {f"a{n}": {"anyOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(40)}
    assert misfits({"$defs": forks | {"a40": {"type": "string"}}, "$ref": "#/$defs/a0"}, 1) == ()
    assert misfits({"pattern": "^(a+)+$"}, "a" * 5000 + "b")
    assert misfits({"uniqueItems": True}, [[n] for n in range(5000)]) == ()
    assert time.process_time() - began < 2


@given(schemas_with_values)
def test_a_value_of_the_type_fits(pair: tuple[dict[str, Any], Any]) -> None:
    schema, value = pair
    assert misfits(schema, value) == ()


@given(schemas_with_values, json_values)
def test_it_finds_fault_where_jsonschema_does(pair: tuple[dict[str, Any], Any], value: Any) -> None:
    schema, _ = pair
    assert bool(misfits(schema, value)) == (not Draft202012Validator(schema).is_valid(value))


@given(any_schemas, json_values)
def test_no_schema_and_no_value_make_it_fail(schema: dict[str, Any], value: Any) -> None:
    misfits(schema, value)
    unknown_keys(schema, value)


def test_of_several_kinds_the_one_is_meant_that_the_value_names() -> None:
    kinds = [
        {"properties": {"kind": {"const": kind}, key: {"type": "string"}}, "required": ["kind", key]}
        for kind, key in (("cash", "coins"), ("card", "number"))
    ]
    schema = {"properties": {"pays": {"anyOf": [*kinds, {"type": "null"}]}}}
    assert list(map(str, misfits(schema, {"pays": {"kind": "card"}}))) == ["pays.number is missing."]
    assert list(map(str, misfits(schema, {"pays": {"kind": "card", "number": 3}}))) == [
        "pays.number must be a text, not 3."
    ]


def test_a_path_is_one_word() -> None:
    assert where(("buyers", 2, "name")) == "buyers[2].name"
