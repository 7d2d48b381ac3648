"""Finds the ends of consecutive msgpack values."""

from collections.abc import Callable, Iterator

import msgpack

from ui.timetravel.errors import DecodeError

_FEW_BYTES = 4096
"""So few bytes are skipped here more quickly than they could be copied for msgpack."""
_MOST_COPIES = 32
"""The number of values too deep for msgpack after which the rest is copied for it again, so that the time stays
linear.
"""

Skip = Callable[[bytes | memoryview, int], int]
"""Returns where the value at a position ends, however deep it is. Raises DecodeError."""


def ends(blob: bytes, at: int, skip: Skip) -> Iterator[int]:
    """The end position of each of the consecutive values that begin at `at`.

    msgpack 1.2.4 (Unpacker.skip and tell, in C) does this about a hundred times faster than `skip`, for up to 1,024
    levels; `skip` does what is deeper. Raises DecodeError where the bytes end early or are not msgpack.
    """
    for _ in range(_MOST_COPIES):
        if len(blob) - at < _FEW_BYTES:
            break
        unpacker = msgpack.Unpacker(max_buffer_size=len(blob))
        unpacker.feed(memoryview(blob)[at:])
        start = at
        while True:
            try:
                unpacker.skip()
            except msgpack.StackError:
                break
            except (msgpack.OutOfData, msgpack.FormatError):
                raise DecodeError("The bytes end in the middle of a value, or are no msgpack.") from None
            at = start + unpacker.tell()
            yield at
        at = skip(blob, at)
        yield at
    while True:
        at = skip(blob, at)
        yield at
