"""Where values end is told alike by msgpack in C and by going through them here, which also manages what is deep."""

from itertools import islice

import ormsgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_values import plain_values

from ui.timetravel.encode import encode
from ui.timetravel.errors import DecodeError
from ui.timetravel.msgpack_ends import ends
from ui.timetravel.msgpack_walk import items, several, skip, spans

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
