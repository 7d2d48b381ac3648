"""Finds where msgpack values begin and end, without decoding them.

The format is that of msgpack's specification (github.com/msgpack/msgpack, spec.md).
"""

import re
from hashlib import blake2b
from typing import Any

import ormsgpack

from ui.timetravel.errors import DecodeError
from ui.timetravel.ground.weighed_cache import Cache
from ui.timetravel.serde.budget import MOST_CHANNELS
from ui.timetravel.serde.msgpack import extensions as ext
from ui.timetravel.serde.msgpack.ends import ends

_LONG = 1 << 18
"""The bytes of a deep value from which skipping it takes longer than looking it up in the cache."""
_BYTES_OF_A_SPAN = 300
_slow: Cache[tuple[bytes, int, int], dict[Any, tuple[int, int]]] = Cache(16 << 20)

# By the first byte of a value. Where the length is in that byte: all bytes of the value's head (for a scalar, the
# whole value) and the values that follow inside. Elsewhere the size is 0, and WIDTH says how wide the length is.
_SIZE = [1] * 256
_INSIDE = [0] * 256
WIDTH = [0] * 256
for _n in range(16):
    _INSIDE[0x80 + _n] = 2 * _n
    _INSIDE[0x90 + _n] = _n
for _n in range(32):
    _SIZE[0xA0 + _n] = 1 + _n
for _tag, _size in zip(range(0xCA, 0xD9), (5, 9, 2, 3, 5, 9, 2, 3, 5, 9, 3, 4, 6, 10, 18), strict=True):
    _SIZE[_tag] = _size
for _tag, _width in (
    *zip(range(0xC4, 0xCA), (1, 2, 4, 1, 2, 4), strict=True),
    *zip(range(0xD9, 0xE0), (1, 2, 4, 2, 4, 2, 4), strict=True),
):
    _SIZE[_tag], WIDTH[_tag] = 0, _width
_RESERVED = 0xC1
_SIZE[_RESERVED] = 0

MAPS = frozenset((*range(0x80, 0x90), 0xDE, 0xDF))
LISTS = frozenset((*range(0x90, 0xA0), 0xDC, 0xDD))
EXTENSIONS = frozenset((0xC7, 0xC8, 0xC9, *range(0xD4, 0xD9)))
TEXTS = frozenset((*range(0xA0, 0xC0), 0xD9, 0xDA, 0xDB))

_SMALL = re.compile(rb"[\x00-\x80\x90\xa0\xc0\xc2\xc3\xe0-\xff]+")
"""Values of one byte without parts, of which a list may have millions."""
_MANY_SMALL = 16
_OFTEN, _LONGEST_UNIT = 1 << 10, 64
"""The number of heads after which `skip` checks whether the bytes repeat, and the most bytes of a repeated unit."""
EXTENSION_COUNTS = 3
# What `items` adds up for each value whose head says all: where an extension ends is not enough.
_STEP = [0 if tag in EXTENSIONS else size for tag, size in enumerate(_SIZE)]
_MORE = [inside - 1 for inside in _INSIDE]


def head(blob: bytes | memoryview, at: int) -> tuple[int, int, int]:
    """The first byte of the value at `at`, the size of its head (or of the whole scalar), and the number of values
    inside it.

    Raises IndexError where the bytes end before it, DecodeError where no value begins.
    """
    tag = blob[at]
    size = _SIZE[tag]
    if size:
        return tag, size, _INSIDE[tag]
    if tag == _RESERVED:
        raise DecodeError("The bytes are no msgpack: a byte is in them that msgpack never uses.")
    width = WIDTH[tag]
    if at + width >= len(blob):
        raise IndexError
    length = int.from_bytes(blob[at + 1 : at + 1 + width], "big")
    if tag in LISTS:
        return tag, 1 + width, length
    if tag in MAPS:
        return tag, 1 + width, 2 * length
    return tag, 1 + width + length + (tag in EXTENSIONS), 0


def items(blob: bytes | memoryview, most: int, at: int = 0) -> tuple[int, int]:
    """The number of values in the one at `at`, itself included, and the position where it ends.

    An extension counts for more, since it costs more to build. If there are more than `most`, the number is some number
    beyond `most`. If the bytes end early or are not msgpack, the count stops there.
    """
    pending, count, step_of, more_of = 1, 0, _STEP, _MORE
    try:
        while pending and count <= most:
            tag = blob[at]
            step = step_of[tag]
            count += 1
            if step:
                at += step
                pending += more_of[tag]
            elif tag in EXTENSIONS:
                _, whole, _ = head(blob, at)
                body = at + 1 + WIDTH[tag]
                known = blob[body] < len(ext.CONSTRUCTORS)
                at = body + 1 if known else at + whole
                count += EXTENSION_COUNTS
                pending -= not known
            else:
                _, size, inside = head(blob, at)
                at += size
                pending += inside - 1
                if inside > _MANY_SMALL:
                    run = _run_of_small(blob, at, pending)
                    at, pending, count = at + run, pending - run, count + run
    except (IndexError, DecodeError):
        pass
    return count, at


