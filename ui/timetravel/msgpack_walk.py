"""Reading msgpack where the fast decoder can't: skipping values, and reading damaged or very deep ones in part.

The format is that of msgpack's specification (github.com/msgpack/msgpack, spec.md).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import ormsgpack

from ui.timetravel import ext
from ui.timetravel.budget import ITEMS, LEFT_OUT, MOST_CHANNELS, too_large
from ui.timetravel.errors import DecodeError
from ui.timetravel.excerpt import MORE, more
from ui.timetravel.plain import Opaque, Plain, Typed

# By the first byte of a value. Where the length is in that byte: all bytes of the value's head (for a scalar, the
# whole value) and the values that follow inside. Elsewhere the size is 0, and _WIDTH says how wide the length is.
_SIZE = [1] * 256
_INSIDE = [0] * 256
_WIDTH = [0] * 256
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
    _SIZE[_tag], _WIDTH[_tag] = 0, _width
_RESERVED = 0xC1

Unpack: TypeAlias = Callable[[bytes], "list[Plain] | None"]
"""Reads a list of msgpack fast, or gives None."""

_MAPS = frozenset((*range(0x80, 0x90), 0xDE, 0xDF))
_LISTS = frozenset((*range(0x90, 0xA0), 0xDC, 0xDD))
_EXTENSIONS = frozenset((0xC7, 0xC8, 0xC9, *range(0xD4, 0xD9)))
_NESTED = _MAPS | _LISTS | _EXTENSIONS
_TEXTS = frozenset((*range(0xA0, 0xC0), 0xD9, 0xDA, 0xDB))

_SMALL = re.compile(rb"[\x00-\x80\x90\xa0\xc0\xc2\xc3\xe0-\xff]+")
"""Values of one byte with nothing inside, of which a list may hold millions."""
_MANY_SMALL = 16
_FAIR_LEVELS = 2
"""A checkpoint, and the channels in it."""
_ODD = _EXTENSIONS | {_RESERVED}
_EXTENSION_COUNTS = 3
_AT_ONCE = 10_000
"""Values that the fast decoder is given at once inside of a value that is too large for it."""

_CUT = "(cut off)"
_LONG = frozenset((0xC4, 0xC5, 0xC6, 0xD9, 0xDA, 0xDB))
_CUT_REASON = "the bytes end in the middle of it"


def _head(blob: bytes | memoryview, at: int) -> tuple[int, int, int]:
    """The first byte of the value at `at`, the bytes of its head or scalar, and the values inside it.

    Raises IndexError where the bytes end before it, DecodeError where no value is.
    """
    tag = blob[at]
    size = _SIZE[tag]
    if size:
        if tag == _RESERVED:
            raise DecodeError("The bytes are no msgpack: a byte is in them that msgpack never uses.")
        return tag, size, _INSIDE[tag]
    width = _WIDTH[tag]
    if at + width >= len(blob):
        raise IndexError
    length = int.from_bytes(blob[at + 1 : at + 1 + width], "big")
    if tag in _LISTS:
        return tag, 1 + width, length
    if tag in _MAPS:
        return tag, 1 + width, 2 * length
    return tag, 1 + width + length + (tag in _EXTENSIONS), 0


def items(blob: bytes | memoryview, most: int, at: int = 0) -> tuple[int, int]:
    """How many values the one at `at` is made of, itself included, and where it ends.

    An extension counts some more, since it takes more to be made. Where there are more than `most`, the number is some
    one beyond `most`. Where the bytes end before or are no msgpack, what was counted by then.
    """
    pending, count, small, size_of, inside_of = 1, 0, 0, _SIZE, _INSIDE
    try:
        while pending and count <= most:
            tag = blob[at]
            size = size_of[tag]
            count += 1
            if size and tag not in _ODD:
                at += size
                pending += inside_of[tag] - 1
                small = small + 1 if size == 1 else 0
                if small > _MANY_SMALL and pending:
                    run = _run_of_small(blob, at, pending)
                    at, pending, count, small = at + run, pending - run, count + run, 0
            elif tag in _EXTENSIONS:
                _, whole, _ = _head(blob, at)
                body = at + 1 + (_WIDTH[tag] or 0)
                known = blob[body] < len(ext.HOWS)
                at = body + 1 if known else at + whole
                count += _EXTENSION_COUNTS
                pending -= not known
            else:
                _, size, inside = _head(blob, at)
                at += size
                pending += inside - 1
    except (IndexError, DecodeError):
        pass
    return count, at


def _run_of_small(blob: bytes | memoryview, at: int, most: int) -> int:
    """How many values of one byte follow each other here, up to `most`."""
    found = _SMALL.match(blob, at, min(len(blob), at + most))
    return found.end() - at if found else 0


def skip(blob: bytes | memoryview, at: int) -> int:
    """Where the value that starts at `at` ends. Reads only heads, needs no stack. Raises DecodeError."""
    pending, small = 1, 0
    try:
        while pending:
            tag = blob[at]
            size = _SIZE[tag]
            if size and tag != _RESERVED:
                at += size
                pending += _INSIDE[tag] - 1
                small = small + 1 if size == 1 else 0
                if small > _MANY_SMALL and pending:
                    run = _run_of_small(blob, at, pending)
                    at, pending, small = at + run, pending - run, 0
            else:
                _, size, inside = _head(blob, at)
                at += size
                pending += inside - 1
    except IndexError:
        raise DecodeError("The bytes end in the middle of a value.") from None
    if at > len(blob):
        raise DecodeError("The bytes end in the middle of a value.")
    return at


def spans(blob: bytes, at: int = 0, most: int = MOST_CHANNELS) -> dict[Any, tuple[int, int]]:
    """Where each value of the map at `at` starts and ends, by its key; of the first `most` keys.

    Raises DecodeError, also when it is no map.
    """
    try:
        tag, size, inside = _head(blob, at)
    except IndexError:
        raise DecodeError("The bytes end in the middle of a value.") from None
    if tag not in _MAPS:
        raise DecodeError("The bytes hold no dict.")
    at += size
    found: dict[Any, tuple[int, int]] = {}
    for _ in range(min(inside // 2, most)):
        start = skip(blob, at)
        end = skip(blob, start)
        try:
            found[ormsgpack.unpackb(blob[at:start], option=ormsgpack.OPT_NON_STR_KEYS)] = (start, end)
        except (ValueError, TypeError) as error:
            raise DecodeError("The bytes hold a dict with a key that can't be read.") from error
        at = end
    return found


def read_in_part(blob: bytes, most: int = ITEMS, whole: int = 0, unpack: Unpack | None = None) -> Plain:
    """All of the value in `blob` that can be read, with `Opaque` in place of what can't.

    At most `most` values, in dicts of channels and in what is around them shared between the parts: what is beyond is
    left out, and said to be. `whole` says how many bytes there are where `blob` is the beginning alone; `unpack` is a
    faster reader, all or nothing, for parts that are not too large.

    Never raises. Takes time and memory in proportion to the bytes, and no more stack for deeper nesting.
    """
    return _fairly(blob, most, whole, unpack, 0)


def _fairly(blob: bytes, most: int, whole: int, unpack: Unpack | None, level: int) -> Plain:
    """The value, of whose channels none takes what others need; in the order of the bytes where that can't be told."""
    places = _channels(blob) if level < _FAIR_LEVELS and whole <= len(blob) and items(blob, most)[0] > most else {}
    if not places:
        return _Reader(blob, most, whole, unpack).read()
    most -= len(places)
    equal = max(most // len(places), 1)
    needs = [items(blob, equal, start)[0] for start, _ in places.values()]
    large = sum(need > equal for need in needs)
    share = max((most - sum(need for need in needs if need <= equal)) // max(large, 1), equal)
    return {
        _hashable(key): _fairly(blob[start:end], max(share, need) if need <= equal else share, 0, unpack, level + 1)
        for (key, (start, end)), need in zip(places.items(), needs, strict=True)
    }


def _channels(blob: bytes) -> dict[Any, tuple[int, int]]:
    """Where each value of a dict is; empty where it is none, is damaged, or has more keys than are told apart."""
    try:
        tag, _, inside = _head(blob, 0)
        return spans(blob) if tag in _MAPS and inside // 2 <= MOST_CHANNELS else {}
    except (IndexError, DecodeError):
        return {}


@dataclass(slots=True)
class _Open:
    """A list, dict or extension whose parts are being read. A dict's parts are its keys and values in turn.

    `limit` is where the bytes around it end, `end` where its own do (known for an extension only).
    """

    tag: int
    wanted: int
    depth: int
    limit: int
    code: int = 0
    start: int = 0
    end: int = 0
    parts: list[Plain] = field(default_factory=list)

    @property
    def depth_inside(self) -> int:
        # An extension's payload is a list that is no level of the plain data: its items come right below.
        return self.depth + (self.tag not in _EXTENSIONS or self.code == ext.DELTA)


class _Reader:
    """A position in msgpack bytes, and what is open there.

    `broken` says that nobody knows where the next value starts: what is open is closed as it is, up to the next
    extension, whose own length says where it goes on.
    """

    def __init__(self, blob: bytes, most: int, whole: int, unpack: Unpack | None) -> None:
        self.blob = memoryview(blob)
        self.at = 0
        self.limit = len(blob)
        self.broken = False
        self.open: list[_Open] = []
        self.left = most
        self.most = most
        self.cut = too_large(whole, len(blob)) if whole > len(blob) else _CUT_REASON
        self.unpack = unpack
        self.patient_until = 0

    def read(self) -> Plain:
        while True:
            value = self._next()
            if isinstance(value, _Open):
                self.open.append(value)
                if value.wanted:
                    continue
                value = self._close(self.open.pop())
            while self.open:
                top = self.open[-1]
                top.parts.append(value)
                if len(top.parts) < top.wanted and not self.broken:
                    self._several(top)
                    if len(top.parts) < top.wanted:
                        break
                value = self._close(self.open.pop())
            else:
                return value

    def _several(self, top: _Open) -> None:
        """Take in as many of the values that come next as the fast decoder can read at once, if it can."""
        if self.unpack is None or top.tag in _EXTENSIONS or self.at < self.patient_until:
            return
        start = end = self.at
        number, most = 0, min(_AT_ONCE, self.left)
        while number < top.wanted - len(top.parts) and most > 0:
            count, after = items(self.blob, most, end)
            if count > most or after > self.limit:
                break
            number, most, end = number + 1, most - count, after
        if number < 2:
            return
        plain = self.unpack(b"\xdd" + number.to_bytes(4, "big") + self.blob[start:end])
        if plain is None or not ext.fits(plain, ext.MAX_DEPTH - top.depth):
            self.patient_until = end
            return
        top.parts += plain
        self.at = end
        self.left -= min(_AT_ONCE, self.left) - most

    def _next(self) -> Plain | _Open:
        """The scalar that starts here, or what is to be opened here; `Opaque` if neither can be."""
        start = self.at
        if self.left <= 0:
            return self._give_up(f"{LEFT_OUT}{self.most:,} values of it are read at most")
        self.left -= 1
        try:
            tag, size, inside = _head(self.blob[: self.limit], start)
        except IndexError:
            return self._give_up(self.cut)
        except DecodeError:
            return self._give_up("it is no msgpack")
        if start + size > self.limit:
            return self._long_text(tag, start) or self._give_up(self.cut)
        depth = self.open[-1].depth_inside if self.open else 0
        if tag not in _NESTED:
            self.at += size
            return _scalar(tag, self.blob[start : self.at])
        if depth >= ext.MAX_DEPTH:
            return self._too_deep()
        self.at += size
        if tag in _EXTENSIONS:
            return self._extension(tag, start, depth)
        return _Open(tag, inside, depth, self.limit)

    def _extension(self, tag: int, start: int, depth: int) -> Plain | _Open:
        end = self.at
        body = start + 1 + _WIDTH[tag]
        code = int.from_bytes(self.blob[body : body + 1], "big", signed=True)
        if not 0 <= code < len(ext.HOWS):
            return ext.unknown(code, end - body - 1)
        self.left -= _EXTENSION_COUNTS
        opened = _Open(tag, 1, depth, self.limit, code, body + 1, end)
        self.at, self.limit = body + 1, end
        return opened

    def _long_text(self, tag: int, start: int) -> Plain:
        """The beginning of a text or of bytes that go on where no more is read; None of anything else."""
        if self.cut == _CUT_REASON or tag not in _LONG:
            return None
        size = self.limit - start
        beginning = bytes(self.blob[start + 1 + _WIDTH[tag] : self.limit])
        self.at, self.broken = self.limit, True
        if tag in _TEXTS:
            return beginning.decode("utf-8", "replace").rstrip("\ufffd") + f" … {self.cut}"
        return Opaque("bytes", size, self.cut)

    def _close(self, done: _Open) -> Plain:
        if self.broken and self.left <= 0 and (missing := done.wanted - len(done.parts)) > 0:
            if done.tag in _LISTS:
                done.parts.append(more(missing, "item"))
            elif done.tag in _MAPS and len(done.parts) % 2 == 0:
                done.parts += [MORE, more(missing // 2, "key")]
        if done.tag in _LISTS:
            return done.parts
        if done.tag in _MAPS:
            return _dict(done.parts)
        self.at, self.limit, self.broken = done.end, done.limit, self.left <= 0
        return ext.tagged(done.code, done.parts[0], done.end - done.start)

    def _give_up(self, reason: str) -> Opaque:
        rest = self.limit - self.at
        self.at = self.limit
        self.broken = True
        return Opaque("msgpack", rest, reason)

    def _too_deep(self) -> Opaque:
        start = self.at
        try:
            self.at = skip(self.blob[: self.limit], start)
        except DecodeError:
            return self._give_up(self.cut)
        return Opaque("msgpack", self.at - start, f"it is nested more than {ext.MAX_DEPTH} levels deep")


def _dict(parts: list[Plain]) -> Plain:
    """The dict of these keys and values in turn, of which the last value may be missing."""
    pairs = list(zip(parts[::2], parts[1::2], strict=False))
    if len(parts) % 2:
        pairs.append((_CUT, parts[-1]))
    try:
        return {_hashable(key): value for key, value in pairs}
    except TypeError:
        # Python has no dict with such a key, yet it can say what the dict would be made from.
        return Typed("builtins", "dict", [[key, value] for key, value in pairs])


def _hashable(key: Plain) -> Plain:
    return tuple(_hashable(item) for item in key) if type(key) is list else key


def _scalar(tag: int, part: memoryview) -> Plain:
    try:
        return ormsgpack.unpackb(part)
    except ValueError:
        kind, reason = ("str", "its text is not valid UTF-8") if tag in _TEXTS else ("msgpack", "it is no msgpack")
        return Opaque(kind, len(part), reason)
