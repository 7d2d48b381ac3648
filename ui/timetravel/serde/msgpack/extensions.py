"""LangGraph's msgpack extensions as tagged data, in both directions.

The codes and payloads are those of langgraph-checkpoint 4.3.2, serde/jsonplus.py: 0 to 5 hold (module, name, argument[,
method]), 6 holds a numpy array's (dtype, shape, order, bytes), 7 holds the value of a delta channel's snapshot. Nothing
here imports or calls what a payload names.
"""

import math
import re
from typing import Any, get_args

import ormsgpack

from ui.timetravel.errors import EditError
from ui.timetravel.model.values import Constructor, Opaque, Plain, Typed

CONSTRUCTORS: tuple[Constructor, ...] = get_args(Constructor)[:8]
"""The constructor for each extension code, which is its index."""

NUMPY, DELTA = 6, 7

MAX_DEPTH = 100
"""The deepest nesting of lists, dicts and typed values; anything deeper is shown as `Opaque`. Python's own stack ends
near 1,000 calls, and code that walks through plain data needs a few for each level.
"""

_PACK_DEPTH = 255  # ormsgpack 1.13.1 packs this many levels of lists, dicts and dataclasses, and no more
_NUMBERS = re.compile(r"[<>|](b1|[iu][1248]|f[248])")
_MAX_NUMBERS = 1_000_000
_MAX_DIMENSIONS = 8


def fits(plain: Plain, levels: int = MAX_DEPTH) -> bool:
    """Whether `plain` is nested at most `levels` deep. Also False when it contains what msgpack can't hold.

    Packing it and throwing the bytes away is many times faster than a walk in Python.
    """
    for _ in range(_PACK_DEPTH - levels):
        plain = [plain]
    try:
        ormsgpack.packb(plain, option=ormsgpack.OPT_NON_STR_KEYS)
    except ormsgpack.MsgpackEncodeError:
        return False
    return True


def tagged(code: int, payload: Plain, size: int) -> Typed | Opaque:
    """The tagged value of an extension with this decoded payload of `size` bytes."""
    if code == DELTA:
        return Typed("langgraph.checkpoint.serde.types", "_DeltaSnapshot", payload, "delta")
    if code == NUMPY:
        return _array(payload, size)
    if not (type(payload) is list and len(payload) >= 3 and type(payload[0]) is type(payload[1]) is str):
        return Opaque(f"extension {code}", size, "it does not say which type it is of")
    method = payload[3] if len(payload) > 3 and type(payload[3]) is str else None
    return Typed(payload[0], payload[1], payload[2], CONSTRUCTORS[code], method)


def unknown(code: int, size: int) -> Opaque:
    """An extension that LangGraph does not have."""
    return Opaque(f"extension {code}", size, "msgpack data of a kind that LangGraph does not write")


def payload(typed: Typed) -> Plain:
    """The payload of the extension for `typed`: the inverse of `tagged`. Raises EditError for an invalid array."""
    if typed.constructor == "delta":
        return typed.value
    if typed.constructor == "numpy":
        return _array_payload(typed.value)
    start = [typed.module, typed.name, typed.value]
    return start if typed.method is None else [*start, typed.method]


def _array(payload: Plain, size: int) -> Typed | Opaque:
    """A numpy array as a dict of dtype, shape, order and data; as nested lists of numbers where these hold all of
    it.
    """
    if not (type(payload) is list and len(payload) == 4):
        return Opaque("numpy.ndarray", size, "it does not have the four parts of an array")
    dtype, shape, order, buffer = payload
    data = _numbers(dtype, shape, order, buffer) if type(buffer) is bytes else None
    value = {"dtype": dtype, "shape": shape, "order": order, "data": buffer if data is None else data}
    return Typed("numpy", "ndarray", value, "numpy")


def _numbers(dtype: Plain, shape: Plain, order: Plain, buffer: bytes) -> Plain | None:
    """The elements as (nested lists of) numbers; None where there are too many, or numbers can't represent them."""
    if not (type(dtype) is str and _NUMBERS.fullmatch(dtype) and order in ("C", "F") and type(shape) is list):
        return None
    if len(shape) > _MAX_DIMENSIONS or not all(type(length) is int and length > 0 for length in shape):
        return None
    import numpy as np  # imported here: it takes a third of the command's start, and few stores hold arrays

    count = math.prod(shape)
    if count > _MAX_NUMBERS or count * np.dtype(dtype).itemsize != len(buffer):
        return None
    return np.frombuffer(buffer, dtype).reshape(shape, order=order).tolist()


def _array_payload(value: Plain) -> list[Plain]:
    if not (type(value) is dict and value.keys() == {"dtype", "shape", "order", "data"}):
        raise EditError("A numpy array needs dtype, shape, order and data, and nothing else.")
    dtype, shape, order, data = (value[part] for part in ("dtype", "shape", "order", "data"))
    if type(data) is bytes:
        return [dtype, shape, order, data]
    if not (type(dtype) is str and _NUMBERS.fullmatch(dtype) and order in ("C", "F")):
        raise EditError(f"A numpy array of dtype {dtype!r} and order {order!r} can't be made from numbers.")
    return [dtype, shape, order, _array_bytes(dtype, shape, order, data)]


def _array_bytes(dtype: str, shape: Plain, order: Any, data: Plain) -> bytes:
    import numpy as np

    kind = np.dtype(dtype).kind
    try:
        given = np.asarray(data)
        array = np.asarray(data, dtype)
    except (ValueError, TypeError, OverflowError) as error:
        raise EditError(f"These numbers don't make a numpy array of dtype {dtype}: {error}.") from None
    if given.dtype.kind not in {"b": "b", "i": "iu", "u": "iu", "f": "iuf"}[kind]:
        raise EditError(f"These numbers don't fit a numpy array of dtype {dtype}.")
    if list(array.shape) != shape:
        raise EditError(f"The numbers make an array of shape {list(array.shape)}, but its shape says {shape}.")
    return array.tobytes(order=order)
