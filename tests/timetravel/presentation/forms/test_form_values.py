"""What is sent is what was typed, and no more; and a value comes back out of the form as it went in."""

import json
from typing import Any, Literal

import pytest
from hypothesis import given
from pydantic import BaseModel

from tests.timetravel.presentation.forms.schemas import schemas_with_values
from ui.timetravel.presentation.forms.form_contents import NotInForm, beginning, spread
from ui.timetravel.presentation.forms.form_items import resized, without_item
from ui.timetravel.presentation.forms.form_values import KEY, NULL, collect, within_variant
from ui.timetravel.presentation.forms.input_form import Field, form
from ui.timetravel.presentation.forms.schema_check import misfits


class Buyer(BaseModel):
    name: str
    age: int = 30


class Cash(BaseModel):
    kind: Literal["cash"]
    coins: list[int] = []


class Card(BaseModel):
    kind: Literal["card"]
    number: str


class Order(BaseModel):
    buyer: Buyer
    level: Literal["low", "high"] = "low"
    note: str = ""
    log: list[str] = []
    prices: dict[str, float] = {}
    pays: Cash | Card | None = None
    to: Buyer | None = None
    limit: int | None = 3


def order() -> Field:
    return form(Order.model_json_schema(), fills_defaults=True)


def state() -> Field:
    """The same as a graph's TypedDict would have it: nothing is required."""
    schema = Order.model_json_schema()
    for part in (schema, *schema["$defs"].values()):
        part.pop("required", None)
    return form(schema)


def value_of(one: Field, typed: dict[Any, Any]) -> Any:
    filled = collect(one, typed)
    assert filled.problems == ()
    return filled.value


def test_nothing_is_sent_that_nobody_filled_in() -> None:
    assert value_of(order(), {("buyer", "name"): "Ann"}) == {"buyer": {"name": "Ann"}}
    assert value_of(state(), {("to", "name"): None, ("note",): ""}) == {}
    assert value_of(state(), {("note",): "tea"}) == {"note": "tea"}


def test_an_object_that_may_be_left_out_is_sent_once_something_in_it_is_filled_in() -> None:
    assert value_of(state(), {("to", "age"): 0}) == {"to": {"age": 0}}
    assert value_of(state(), {("to",): True}) == {"to": {}}


def test_what_is_required_and_missing_is_named_with_its_path() -> None:
    filled = collect(order(), {("to", "age"): 3})
    assert [(str(one), one.is_missing) for one in filled.problems] == [
        ("buyer.name is required: fill it in.", True),
        ("to.name is required: fill it in.", True),
    ]


def test_empty_values_can_be_said() -> None:
    typed = {("buyer", "name"): '""', ("log",): 0, ("prices",): 0, ("limit", NULL): True}
    assert value_of(order(), typed) == {"buyer": {"name": ""}, "log": [], "prices": {}, "limit": None}


def test_a_choice_of_kinds_sends_the_one_that_was_chosen_with_its_name() -> None:
    typed = {("buyer", "name"): "Ann", ("pays",): 1, (*within_variant(("pays",), 1), "number"): "12"}
    assert value_of(order(), typed)["pays"] == {"kind": "card", "number": "12"}


def test_keys_of_a_map_are_given_once_each() -> None:
    typed = {
        ("prices",): 3,
        ("prices", 0, KEY): "tea",
        ("prices", 0): 1.5,
        ("prices", 1, KEY): "tea",
        ("prices", 1): 2.0,
    }
    problems = [str(one) for one in collect(state(), typed).problems]
    assert problems == [
        "prices[1] has the key “tea”, which is there already.",
        "prices[2] has no key yet.",
        "prices[2] is required: fill it in.",
    ]


def test_json_that_is_none_is_said_with_its_line() -> None:
    (problem,) = collect(form({"properties": {"x": {}}}), {("x",): "{"}).problems
    assert str(problem).startswith("x Line 1")
    assert not problem.is_missing


@pytest.mark.parametrize(
    ("part", "sent"),
    [
        ({"format": "messages"}, {"role": "user", "content": "hi"}),
        (
            {"type": "array", "items": {"oneOf": [{"$ref": "#/$defs/HumanMessage"}, {"$ref": "#/$defs/AIMessage"}]}},
            {"type": "human", "content": "hi"},
        ),
    ],
)
def test_what_the_human_says_is_a_message(part: Any, sent: Any) -> None:
    one = form({"properties": {"talk": part}})
    assert value_of(one, {("talk",): "hi"}) == {"talk": [sent]}
    assert spread(one, {"talk": [sent]}) == {("talk",): "hi"}
    several = {"talk": [sent, {"role": "ai", "content": "ho"}]}
    assert value_of(one, spread(one, several)) == several


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"notte": "x"}, "“notte” has no field in the form."),
        ({"to": {"nam": "x"}}, "“to.nam” has no field"),
        ({"note": 3}, "What stands at note can't"),
        ({"limit": 2**60}, "limit"),
        ({"limit": 2.0}, "limit"),
        ({"level": "highest"}, "level"),
        ({"log": "x"}, "log"),
        ({"pays": {"kind": "cheque"}}, "pays"),
        ({"note": "a\rb"}, "note"),
        ({"note": '""'}, "note"),
        ([], "fields can't say this"),
        ({"to": {}}, ""),
    ],
    ids=str,
)
def test_what_the_form_can_not_say_stays_json(value: Any, said: str) -> None:
    value = {"buyer": {"name": "Ann"}, **value} if isinstance(value, dict) else value
    with pytest.raises(NotInForm) as caught:
        spread(order(), value)
    assert said in str(caught.value)


@given(schemas_with_values)
def test_a_value_comes_out_of_the_form_as_it_went_in(pair: tuple[dict[str, Any], Any]) -> None:
    schema, value = pair
    one = form(schema)
    try:
        typed = spread(one, value)
    except NotInForm:
        assert "\\r" in json.dumps(value), "all else can be said"
        return
    filled = collect(one, typed)
    assert (filled.value, filled.problems) == (value, ())
    assert spread(one, filled.value) == typed
    assert misfits(schema, filled.value) == misfits(schema, value)


@given(schemas_with_values)
def test_an_untouched_form_sends_nothing_but_what_must_be_there(pair: tuple[dict[str, Any], Any]) -> None:
    schema, _ = pair
    one = form(schema)
    assert beginning(one) == {}
    sent = collect(one, {}).value
    assert set(sent) <= set(schema["required"])
    assert all(value in ({}, "only") or isinstance(value, dict) for value in sent.values())


def test_items_move_up_when_one_goes() -> None:
    typed = {("log",): 3, ("log", 0): "a", ("log", 1): "b", ("log", 2): "c", ("note",): "n"}
    assert without_item(typed, ("log",), 1) == {("log",): 2, ("log", 0): "a", ("log", 1): "c", ("note",): "n"}
    assert resized(typed, ("log",), 4)[("log",)] == 4
    assert resized(typed, ("log",), None) == {("note",): "n"}
