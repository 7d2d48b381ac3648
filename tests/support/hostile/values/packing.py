"""msgpack of anything, also of what no packer would write: wrong texts, equal keys, extensions with any payload.

pack({"x": 1})                                  bytes, as LangGraph's saver would write them
pack({"x": called("os", "system", "true")})     an extension that names a function, as a hostile store has it
pack([extension(42, b"...")])                   an extension of any code
pack(Packed(b"\\xdd\\xff\\xff\\xff\\xff"))          bytes that are taken as they are
pack(Pairs([("x", 1), ("x", 2)]))               a map with any keys, in this order, also the same one twice
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_SMALL = 16


@dataclass(frozen=True)
class Packed:
    """Bytes that are msgpack already, or are taken for it."""

    data: bytes


@dataclass(frozen=True)
class Pairs:
    """A map of these keys and values, which Python's dict may be unable to hold."""

    items: Iterable[tuple[Any, Any]]


def extension(code: int, payload: bytes) -> Packed:
    """An extension of this code (-128 to 127)."""
    return Packed(b"\xc9" + struct.pack(">Ib", len(payload), code) + payload)


def called(module: Any, name: Any, *argument: Any, code: int = 0) -> Packed:
    """A value that names what would make it: codes 0 to 5 as in langgraph-checkpoint 4.3.2, serde/jsonplus.py."""
    return extension(code, pack([module, name, *argument]))


def array(dtype: Any, shape: Any, order: Any, data: Any) -> Packed:
    """What claims to be a numpy array (code 6)."""
    return extension(6, pack([dtype, shape, order, data]))


def snapshot(value: Any) -> Packed:
    """The snapshot of a delta channel (code 7)."""
    return extension(7, pack(value))


def nested(levels: int, around: Any = None, by: bytes = b"\x91") -> Packed:
    """Something in a list (or, by b"\\x81\\xa1a", in a dict under "a") in a list, and so on: any number of levels."""
    return Packed(by * levels + pack(around))


def pack(value: Any) -> bytes:
    """The bytes. Raises TypeError for what msgpack has no form for, OverflowError for numbers beyond 64 bits."""
    if isinstance(value, Packed):
        return value.data
    if value is None or isinstance(value, bool):
        return {None: b"\xc0", False: b"\xc2", True: b"\xc3"}[value]
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogatepass")
        return _head(len(data), 0xA0, 0xDB, 32) + data
    if isinstance(value, bytes | bytearray):
        return b"\xc6" + struct.pack(">I", len(value)) + bytes(value)
    if isinstance(value, list | tuple):
        return _head(len(value), 0x90, 0xDD, _SMALL) + b"".join(map(pack, value))
    if isinstance(value, dict | Pairs):
        items = list(value.items() if isinstance(value, dict) else value.items)
        return _head(len(items), 0x80, 0xDF, _SMALL) + b"".join(pack(key) + pack(held) for key, held in items)
    raise TypeError(f"msgpack has no {type(value).__name__}")


def _head(length: int, small: int, large: int, below: int) -> bytes:
    return bytes([small + length]) if length < below else bytes([large]) + struct.pack(">I", length)


def _whole(number: int) -> bytes:
    if 0 <= number < 128:
        return bytes([number])
    try:
        return b"\xd3" + struct.pack(">q", number)
    except struct.error:
        pass
    try:
        return b"\xcf" + struct.pack(">Q", number)
    except struct.error:
        raise OverflowError("msgpack has no whole number beyond 64 bits") from None