def several(blob: bytes | memoryview, number: int, most: int, at: int, limit: int) -> tuple[int, int, int]:
    """The number of the next `number` values that have at most `most` values in all and end by `limit`.

    Also returns how many values they contain, and the position where the last of them ends.
    """
    done, made_of, end, step_of, more_of = 0, 0, at, _STEP, _MORE
    while done < number and made_of < most and end < limit:
        tag = blob[end]
        if step_of[tag] and more_of[tag] < 0:  # as most values are: quicker than a call
            count, at = 1, end + step_of[tag]
        else:
            count, at = items(blob, most - made_of, end)
        if made_of + count > most or at > limit:
            break
        done, made_of, end = done + 1, made_of + count, at
    return done, made_of, end


def _run_of_small(blob: bytes | memoryview, at: int, most: int) -> int:
    """The number of consecutive values of one byte from here, up to `most`."""
    found = _SMALL.match(blob, at, min(len(blob), at + most))
    return found.end() - at if found else 0


def skip(blob: bytes | memoryview, at: int) -> int:
    """The position where the value that starts at `at` ends. Reads only heads, uses no stack. Raises DecodeError."""
    pending, small, heads = 1, 0, 0
    try:
        while pending:
            tag = blob[at]
            size = _SIZE[tag]
            heads += 1
            if not heads % _OFTEN:
                run, fewer = _repeated(blob, at, pending)
                if run:
                    at, pending = at + run, pending - fewer
                    continue
            if size:
                at += size
                pending += _INSIDE[tag] - 1
                small = small + 1 if size == 1 else 0
                if small > _MANY_SMALL and pending:
                    run = _run_of_small(blob, at, pending)
                    at, pending, small = at + run, pending - run, 0
            else:
                _, size, inside = head(blob, at)
                at += size
                pending += inside - 1
    except IndexError:
        raise DecodeError("The bytes end in the middle of a value.") from None
    if at > len(blob):
        raise DecodeError("The bytes end in the middle of a value.")
    return at


def _repeated(blob: bytes | memoryview, at: int, pending: int) -> tuple[int, int]:
    """The number of bytes from here that repeat those before, and the change that they make to the number of pending
    values.

    So millions of levels, or of equal values, are skipped as quickly as bytes are compared.
    """
    for unit in range(1, min(_LONGEST_UNIT, at, len(blob) - at) + 1):
        if blob[at - unit : at] == blob[at : at + unit] and (ended := _ends_in(blob, at, unit)) is not None:
            fewer, most_within = ended
            spare = pending - 1 - most_within
            times = _same(blob, at, unit) // unit
            times = min(times, spare // fewer) if fewer > 0 else times
            return (times * unit, times * fewer) if spare >= 0 else (0, 0)
    return 0, 0


def _ends_in(blob: bytes | memoryview, at: int, unit: int) -> tuple[int, int] | None:
    """By how much the heads in `unit` bytes reduce the number of pending values, at their end and at most in between.

    None where no head ends there.
    """
    end, fewer, most = at + unit, 0, 0
    try:
        while at < end:
            most = max(most, fewer)
            _, size, inside = head(blob, at)
            at, fewer = at + size, fewer + 1 - inside
    except (IndexError, DecodeError):
        return None
    return (fewer, most) if at == end else None


def _same(blob: bytes | memoryview, at: int, unit: int) -> int:
    """The number of bytes from here that equal the byte `unit` positions before."""
    step, found = unit, 0
    while step:
        here = at + found
        same = here + step <= len(blob) and blob[here : here + step] == blob[here - unit : here + step - unit]
        found += step if same else 0
        step = 2 * step if same else step // 2
    return found


def spans(blob: bytes, at: int = 0, most: int = MOST_CHANNELS) -> dict[Any, tuple[int, int]]:
    """Start and end position of each value of the map at `at`, by its key; of the first `most` keys.

    One drawing needs those of the same rows several times, so results that took long are cached for a while. Raises
    DecodeError, also when the value is not a map.
    """
    # Nearly always it is empty: to make out what bytes these are takes longer than to go through them.
    known = None if _slow.empty else _slow.get(_place(blob, at, most))
    if known is not None:
        return dict(known)
    found, slow = _spans(blob, at, most)
    if slow:
        _slow.put(_place(blob, at, most), found, _BYTES_OF_A_SPAN * (len(found) + 1))
    return dict(found)


def _place(blob: bytes, at: int, most: int) -> tuple[bytes, int, int]:
    return blake2b(blob, digest_size=16).digest(), at, most


def _spans(blob: bytes, at: int, most: int) -> tuple[dict[Any, tuple[int, int]], bool]:
    """The same, and whether the map has such deep values that skipping them took long."""
    try:
        tag, size, inside = head(blob, at)
    except IndexError:
        raise DecodeError("The bytes end in the middle of a value.") from None
    if tag not in MAPS:
        raise DecodeError("The bytes hold no dict.")
    at += size
    slow = False

    def patiently(blob: bytes | memoryview, start: int) -> int:
        nonlocal slow
        end = skip(blob, start)
        slow = slow or end - start > _LONG
        return end

    found: dict[Any, tuple[int, int]] = {}
    each = ends(blob, at, patiently)
    for _ in range(min(inside // 2, most)):
        start, end = next(each), next(each)
        try:
            found[ormsgpack.unpackb(blob[at:start], option=ormsgpack.OPT_NON_STR_KEYS)] = (start, end)
        except (ValueError, TypeError) as error:
            raise DecodeError("The bytes hold a dict with a key that can't be read.") from error
        at = end
    return found, slow
