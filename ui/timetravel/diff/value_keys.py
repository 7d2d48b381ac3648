"""Keys for values that are equal exactly when the values are the same, types included."""

import re
import struct
from collections.abc import Hashable, Iterable
from hashlib import blake2b
from typing import Any

import ormsgpack

from ui.timetravel.model.values import Opaque, Plain, Typed

# What msgpack can't write exactly must reach `_tag` or fail; after a failure the key is made the slow way.
_OPTIONS = (
    ormsgpack.OPT_SORT_KEYS
    | ormsgpack.OPT_PASSTHROUGH_DATACLASS
    | ormsgpack.OPT_PASSTHROUGH_DATETIME
    | ormsgpack.OPT_PASSTHROUGH_ENUM
    | ormsgpack.OPT_PASSTHROUGH_SUBCLASS
    | ormsgpack.OPT_PASSTHROUGH_TUPLE
    | ormsgpack.OPT_PASSTHROUGH_UUID
)

# No plain value holds an extension, so a list that begins with one can't be taken for a list of the user's.
_TYPED = ormsgpack.Ext(1, b"")
_OPAQUE = ormsgpack.Ext(2, b"")

_MAYBE_NAN = re.compile(rb"\xcb[\x7f\xff][\xf0-\xff]")
"""A msgpack double whose exponent is all ones. NaN has many bit patterns, and all of them are one value here."""

_DIGEST = 20
_LONG = 1024
_HASHED = b"\xc1"
"""Begins the keys that are digests. No msgpack text begins with this byte."""

_SETS = frozenset({"set", "frozenset"})
_NESTS = frozenset({list, dict, tuple, Typed})


class Keys:
    """Makes the keys for one comparison and caches the costly ones. The compared values must outlive it."""

    def __init__(self) -> None:
        self._digests: dict[int, bytes] = {}

    def key(self, value: Plain, quick: bool = True) -> Hashable:
        """A key that is equal for two values exactly when they are the same value.

        The same means: of the same types all the way down (True is not 1, 1 is not 1.0, 0.0 is not -0.0, a `Typed` is
        its tag as well as its value), where NaN is NaN, and neither the order of a dict's keys nor the order in
        which a set was written counts. Keys made with `quick` compare only with keys made with `quick`.

        `quick` packs the whole value each time, in C: best where nothing asks again for the parts. Without it every
        part is digested once and remembered, so that asking at each level of a deep value stays linear. Neither
        overflows the stack.
        """
        if type(value) is str:
            return value
        if quick:
            try:
                packed = ormsgpack.packb(value, _tag, _OPTIONS)
            except TypeError:  # too deep, too big an integer, a lone surrogate, a key that is no text, a set
                return self._digest(value)
            if not _MAYBE_NAN.search(packed):
                return packed if len(packed) < _LONG else _HASHED + _hash(packed)
        return self._digest(value)

    def _digest(self, root: Plain) -> bytes:
        if type(root) not in _NESTS:
            return _HASHED + _scalar(root)
        digests = self._digests
        stack = [root]
        while stack:
            value = stack[-1]
            if id(value) not in digests:
                parts = _parts(value)
                waiting = [part for part in parts if type(part) in _NESTS and id(part) not in digests]
                if waiting:
                    stack.extend(waiting)
                    continue
                digests[id(value)] = _combine(
                    value, [digests[id(part)] if type(part) in _NESTS else _scalar(part) for part in parts]
                )
            stack.pop()
        return _HASHED + digests[id(root)]


def _tag(value: Any) -> list[Any]:
    if type(value) is Typed and not _is_set(value):
        return [_TYPED, value.module, value.name, value.constructor, value.method, value.value]
    if type(value) is Opaque:
        return [_OPAQUE, value.type, value.size, value.reason, value.digest]
    raise TypeError


def _is_set(value: Typed) -> bool:
    # A set is written in the order of its hashes, and those of strings differ from process to process.
    return (
        (value.module, value.constructor) == ("builtins", "value") and value.name in _SETS and type(value.value) is list
    )


def _parts(value: Plain) -> list[Plain]:
    if type(value) is dict:
        return [part for item in value.items() for part in item]
    if type(value) is Typed:
        return list(value.value) if _is_set(value) else [value.value]
    return list(value)


def _combine(value: Plain, parts: list[bytes]) -> bytes:
    if type(value) is dict:
        entries = [key + item for key, item in zip(parts[::2], parts[1::2], strict=True)]
        return _hash(b"d", sorted(entries))
    if type(value) is Typed:
        tag = repr((value.module, value.name, value.constructor, value.method)).encode()
        return _hash(b"T" + tag, sorted(parts) if _is_set(value) else parts)
    return _hash(b"l" if type(value) is list else b"t", parts)


def _scalar(value: Plain) -> bytes:
    # One letter begins what is hashed for each type, here and in `_combine`.
    kind = type(value)
    if kind is str:
        return _hash(b"s" + value.encode("utf-8", "surrogatepass"))
    if kind is int:
        return _hash(b"i" + hex(value).encode())  # hex: decimal text of huge integers is slow, and limited
    if kind is float:
        return _hash(b"f" + (b"nan" if value != value else struct.pack(">d", value)))
    if kind is bytes:
        return _hash(b"b" + value)
    return _hash(f"o{kind.__module__}.{kind.__qualname__}:{value!r}".encode("utf-8", "backslashreplace"))


def _hash(head: bytes, parts: Iterable[bytes] = ()) -> bytes:
    state = blake2b(head, digest_size=_DIGEST)
    # Parts are digests of one length, so the number of them can't be mistaken; this keeps the head apart from them.
    state.update(b"\x00")
    for part in parts:
        state.update(part)
    return state.digest()
