"""No value takes more than its share: time grows with its size at most, and what is left out is said."""

import time
from contextlib import suppress
from typing import Any

import ormsgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from tests.support.hostile.values.heavy import VALUES, mapped
from tests.support.hostile.values.packing import pack
from tests.timetravel.serde.plain_values import REAL_OBJECTS
from ui.timetravel.diff import Change, diff
from ui.timetravel.errors import EditError
from ui.timetravel.model.values import Opaque
from ui.timetravel.presentation.change_cards import MOST_CARDS, cards, message_cards
from ui.timetravel.serde.budget import BYTES, ITEMS, LEFT_OUT, Budget
from ui.timetravel.serde.decode import decode
from ui.timetravel.serde.editable_json import to_field, to_text
from ui.timetravel.serde.excerpt import MORE, SHOWN, cost, excerpt, left_out
from ui.timetravel.serde.json_view import display
from ui.timetravel.serde.msgpack.recovery import EXTENSION_COUNTS, items

serde = JsonPlusSerializer()


def screens(blob: bytes) -> None:
    """What the screens make of a value, and of its beginning beside it."""
    value = decode("msgpack", blob)
    other = value[: len(value) // 2] if isinstance(value, list | str) else 5
    display(value)
    cards(diff({"x": other}, {"x": value}))
    cards(diff({}, {"x": value}))
    message_cards(value)
    with suppress(EditError):
        to_text(value)


def took(blob: bytes) -> float:
    start = time.thread_time()
    screens(blob)
    return time.thread_time() - start


@pytest.mark.parametrize("kind", VALUES)
def test_what_a_value_takes_grows_no_faster_than_it_does(kind: str) -> None:
    few, many = VALUES[kind](500), VALUES[kind](4_000)
    took(few)
    assert min(took(many) for _ in range(2)) < 24 * min(took(few) for _ in range(3)) + 0.05, "8 times as much of it"


def test_four_thousand_keys_that_read_alike_are_told_apart_at_once() -> None:
    value = decode("msgpack", VALUES["NaN as keys"](4_000))
    start = time.thread_time()
    shown = display(value)
    assert time.thread_time() - start < 1
    assert len(shown) == 4_000


def test_more_items_than_are_read_are_left_out_and_counted() -> None:
    value = decode("msgpack", VALUES["nothings"](ITEMS + 100_000))
    assert len(value) <= ITEMS + 1
    assert value[-1].reason == f"{LEFT_OUT}{ITEMS + 100_000 - len(value) + 1:,} more items"
    assert "more items" in display(value)[-1]


def test_a_channel_that_is_too_large_hides_none_after_it() -> None:
    state = {"huge": list(range(2 * ITEMS)), "topic": "bread", "messages": ["Hi"] * 3}
    shown = display(decode("msgpack", ormsgpack.packb(state)))
    assert shown["topic"] == "bread"
    assert shown["messages"] == ["Hi"] * 3
    assert "left out" in shown["huge"][-1]


def test_of_a_dict_that_is_too_large_the_first_keys_are_there() -> None:
    value = decode("msgpack", mapped(ITEMS, lambda k: pack(f"k{k}") + b"\x01"))
    assert (value["k0"], value["k100"]) == (1, 1)
    assert left_out(value[MORE])


def test_a_text_that_is_too_long_is_read_at_its_beginning() -> None:
    blob = pack({"x": "A" * (BYTES + 1_000_000), "y": 1})
    value = decode("msgpack", blob[:BYTES], len(blob))
    assert value["x"].startswith("AAAA")
    assert "left out: of its 17.8 MB" in value["x"]


@pytest.mark.parametrize(
    "text", [b'{"step": 3, "a": "AAAA', b'{"step": 3, "a": [1, 2', b'{"step": 3, "a": {"b', b'{"step": 3']
)
def test_json_that_is_cut_off_is_read_up_to_there(text: bytes) -> None:
    value = decode("json", text, 10_000_000)
    assert isinstance(value, dict)
    assert value.get("step", 3) == 3
    assert "left out" in str(display(value)) or "a" in value


def test_json_with_more_parts_than_are_read_says_what_it_leaves_out() -> None:
    value = decode("json", b"[" + b"1," * ITEMS + b"1]")
    assert left_out(value[-1])


def test_several_values_share_one_budget() -> None:
    budget = Budget(items=1_000, shared=True)
    first, second = (decode("msgpack", VALUES["nothings"](800), 0, budget) for _ in range(2))
    assert len(first) == 800
    assert left_out(second[-1])


def number_of(plain: Any) -> int:
    """How many scalars, lists and dicts there are."""
    inside = [*plain, *plain.values()] if isinstance(plain, dict) else plain if isinstance(plain, list) else []
    return 1 + sum(map(number_of, inside))


@given(
    st.recursive(
        st.none() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=40) | st.binary(max_size=40),
        lambda inside: st.lists(inside, max_size=40) | st.dictionaries(st.text(max_size=9), inside, max_size=20),
    ),
    st.integers(0, 100),
)
def test_values_are_counted_as_many_as_there_are_up_to_the_limit(value: Any, most: int) -> None:
    blob, number = ormsgpack.packb(value), number_of(value)
    assert items(blob + b"\x00", 10**9) == (number, len(blob))
    counted, _ = items(blob, most)
    assert counted == number if number <= most else counted > most


