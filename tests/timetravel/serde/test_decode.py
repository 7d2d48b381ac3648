import json
import pickle
import time

import numpy as np
import ormsgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.serde.types import _DeltaSnapshot

from tests.timetravel.serde.plain_values import REAL_OBJECTS, TOOL_CALL, Color, Pair, Plan, Point, plain_values, same
from ui.timetravel.model.values import Opaque, Typed
from ui.timetravel.serde.decode import decode
from ui.timetravel.serde.encode import encode
from ui.timetravel.serde.msgpack.extensions import MAX_DEPTH
from ui.timetravel.serde.msgpack.parts import read_in_part
from ui.timetravel.serde.msgpack.recovery import skip

serde = JsonPlusSerializer()
HERE = Point.__module__


def stored(value):
    return decode(*serde.dumps_typed(value))


# --- what LangGraph writes ---


@pytest.mark.parametrize("value", [None, b"\x00\xff", {"a": [1, 1.5, True, None, "é"]}, [], "text", 2**64 - 1])
def test_plain_values_stay_what_they_are(value):
    assert same(stored(value), value)


def test_a_bytearray_keeps_its_type():
    assert stored(bytearray(b"ab")) == Typed("builtins", "bytearray", b"ab")


def test_a_message_keeps_its_class_and_fields():
    message = stored(AIMessage("Hi", id="7", tool_calls=[TOOL_CALL]))
    assert (message.type, message.constructor) == ("langchain_core.messages.ai.AIMessage", "pydantic2")
    assert (message.value["content"], message.value["tool_calls"]) == ("Hi", [TOOL_CALL])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Color.RED, Typed(HERE, "Color", "red", "value")),
        ({1}, Typed("builtins", "set", [1], "value")),
        (Point(1), Typed(HERE, "Point", {"x": 1, "y": None}, "kwargs")),
        (Pair(1, "b"), Typed(HERE, "Pair", {"left": 1, "right": "b"}, "kwargs")),
        (
            Plan(title="a"),
            Typed(HERE, "Plan", {"title": "a", "steps": [], "inner": None}, "pydantic2", "model_validate_json"),
        ),
        (_DeltaSnapshot([1]), Typed("langgraph.checkpoint.serde.types", "_DeltaSnapshot", [1], "delta")),
    ],
    ids=["enum", "set", "dataclass", "named tuple", "pydantic", "delta snapshot"],
)
def test_a_type_becomes_a_tag(value, expected):
    assert same(stored([value]), [expected])


def test_an_array_shows_its_numbers():
    value = stored(np.array([[1.5, 2], [3, 4]], "f4")).value
    assert value == {"dtype": "<f4", "shape": [2, 2], "order": "C", "data": [[1.5, 2.0], [3.0, 4.0]]}


def test_an_array_in_column_order_shows_its_numbers_in_rows():
    assert stored(np.asfortranarray([[1, 2], [3, 4]])).value["data"] == [[1, 2], [3, 4]]


def test_an_array_that_plain_numbers_cannot_say_keeps_its_bytes():
    assert stored(np.array([1 + 2j])).value["data"] == np.array([1 + 2j]).tobytes()


def test_an_array_that_claims_a_giant_shape_keeps_its_bytes():
    body = ormsgpack.packb(["<i8", [2**40, 0], "C", b""])
    assert decode("msgpack", ormsgpack.packb(ormsgpack.Ext(6, body))).value["data"] == b""


def test_keys_that_are_no_texts_are_kept():
    value = {1: "a", None: "b", (1, ("x",)): "c", b"k": "d"}
    assert same(stored(value), value)


def test_a_large_state_is_read_faster_than_langgraph_reads_it():
    blob = serde.dumps_typed([HumanMessage("x" * 300, id=str(i)) for i in range(2000)])

    def took(read):
        start = time.thread_time()  # of the processor: other processes don't count
        read()
        return time.thread_time() - start

    times = [(took(lambda: decode(*blob)), took(lambda: serde.loads_typed(blob))) for _ in range(15)]
    assert min(ours for ours, _ in times) < min(theirs for _, theirs in times)


