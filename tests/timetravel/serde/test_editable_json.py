import contextlib
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from tests.timetravel.serde.plain_values import REAL_OBJECTS, plain_values, same
from ui.timetravel.errors import EditError
from ui.timetravel.model.values import Opaque, Typed
from ui.timetravel.serde.decode import decode
from ui.timetravel.serde.editable_json import from_json, from_text, to_json, to_text
from ui.timetravel.serde.encode import encode
from ui.timetravel.serde.msgpack.extensions import MAX_DEPTH

serde = JsonPlusSerializer()


# --- there and back ---


@given(plain_values)
@example(Typed("a", "b.c", 1))
@example(Typed("", "", {}))
@example(Typed("a.b", "C", {"$how": 1, "$method": 2}, "kwargs", "m"))
@example(Typed("", "undefined", None, "langchain"))
@example([2**70, -(10**100)])
@example("half \ud83d character")
@example({(1, (2.0, None)): {True: "x"}})
def test_the_text_of_a_value_gives_the_same_value(value):
    assert same(from_text(to_text(value)), value)


@given(plain_values)
def test_the_json_of_a_value_gives_the_same_value(value):
    assert same(from_json(to_json(value)), value)


@given(plain_values)
def test_the_text_is_json_for_any_browser(value):
    def refuse(constant):
        raise AssertionError(constant)

    text = to_text(value)
    json.loads(text, parse_constant=refuse)
    text.encode("utf-8")


@pytest.mark.parametrize("value", REAL_OBJECTS, ids=repr)
def test_a_real_object_survives_being_edited_without_a_change(value):
    kind, blob = serde.dumps_typed([value])
    assert encode(from_text(to_text(decode(kind, blob)))) == blob


@given(st.text())
def test_no_text_raises_anything_but_an_edit_error(text):
    with contextlib.suppress(EditError):
        from_text(text)


@given(st.text(alphabet='{}[]":,$ \n01typevalu', max_size=60))
def test_no_json_like_text_raises_anything_but_an_edit_error(text):
    with contextlib.suppress(EditError):
        from_text(text)


# --- how it looks ---


def test_a_message_shows_its_type_and_its_fields():
    shown = to_json(decode(*serde.dumps_typed([HumanMessage("Hi", id="1")])))[0]
    assert shown["$type"] == "langchain_core.messages.human.HumanMessage"
    assert (shown["content"], shown["id"]) == ("Hi", "1")
    assert "$how" not in shown
    assert "$method" not in shown


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        (Typed("builtins", "set", [1, 2]), {"$type": "builtins.set", "$value": [1, 2]}),
        (
            Typed("datetime", "datetime", "2024-02-29", "method", "fromisoformat"),
            {"$type": "datetime.datetime", "$value": "2024-02-29"},
        ),
        (Typed("app", "Point", {"x": 1}, "kwargs"), {"$type": "app.Point", "$how": "kwargs", "x": 1}),
        (Typed("app", "P", {}, "pydantic2"), {"$type": "app.P", "$method": None}),
        (Typed("app", "P", {1: 2}), {"$type": "app.P", "$value": {"$map": [[1, 2]]}}),
        (b"hello", {"$bytes": "aGVsbG8="}),
        (float("-inf"), {"$float": "-inf"}),
        ({1: "a"}, {"$map": [[1, "a"]]}),
        ({"$type": 1, "$$": 2, "a$": 3}, {"$$type": 1, "$$$": 2, "a$": 3}),
        (Opaque("pickle", 3, "closed"), {"$opaque": {"type": "pickle", "size": 3, "reason": "closed"}}),
        ({"a": None}, {"a": None}),
    ],
)
def test_the_notation(plain, shown):
    assert to_json(plain) == shown


def test_letters_of_all_languages_stay_readable():
    assert to_text("é 中 😀") == '"é 中 😀"'


def test_a_person_may_type_a_known_type_without_saying_how_it_is_built():
    value = from_text('{"$type": "datetime.date", "$value": [2024, 2, 29]}')
    assert serde.loads_typed(("msgpack", encode(value))).isoformat() == "2024-02-29"


def test_a_person_may_type_a_message():
    value = from_text('[{"$type": "langchain_core.messages.human.HumanMessage", "content": "Hi"}]')
    assert serde.loads_typed(("msgpack", encode(value))) == [HumanMessage("Hi")]


