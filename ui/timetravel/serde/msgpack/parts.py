"""Reads as much as possible of msgpack that is damaged, nested very deep, or too large."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import ormsgpack

from ui.timetravel.errors import DecodeError
from ui.timetravel.model.values import Opaque, Plain, Typed
from ui.timetravel.serde.budget import ITEMS, LEFT_OUT, MOST_CHANNELS, fair_share, too_large
from ui.timetravel.serde.excerpt import MORE, more
from ui.timetravel.serde.msgpack import extensions as ext
from ui.timetravel.serde.msgpack.recovery import (
    EXTENSION_COUNTS,
    EXTENSIONS,
    LISTS,
    MAPS,
    TEXTS,
    WIDTH,
    head,
    items,
    several,
    skip,
    spans,
)

Unpack: TypeAlias = Callable[[bytes], "list[Plain] | None"]
"""Reads a list of msgpack fast, or returns None."""

_NESTED = MAPS | LISTS | EXTENSIONS
_FAIR_LEVELS = 2
"""The levels of a checkpoint, and of its channels."""
_LEAST = 4
"""The fewest values for each channel: if there is not enough room for that, only the first channels are read."""
_AT_ONCE = 10_000
"""The number of values that the fast decoder is given at once, inside a value that is too large for it."""
_CUT = "(cut off)"
_LONG = frozenset((0xC4, 0xC5, 0xC6, 0xD9, 0xDA, 0xDB))
_CUT_REASON = "the bytes end in the middle of it"


def read_in_part(blob: bytes, most: int = ITEMS, whole: int = 0, unpack: Unpack | None = None) -> Plain:
    """All of the value in `blob` that can be read, with `Opaque` in place of what can't.

    At most `most` values are read, shared fairly between channels; what is beyond is left out and marked. `whole` is
    the size in bytes where `blob` is only the beginning; `unpack` is a faster reader, all or nothing, for parts that
    are not too large. Never raises. Takes time and memory in proportion to the bytes, and no more stack for deeper
    nesting.
    """
    return _fairly(blob, most, whole, unpack, 0)


def _fairly(blob: bytes, most: int, whole: int, unpack: Unpack | None, level: int) -> Plain:
    """The value, with the budget shared fairly between its channels; in the order of the bytes where it can't be
    split.
    """
    too_many = level < _FAIR_LEVELS and whole <= len(blob) and items(blob, most)[0] > most
    places = _channels(blob, most // (1 + _LEAST)) if too_many else {}
    if not places:
        return _Reader(blob, most, whole, unpack).read()
    most -= len(places)
    equal = most // len(places)
    share = fair_share([items(blob, equal, start)[0] for start, _ in places.values()], most)
    return {
        _hashable(key): _fairly(blob[start:end], share, 0, unpack, level + 1) for key, (start, end) in places.items()
    }


def _channels(blob: bytes, most: int) -> dict[Any, tuple[int, int]]:
    """The positions of a dict's values; empty where it is not a dict, is damaged, or has more than `most` keys."""
    try:
        tag, _, inside = head(blob, 0)
        return spans(blob) if tag in MAPS and inside // 2 <= min(most, MOST_CHANNELS) else {}
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
        return self.depth + (self.tag not in EXTENSIONS or self.code == ext.DELTA)


class _Reader:
    """A position in msgpack bytes, and the containers that are open there.

    `broken`: it is not known where the next value starts. Then open containers are closed as they are, up to the next
    extension, whose own length gives the position after it.
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
        """Read with the fast decoder as many of the next values as it can take at once, if any."""
        if self.unpack is None or top.tag in EXTENSIONS or self.at < self.patient_until:
            return
        start, most = self.at, min(_AT_ONCE, self.left)
        number, count, end = several(self.blob, top.wanted - len(top.parts), most, start, self.limit)
        if number < 2:
            return
        plain = self.unpack(b"\xdd" + number.to_bytes(4, "big") + self.blob[start:end])
        if plain is None or not ext.fits(plain, ext.MAX_DEPTH - top.depth):
            self.patient_until = end
            return
        top.parts += plain
        self.at = end
        self.left -= count

    def _next(self) -> Plain | _Open:
        """The scalar that starts here, or the container that opens here; `Opaque` if it is neither."""
        start = self.at
        if self.left <= 0:
            return self._give_up(f"{LEFT_OUT}{self.most:,} values of it are read at most")
        self.left -= 1
        try:
            tag, size, inside = head(self.blob[: self.limit], start)
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
        if tag in EXTENSIONS:
            return self._extension(tag, start, depth)
        return _Open(tag, inside, depth, self.limit)

    def _extension(self, tag: int, start: int, depth: int) -> Plain | _Open:
        end = self.at
        body = start + 1 + WIDTH[tag]
        code = int.from_bytes(self.blob[body : body + 1], "big", signed=True)
        if not 0 <= code < len(ext.CONSTRUCTORS):
            return ext.unknown(code, end - body - 1)
        self.left -= EXTENSION_COUNTS
        opened = _Open(tag, 1, depth, self.limit, code, body + 1, end)
        self.at, self.limit = body + 1, end
        return opened

    def _long_text(self, tag: int, start: int) -> Plain:
        """The beginning of a text or of bytes whose rest was not read; None for any other value."""
        if self.cut == _CUT_REASON or tag not in _LONG:
            return None
        size = self.limit - start
        beginning = bytes(self.blob[start + 1 + WIDTH[tag] : self.limit])
        self.at, self.broken = self.limit, True
        if tag in TEXTS:
            return beginning.decode("utf-8", "replace").rstrip("\ufffd") + f" … {self.cut}"
        return Opaque("bytes", size, self.cut)

    def _close(self, done: _Open) -> Plain:
        if self.broken and self.left <= 0 and (missing := done.wanted - len(done.parts)) > 0:
            if done.tag in LISTS:
                done.parts.append(more(missing, "item"))
            elif done.tag in MAPS and len(done.parts) % 2 == 0:
                done.parts += [MORE, more(missing // 2, "key")]
        if done.tag in LISTS:
            return done.parts
        if done.tag in MAPS:
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
    try:
        found = dict(zip(parts[::2], parts[1::2], strict=True))
    except (TypeError, ValueError):  # a key that Python can't use, or one without a value
        return _odd_dict(parts)
    return found


def _odd_dict(parts: list[Plain]) -> Plain:
    pairs = list(zip(parts[::2], parts[1::2], strict=False))
    if len(parts) % 2:
        pairs.append((_CUT, parts[-1]))
    try:
        return {_hashable(key): value for key, value in pairs}
    except TypeError:
        # Python can't have a dict with such a key, so the pairs that it would be made from are kept.
        return Typed("builtins", "dict", [[key, value] for key, value in pairs])


def _hashable(key: Plain) -> Plain:
    return tuple(_hashable(item) for item in key) if type(key) is list else key


def _scalar(tag: int, part: memoryview) -> Plain:
    try:
        return ormsgpack.unpackb(part)
    except ValueError:
        kind, reason = ("str", "its text is not valid UTF-8") if tag in TEXTS else ("msgpack", "it is no msgpack")
        return Opaque(kind, len(part), reason)