# --- what can't be read ---


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("pickle", "can run any code"),
        ("msgpack+aes", "set LANGGRAPH_AES_KEY"),
        ("msgpack+acme", 'packed with "acme"'),
        ("yaml", "LangGraph does not write"),
    ],
)
def test_a_kind_that_stays_closed_says_why(kind, words):
    value = decode(kind, pickle.dumps([1]))
    assert isinstance(value, Opaque)
    assert (value.type, value.size) == (kind, len(pickle.dumps([1])))
    assert words in value.reason


def test_an_unknown_extension_is_opaque_and_its_neighbours_are_kept():
    blob = ormsgpack.packb({"a": 1, "b": ormsgpack.Ext(77, b"xyz"), "c": 3})
    value = decode("msgpack", blob)
    assert (value["a"], value["c"]) == (1, 3)
    assert (value["b"].type, value["b"].size) == ("extension 77", 3)


def test_a_damaged_value_is_opaque_and_the_other_channels_are_kept():
    values = {"good": HumanMessage("Hi"), "bad": {1, 2}, "after": [1, 2, 3]}
    blob = serde.dumps_typed({"v": 4, "channel_values": values})[1]
    damaged = blob.replace(b"\xa8builtins", b"\xc1builtins")
    assert damaged != blob
    channels = decode("msgpack", damaged)["channel_values"]
    assert channels["good"].value["content"] == "Hi"
    assert isinstance(channels["bad"], Opaque)
    assert channels["after"] == [1, 2, 3]


def test_a_text_that_is_no_utf8_is_opaque_alone():
    value = decode("msgpack", b"\x93\x01\xa2\xff\xfe\x03")
    assert [value[0], value[2]] == [1, 3]
    assert (value[1].type, value[1].reason) == ("str", "its text is not valid UTF-8")


def test_cut_off_bytes_show_what_came_before():
    blob = serde.dumps_typed({"a": [1, 2], "b": "text", "c": {"d": 1}})[1]
    value = decode("msgpack", blob[:-3])
    assert (value["a"], value["b"]) == ([1, 2], "text")
    assert "in the middle" in value["c"]["(cut off)"].reason


def test_a_dict_with_a_key_that_python_cannot_have_becomes_its_pairs():
    value = decode("msgpack", b"\x82\x81\x01\x02\xa1a\x03\x04")
    assert value == Typed("builtins", "dict", [[{1: 2}, "a"], [3, 4]])


def test_no_bytes_at_all_are_opaque():
    assert isinstance(decode("msgpack", b""), Opaque)


@pytest.mark.parametrize("value", [None, 5])
def test_a_column_without_bytes_is_opaque(value):
    assert isinstance(decode("msgpack", value), Opaque)


# --- rows without a type ---


def test_a_row_without_a_type_is_read_as_json():
    assert decode(None, b'{"step": 1}') == {"step": 1}


def test_a_row_without_a_type_is_read_as_msgpack_when_all_of_it_is():
    assert decode(None, ormsgpack.packb({"step": 1})) == {"step": 1}


def test_a_row_without_a_type_that_is_neither_is_opaque():
    assert isinstance(decode(None, pickle.dumps({"step": 1})), Opaque)


# --- bombs ---


def nested_lists(levels):
    return b"\x91" * levels + b"\x01"


def nested_maps(levels):
    return b"\x81\x01" * levels + b"\x01"


def nested_extensions(levels):
    blob = b"\x01"
    for _ in range(levels):
        blob = b"\x93\xa1m\xa1n" + blob
        blob = b"\xc9" + len(blob).to_bytes(4, "big") + b"\x00" + blob
    return blob


