import json

import numpy as np
import pytest
from hypothesis import given
from langchain_core.load import dumpd
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.serde.types import _DeltaSnapshot

from tests.timetravel.serde.plain_values import REAL_OBJECTS, plain_values, same
from ui.timetravel.errors import EditError
from ui.timetravel.model.values import Opaque, Typed
from ui.timetravel.serde.decode import decode
from ui.timetravel.serde.encode import encode
from ui.timetravel.serde.msgpack.extensions import MAX_DEPTH

serde = JsonPlusSerializer()


def revived(plain):
    return serde.loads_typed(("msgpack", encode(plain)))


def from_json_row(value):
    return decode("json", json.dumps(value).encode())


@given(plain_values)
def test_decoding_what_was_encoded_gives_the_same(value):
    assert same(decode("msgpack", encode(value)), value)


@pytest.mark.parametrize("value", REAL_OBJECTS, ids=repr)
def test_langgraph_revives_equal_objects(value):
    again = revived(decode(*serde.dumps_typed(value)))
    assert again == value
    assert type(again) is type(value)


@pytest.mark.parametrize("value", REAL_OBJECTS, ids=repr)
def test_the_bytes_are_those_that_langgraph_wrote(value):
    kind, blob = serde.dumps_typed([value])
    assert encode(decode(kind, blob)) == blob


@pytest.mark.parametrize(
    "array",
    [
        np.array([[1.5, float("nan")], [float("inf"), -0.0]]),
        np.asfortranarray(np.arange(6, dtype="i2").reshape(2, 3)),
        np.arange(24).reshape(2, 3, 4)[:, ::2],
        np.array([True, False]),
        np.array(5, ">u4"),
        np.array([0.1], "f4"),
        np.array([1 + 2j]),
        np.array(["a", "bc"]),
        np.zeros((0, 3)),
    ],
    ids=repr,
)
def test_langgraph_revives_an_equal_array(array):
    again = revived(decode(*serde.dumps_typed([array])))[0]
    assert (again.dtype, again.shape) == (array.dtype, array.shape)
    assert again.tobytes() == array.tobytes()


def test_langgraph_revives_an_equal_snapshot_of_a_delta_channel():
    value = _DeltaSnapshot([HumanMessage("Hi")])
    assert revived(decode(*serde.dumps_typed(value))) == value


def test_a_changed_field_is_in_the_revived_message():
    message = decode(*serde.dumps_typed([AIMessage("old", id="1")]))[0]
    message.value["content"] = "new"
    assert revived(message) == AIMessage("new", id="1")


# --- values of json rows ---


def test_a_message_of_an_old_json_row_is_revived():
    assert revived(from_json_row(dumpd(AIMessage("Hi", id="1")))) == AIMessage("Hi", id="1")


def test_a_method_of_an_old_json_row_is_called():
    row = {
        "lc": 2,
        "type": "constructor",
        "id": ["datetime", "datetime"],
        "method": "fromisoformat",
        "args": ["2024-02-29"],
    }
    assert revived(from_json_row(row)).isoformat() == "2024-02-29T00:00:00"


def test_positional_arguments_of_an_old_json_row_are_given():
    row = {"lc": 2, "type": "constructor", "id": ["builtins", "set"], "method": None, "args": [[1, 2]], "kwargs": {}}
    assert revived(from_json_row(row)) == {1, 2}


@pytest.mark.parametrize(
    ("name", "args", "becomes"),
    [
        ("Set", [[1, "a"]], {1, "a"}),
        ("Map", [[["k", 1], [2, []]]], {"k": 1, 2: []}),
        ("Uint8Array", [[1, 255]], b"\x01\xff"),
    ],
)
def test_a_value_of_javascript_becomes_what_python_has_for_it(name, args, becomes):
    assert revived([Typed("", name, args, "langchain")]) == [becomes]


def test_a_value_of_javascript_that_python_has_nothing_for_is_refused():
    assert "JavaScript's type RegExp" in refusal([Typed("", "RegExp", ["a+", "g"], "langchain")])


def test_an_undefined_of_javascript_becomes_none():
    assert revived([from_json_row({"lc": 2, "type": "undefined"})]) == [None]


# --- what can't be encoded ---


def refusal(plain):
    with pytest.raises(EditError) as caught:
        encode(plain)
    return str(caught.value)


def test_an_opaque_value_is_refused_and_named():
    words = refusal({"messages": [1, Typed("a", "B", {"x": Opaque("extension 9", 3, "unknown")})]})
    assert words.startswith("At messages[1].x: ")
    assert "extension 9: unknown" in words


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**6000], ids=["too large", "too small", "giant"])
def test_a_whole_number_beyond_64_bits_is_refused(number):
    assert "64 bits" in refusal({"n": [number]})


def test_half_a_character_is_refused():
    assert refusal({"a": {"b": "x\ud800"}}).startswith("At a.b: A text holds half of a character")


def test_a_typed_key_is_refused():
    assert "as a key" in refusal({"a": {Typed("uuid", "UUID", "00"): 1}})


def test_an_opaque_in_a_tuple_key_is_refused():
    assert "as a key" in refusal({(1, Opaque("x", 1, "y")): 1})


def test_what_is_no_plain_data_is_refused():
    assert refusal({"a": {1, 2}}) == "At a: A value of type set is not plain data."


def test_a_constructor_with_both_kinds_of_arguments_is_refused():
    assert "can't store any more" in refusal([Typed("a", "B", {"": [1], "x": 2}, "langchain")])


@pytest.mark.parametrize("wrap", [lambda x: [x], lambda x: {"a": x}, lambda x: Typed("a", "B", x)])
@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 300, 5000])
def test_too_deep_nesting_is_refused(wrap, levels):
    value = 1
    for _ in range(levels):
        value = wrap(value)
    assert f"more than {MAX_DEPTH} levels deep" in refusal(value)


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("data", [1.5, 2], "don't fit"),
        ("data", [1, 200], "don't make"),
        ("data", [1, 2, 3], "of shape [3]"),
        ("data", "abc", "don't"),
        ("data", [[1], [2, 3]], "don't make"),
        ("dtype", "|O", "can't be made from numbers"),
        ("order", "A", "can't be made from numbers"),
    ],
)
def test_an_array_that_does_not_fit_is_refused(part, value, words):
    array = {"dtype": "|i1", "shape": [2], "order": "C", "data": [1, 2]} | {part: value}
    assert words in refusal({"a": Typed("numpy", "ndarray", array, "numpy")})


def test_an_array_with_a_missing_part_is_refused():
    assert refusal(Typed("numpy", "ndarray", {"data": [1]}, "numpy")).startswith("A numpy array needs")
