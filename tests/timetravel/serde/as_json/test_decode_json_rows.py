import json

import pytest
from langchain_core.load import dumpd
from langchain_core.messages import AIMessage

from ui.timetravel.model.values import Opaque, Typed
from ui.timetravel.serde.decode import decode


def constructor(path, lc=2, **rest):
    return {"lc": lc, "type": "constructor", "id": path, **rest}


def row(value):
    return decode("json", json.dumps(value).encode())


def test_a_constructor_of_an_old_python_saver_becomes_a_tag():
    value = row(constructor(["uuid", "UUID"], method=None, args=["00ff"], kwargs={}))
    assert value == Typed("uuid", "UUID", ["00ff"], "langchain")


def test_a_method_is_kept():
    value = row(constructor(["datetime", "datetime"], method="fromisoformat", args=["2024-01-01"]))
    assert value == Typed("datetime", "datetime", ["2024-01-01"], "langchain", "fromisoformat")


def test_the_method_of_an_old_pydantic_model_is_the_second_of_the_two():
    value = row(constructor(["app", "Plan"], method=[None, "model_construct"], kwargs={"title": "a"}))
    assert value == Typed("app", "Plan", {"title": "a"}, "langchain", "model_construct")


def test_a_message_of_langchain_becomes_a_tag_with_its_fields():
    value = row([dumpd(AIMessage("Hi", id="1"))])[0]
    assert (value.type, value.constructor, value.value["content"]) == (
        "langchain.schema.messages.AIMessage",
        "langchain",
        "Hi",
    )


@pytest.mark.parametrize(
    ("written", "name", "value", "method"),
    [
        (constructor(["Set"], method=None, args=[[1, 2]], kwargs={}), "Set", [[1, 2]], None),
        (constructor(["Map"], method=None, args=[[["a", 1]]], kwargs={}), "Map", [[["a", 1]]], None),
        (constructor(["RegExp"], method=None, args=["a*", "g"], kwargs={}), "RegExp", ["a*", "g"], None),
        (constructor(["Uint8Array"], method="from", args=[[1, 2]], kwargs={}), "Uint8Array", [[1, 2]], "from"),
        ({"lc": 2, "type": "undefined"}, "undefined", None, None),
    ],
    ids=["set", "map", "regex", "bytes", "undefined"],
)
def test_what_langgraph_js_writes_becomes_a_tag(written, name, value, method):
    assert row({"x": written})["x"] == Typed("", name, value, "langchain", method)


def test_a_constructor_in_a_constructor_becomes_a_tag_too():
    inner = constructor(["builtins", "set"], args=[[1]])
    assert row(constructor(["a", "B"], kwargs={"x": inner})).value["x"].type == "builtins.set"


def test_positional_arguments_beside_keyword_ones_are_kept_under_an_empty_key():
    assert row(constructor(["a", "B"], args=[1], kwargs={"x": 2})).value == {"": [1], "x": 2}


@pytest.mark.parametrize(
    "value",
    [
        {"lc": 2},
        constructor([]),
        constructor("os.system"),
        constructor([1, 2]),
        constructor(None),
        {"lc": [2], "id": 1},
    ],
)
def test_what_only_resembles_a_constructor_stays_a_dict(value):
    assert row(value) == value


def test_text_that_is_no_json_says_where_it_ends_to_be():
    value = decode("json", b'{"a": 1, }')
    assert isinstance(value, Opaque)
    assert "from character 10 on" in value.reason


def test_json_that_is_no_utf8_is_opaque():
    assert "UTF-8" in decode("json", b'"\xff"').reason


def test_a_number_that_python_refuses_to_read_is_opaque_alone():
    value = decode("json", b'{"n": ' + b"1" * 5000 + b', "m": 1}')
    assert value["m"] == 1
    assert "5000 digits" in value["n"].reason


def test_numbers_beyond_64_bits_and_half_characters_are_kept():
    assert decode("json", b'[1180591620717411303424, "\\ud800"]') == [2**70, "\ud800"]
