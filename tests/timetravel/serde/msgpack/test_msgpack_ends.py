"""Where values end is told alike by msgpack in C and by going through them here, which also manages what is deep."""

from itertools import islice

import ormsgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timetravel.serde.plain_values import plain_values
from ui.timetravel.errors import DecodeError
from ui.timetravel.serde.encode import encode
from ui.timetravel.serde.msgpack.ends import ends
from ui.timetravel.serde.msgpack.recovery import head, items, several, skip, spans

LONG = ormsgpack.packb("x" * 5_000)
"""So much that the values before it are gone through in C."""
DEEP = b"\x91" * 3_000 + b"\xc0"
"""More than msgpack goes into."""


def walked(blob: bytes, number: int) -> list[int]:
    """Where each of so many values ends, one after the other."""
    found, at = [], 0
    for _ in range(number):
        at = skip(blob, at)
        found.append(at)
    return found


def plainly_walked(blob: bytes) -> int | type[Exception]:
    """Where the first value ends, head by head; or how that fails."""
    at, pending = 0, 1
    try:
        while pending:
            _, size, inside = head(blob, at)
            at, pending = at + size, pending + inside - 1
    except (IndexError, DecodeError):
        return DecodeError
    return at if at <= len(blob) else DecodeError


def skipped(blob: bytes) -> int | type[Exception]:
    try:
        return skip(blob, 0)
    except DecodeError:
        return DecodeError


UNITS = st.lists(
    st.sampled_from(
        [b"\x91", b"\x92", b"\x81", b"\x82", b"\x90", b"\xc0", b"\x01", b"\xa1k", b"\xa2\x91\x92", b"\xcc\x91"]
    ),
    min_size=1,
    max_size=5,
).map(b"".join)
"""Heads in any order, which may be repeated, and may look like others inside."""


@given(
    st.lists(st.tuples(UNITS, st.integers(1, 3_000)), min_size=1, max_size=3),
    st.sampled_from([b"", b"\xdd\x00\x00\x20\x00", b"\xdf\x00\x00\x04\x00"]),
    st.sampled_from([0, 3_000]),
)
def test_what_is_repeated_ends_where_a_walk_head_by_head_ends(
    parts: list[tuple[bytes, int]], around: bytes, ends_of_lists: int
) -> None:
    blob = around + b"".join(unit * times for unit, times in parts) + b"\xc0" * ends_of_lists
    assert skipped(blob) == plainly_walked(blob)


@given(st.lists(plain_values.map(encode) | st.just(DEEP), max_size=8))
def test_values_end_where_a_walk_through_them_ends(values: list[bytes]) -> None:
    blob, number = b"".join(values) + LONG, len(values) + 1
    assert list(islice(ends(blob, 0, skip), number)) == walked(blob, number)


@pytest.mark.parametrize("rest", [b"\xc1", b"\xda\xff\xff", b"\x92\xc0", b""], ids=["no value", "text", "list", "end"])
def test_bytes_that_end_too_early_are_told(rest: bytes) -> None:
    found = ends(LONG + rest, 0, skip)
    assert next(found) == len(LONG)
    with pytest.raises(DecodeError):
        next(found)


def test_a_dict_with_deep_values_is_told_alike_when_it_is_asked_for_again() -> None:
    deep = b"\x91" * 300_000 + b"\xc0"
    blob = b"\x83" + b"\xa1a" + deep + b"\xa1b" + LONG + b"\xa1c" + deep
    sizes = [{key: end - start for key, (start, end) in spans(blob).items()} for _ in range(2)]
    assert sizes == [{"a": len(deep), "b": len(LONG), "c": len(deep)}] * 2


@given(st.lists(plain_values.map(encode), min_size=1, max_size=8), st.integers(0, 60))
def test_several_values_are_counted_as_one_by_one(values: list[bytes], most: int) -> None:
    blob, number, made_of, at = b"".join(values), 0, 0, 0
    for _ in values:
        count, end = items(blob, most - made_of, at)
        if made_of >= most or made_of + count > most:
            break
        number, made_of, at = number + 1, made_of + count, end
        assert end == at == sum(map(len, values[:number]))
    assert several(blob, len(values), most, 0, len(blob)) == (number, made_of, at)