@given(
    st.one_of(
        st.binary(min_size=1, max_size=200), st.sampled_from(REAL_OBJECTS).map(lambda one: serde.dumps_typed([one])[1])
    )
)
def test_values_of_any_bytes_are_counted_no_more_than_there_are_bytes_and_extensions(blob: bytes) -> None:
    assert 1 <= items(blob, 10**9)[0] <= (EXTENSION_COUNTS + 1) * len(blob)


def test_what_fits_is_shown_as_it_is() -> None:
    value = {"a": [1, "x" * 1000], "b": {"c": None}}
    assert excerpt(value) is value


def test_an_excerpt_counts_no_more_than_it_may() -> None:
    value = {"a": [{"n": number, "text": "y" * 100} for number in range(100_000)], "b": "x" * 50_000_000}
    part = excerpt(value)
    assert cost(part, 2 * SHOWN) < 1.1 * SHOWN
    assert left_out(part["a"][-1])
    assert part["b"].endswith("more characters")


WIDE = {
    "dicts of short dicts": {f"c{i}": {f"k{j}": {"a": 1} for j in range(100)} for i in range(1_000)},
    "dicts of lists": {f"c{i}": list(range(10_000)) for i in range(40)},
    "many channels of short texts": {f"c{i}": ["some words"] * 20 for i in range(9_000)},
    "lists of lists of lists": [[[1, 2]] * 1_000] * 100,
}


@pytest.mark.parametrize("kind", WIDE)
def test_what_is_wide_at_every_level_takes_no_more_than_what_is_long(kind: str) -> None:
    assert cost(excerpt(WIDE[kind]), 10**9) < 1.5 * SHOWN


def test_of_a_dict_of_many_dicts_no_more_is_read_than_of_any_value() -> None:
    state = {f"k{i}": {f"j{j}": [1, 2, 3] for j in range(600)} for i in range(300)}
    value = decode("msgpack", ormsgpack.packb(state))
    assert cost(value, 10**9) < 1.1 * ITEMS
    assert value["k299"]["j0"] == [1, 2, 3]
    assert left_out(value["k299"][MORE])


def test_two_lists_that_differ_in_everything_are_one_change() -> None:
    old, new = list(range(40_000)), [str(number) for number in range(40_000)]
    assert diff({"x": old, "y": 1}, {"x": new, "y": 2}) == [
        Change(("x",), "replace", old, new),
        Change(("y",), "replace", 1, 2),
    ]


def test_more_changes_than_a_screen_holds_are_counted() -> None:
    made = cards(diff({}, {f"k{number}": number for number in range(MOST_CARDS + 500)}))
    assert len(made) == MOST_CARDS + 1
    assert made[-1]["new"]["text"].startswith("500 more changes left out")


def test_a_value_that_is_too_large_to_edit_says_so() -> None:
    with pytest.raises(EditError, match="too large to be edited"):
        to_text(["x"] * 300_000)


def test_what_is_written_as_text_may_be_too_long_for_a_field_of_a_page() -> None:
    value = ["x" * 100_000] * 30
    assert len(to_text(value)) > 3_000_000
    with pytest.raises(EditError, match="too large to be edited"):
        to_field(value)


def test_a_mark_of_what_is_left_out_is_no_value_to_write_back() -> None:
    mark: Any = decode("msgpack", VALUES["nothings"](ITEMS + 1))[-1]
    assert isinstance(mark, Opaque)