@pytest.mark.parametrize("text", ["True", "1", "1.0", "0"])
def test_numbers_and_truth_keep_their_types(text):
    assert same(from_text(text.lower()), eval(text))


# --- what is wrong, and where ---


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("", 1, 1, "There is no value yet"),
        ("  \n ", 1, 1, "There is no value yet"),
        ('{"a": 1,\n "b": }', 2, 7, "A value is expected here"),
        ('{"a": 1,\n}', 2, 1, "A key in double quotes"),
        ('{"a": 1\n "b": 2}', 2, 2, "A comma is missing"),
        ('{"a" 1}', 1, 6, "A colon is missing"),
        ("[1]\n[2]", 2, 1, "more text after the end"),
        ('{\n"a": "b}', 2, 6, "no closing quote"),
        ('"a\nb"', 1, 3, "can't be inside a text"),
        ('["\\d"]', 1, 3, "A backslash in a text is written twice"),
        ("{'a': 1}", 1, 2, "A key in double quotes"),
        ("[1, true, True]", 1, 11, "in small letters"),
    ],
)
def test_text_that_is_no_json_names_the_place_in_plain_words(text, line, column, words):
    with pytest.raises(EditError, match=words) as caught:
        from_text(text)
    assert str(caught.value).startswith(f"Line {line}, column {column}: ")
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{\n"a": {\n"$foo": 1}}', 3, '"\\$foo" means nothing here'),
        ('[1,\n{"$bytes": "!"}]', 2, "base64"),
        ('[1,\n{"$bytes": 5}]', 2, "base64"),
        ('[1,\n{"$bytes": "", "x": 1}]', 2, "stands alone"),
        ('{"a": 1, "b": [\n{"c": 1,\n"c": 2}]}', 3, '"c" is there twice'),
        ('{"x":\n{"$opaque": {}}}', 2, "could not be read"),
        ('{"$type": "a.B",\n"$how": "magic"}', 2, "is one of value, args"),
        ('{"$type": "a.B",\n"$method": 1}', 2, "name of a method"),
        ('{\n"$type": 5}', 2, "full name of a type"),
        ('{"$type": "a.B",\n"$value": 1, "x": 2}', 2, "not both"),
        ('{"$map": [[1, 2],\n[3]]}', 2, "is a pair"),
        ('{"$map": [[1, 2],\n[{}, 2]]}', 2, "can't be a key"),
        ('{"$map":\n{}}', 1, "list of pairs"),
        ('[\n{"$float": "big"}]', 2, '"nan", "inf" or "-inf"'),
        ('["a\\"]}{[",\n{"}{": {"$x": 1}}]', 2, "means nothing"),
    ],
)
def test_json_that_is_not_in_the_notation_names_the_line(text, line, words):
    with pytest.raises(EditError, match=words) as caught:
        from_text(text)
    assert caught.value.line == line
    assert f"Line {line}, " in str(caught.value)


def test_json_data_that_is_not_in_the_notation_names_the_path():
    with pytest.raises(EditError, match=r"^At a\[1\]\.\$bytes: "):
        from_json({"a": [1, {"$bytes": "!"}]})


def test_data_that_is_no_json_is_refused():
    with pytest.raises(EditError, match="type set is not JSON"):
        from_json({"a": {1}})


def test_a_number_of_five_thousand_digits_is_refused():
    with pytest.raises(EditError, match="too long"):
        from_text("1" * 5000)


def test_text_nested_too_deep_is_refused():
    with pytest.raises(EditError, match="too deep"):
        from_text("[" * 100_000 + "]" * 100_000)


def test_the_deepest_value_that_can_be_decoded_can_be_edited():
    value = 1
    for _ in range(MAX_DEPTH):
        value = Typed("a", "B", [value]) if isinstance(value, dict) else {"a": value}
    assert same(from_text(to_text(value)), value)


@pytest.mark.parametrize("wrap", [lambda x: {1: x}, lambda x: [x], lambda x: Typed("a", "B", {1: x})])
def test_a_value_too_deep_for_text_is_an_edit_error(wrap):
    value = 1
    for _ in range(2000):
        value = wrap(value)
    with pytest.raises(EditError, match="too deep"):
        to_text(value)