def nested_deltas_of_lists(levels):
    blob = b"\x01"
    for _ in range(levels // 100):
        blob = b"\x91" * 99 + b"\xc9" + len(blob).to_bytes(4, "big") + b"\x07" + blob
    return blob


def depth(value):
    levels = 0
    while isinstance(value, list | dict | Typed):
        value = value.value if isinstance(value, Typed) else value[0] if isinstance(value, list) else value[1]
        levels += 1
    return levels, value


BOMBS = [nested_lists, nested_maps, nested_extensions, nested_deltas_of_lists]


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_is_nested_too_deep_is_opaque_and_its_neighbours_are_kept(bomb):
    levels, innermost = depth(decode("msgpack", b"\x92" + bomb(3000) + b"\x07")[0])
    assert levels == MAX_DEPTH - 1
    assert isinstance(innermost, Opaque)
    assert f"nested more than {MAX_DEPTH}" in innermost.reason
    assert decode("msgpack", b"\x92" + bomb(3000) + b"\x07")[1] == 7


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_is_nested_as_deep_as_is_allowed_is_read(bomb):
    assert depth(decode("msgpack", bomb(MAX_DEPTH))) == (MAX_DEPTH, 1)


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.timeout(20)
def test_a_bomb_of_a_hundred_thousand_levels_is_harmless(bomb):
    levels = 20_000 if bomb is nested_extensions else 100_000
    assert depth(decode("msgpack", bomb(levels)))[0] == MAX_DEPTH


def test_a_list_that_claims_four_billion_items_takes_no_memory():
    value = decode("msgpack", b"\xdd\xff\xff\xff\xff" * 300)
    assert depth(value)[0] == MAX_DEPTH


def test_json_nested_too_deep_is_opaque_and_its_neighbours_are_kept():
    value = decode("json", b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b', "b": "]["}')
    levels, innermost = depth(value["a"])
    assert levels == MAX_DEPTH - 1
    assert f"nested more than {MAX_DEPTH}" in innermost.reason
    assert value["b"] == "]["


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 50_000, "[" * 300 + "}" * 300]
)
def test_deep_json_that_never_closes_is_opaque(text):
    assert isinstance(decode("json", text.encode()), Opaque)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("part", ['\\"', '"', '"[', "\\"])
def test_a_megabyte_of_quotes_and_brackets_takes_no_time_to_speak_of(part):
    assert isinstance(decode("json", ("[" * 2000 + '"' + part * 300_000).encode()), Opaque)


# --- any bytes ---

KINDS = ["msgpack", "json", None, "null", "bytes", "bytearray", "pickle", "msgpack+aes", "?"]


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(blob):
    for kind in KINDS:
        decode(kind, blob)


@given(st.text(alphabet='[]{}":,\\ 019.eEtrufalsn-"lc', max_size=200))
def test_no_json_like_text_makes_it_raise(text):
    decode("json", text.encode())


@settings(max_examples=300)
@given(
    st.sampled_from([serde.dumps_typed(["x", value])[1] for value in REAL_OBJECTS]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=4),
    st.integers(0, 10**6),
)
def test_no_damage_to_real_bytes_makes_it_raise(blob, changes, end):
    damaged = bytearray(blob)
    for at, byte in changes:
        damaged[at % len(damaged)] = byte
    for part in (damaged, damaged[: end % len(damaged)]):
        decode("msgpack", bytes(part))
        read_in_part(bytes(part))


@pytest.mark.parametrize("value", REAL_OBJECTS, ids=repr)
def test_the_patient_reader_agrees_with_the_fast_one(value):
    kind, blob = serde.dumps_typed([value])
    assert same(read_in_part(blob), decode(kind, blob))


@given(plain_values)
def test_both_readers_agree_on_any_value(value):
    blob = encode(value)
    assert same(read_in_part(blob), decode("msgpack", blob))


@given(plain_values, st.binary())
def test_skipping_a_value_ends_where_it_ends(value, rest):
    blob = encode(value)
    assert skip(blob + rest, 0) == len(blob)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_json_without_constructors_is_what_json_says(value):
    assert same(decode("json", json.dumps({"v": value}).encode()), {"v": value})
