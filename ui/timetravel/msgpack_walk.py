"""Reading msgpack where the fast decoder can't: skipping values, and reading damaged or very deep ones in part.

The format is that of msgpack's specification (github.com/msgpack/msgpack, spec.md).
"""

from dataclasses import dataclass, field
from typing import Any

import ormsgpack

from ui.timetravel import ext
from ui.timetravel.errors import DecodeError
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

_MAPS = frozenset((*range(0x80, 0x90), 0xDE, 0xDF))
_LISTS = frozenset((*range(0x90, 0xA0), 0xDC, 0xDD))
_EXTENSIONS = frozenset((0xC7, 0xC8, 0xC9, *range(0xD4, 0xD9)))
_NESTED = _MAPS | _LISTS | _EXTENSIONS
_TEXTS = frozenset((*range(0xA0, 0xC0), 0xD9, 0xDA, 0xDB))

_CUT = "(cut off)"
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


def skip(blob: bytes | memoryview, at: int) -> int:
    """Where the value that starts at `at` ends. Reads only heads, needs no stack. Raises DecodeError."""
    pending = 1
    try:
        while pending:
            tag = blob[at]
            if _SIZE[tag] and tag != _RESERVED:
                at += _SIZE[tag]
                pending += _INSIDE[tag] - 1
            else:
                _, size, inside = _head(blob, at)
                at += size
                pending += inside - 1
    except IndexError:
        raise DecodeError("The bytes end in the middle of a value.") from None
    if at > len(blob):
        raise DecodeError("The bytes end in the middle of a value.")
    return at


def spans(blob: bytes, at: int = 0) -> dict[Any, tuple[int, int]]:
    """Where each value of the map at `at` starts and ends, by its key. Raises DecodeError, also when it is no map."""
    try:
        tag, size, inside = _head(blob, at)
    except IndexError:
        raise DecodeError("The bytes end in the middle of a value.") from None
    if tag not in _MAPS:
        raise DecodeError("The bytes hold no dict.")
    at += size
    found: dict[Any, tuple[int, int]] = {}
    for _ in range(inside // 2):
        start = skip(blob, at)
        end = skip(blob, start)
        try:
            found[ormsgpack.unpackb(blob[at:start], option=ormsgpack.OPT_NON_STR_KEYS)] = (start, end)
        except (ValueError, TypeError) as error:
            raise DecodeError("The bytes hold a dict with a key that can't be read.") from error
        at = end
    return found


def read_in_part(blob: bytes) -> Plain:
    """All of the value in `blob` that can be read, with `Opaque` in place of what can't.

    Never raises. Takes time and memory in proportion to the bytes, and no more stack for deeper nesting.
    """
    return _Reader(blob).read()


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

    def __init__(self, blob: bytes) -> None:
        self.blob = memoryview(blob)
        self.at = 0
        self.limit = len(blob)
        self.broken = False
        self.open: list[_Open] = []

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
                    break
                value = self._close(self.open.pop())
            else:
                return value

    def _next(self) -> Plain | _Open:
        """The scalar that starts here, or what is to be opened here; `Opaque` if neither can be."""
        start = self.at
        try:
            tag, size, inside = _head(self.blob[: self.limit], start)
        except IndexError:
            return self._give_up(_CUT_REASON)
        except DecodeError:
            return self._give_up("it is no msgpack")
        if start + size > self.limit:
            return self._give_up(_CUT_REASON)
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
        opened = _Open(tag, 1, depth, self.limit, code, body + 1, end)
        self.at, self.limit = body + 1, end
        return opened

    def _close(self, done: _Open) -> Plain:
        if done.tag in _LISTS:
            return done.parts
        if done.tag in _MAPS:
            return _dict(done.parts)
        self.at, self.limit, self.broken = done.end, done.limit, False
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
            return self._give_up(_CUT_REASON)
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
