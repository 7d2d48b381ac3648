"""Plain data for a JSON viewer: to look at, not to read back."""

import math
import re
from typing import Any

from ui.timetravel.plain import Opaque, Plain, Typed

_SAFE_IN_A_BROWSER = 2**53
_BYTES_SHOWN = 16
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def display(plain: Plain) -> Any:
    """The value as JSON-able data. Short where exactness is not needed, texts whole.

    Whole numbers that a browser would round become texts, and so do floats that are no JSON.
    """
    kind = type(plain)
    if kind is str:
        return _HALF_CHARACTER.sub("\ufffd", plain)
    if kind is list or kind is tuple:
        return [display(item) for item in plain]
    if kind is dict:
        return {key if type(key) is str else _short(key): display(value) for key, value in plain.items()}
    if kind is int:
        return plain if abs(plain) <= _SAFE_IN_A_BROWSER else _digits(plain)
    if kind is float:
        return plain if math.isfinite(plain) else str(plain)
    if kind is bytes:
        return f"{len(plain)} bytes: {plain[:_BYTES_SHOWN].hex()}{'…' if len(plain) > _BYTES_SHOWN else ''}"
    if kind is Opaque:
        return f"[{plain.type}, {plain.size} bytes: {plain.reason}]"
    return _display_typed(plain) if kind is Typed else plain


def _display_typed(typed: Typed) -> Any:
    value = typed.value
    if type(value) is dict and all(type(key) is str for key in value):
        return {"$type": typed.type} | display(value)
    if type(value) is list and (typed.how != "args" or any(type(item) in (list, dict, Typed) for item in value)):
        return {"$type": typed.type, "$value": display(value)}
    if type(value) in (dict, Typed):
        return {"$type": typed.type, "$value": display(value)}
    return typed.name if value is None else f"{typed.name}({_short(value)})"


def _short(value: Plain) -> str:
    """A value in a line of text: as a key, or between the brackets of a type's name."""
    if type(value) in (list, tuple):
        return ", ".join(_short(item) for item in value)
    return str(display(value))


def _digits(number: int) -> str:
    # Python refuses to write more than 4,300 digits.
    return str(number) if number.bit_length() < 10_000 else f"a number of {number.bit_length()} bits"
