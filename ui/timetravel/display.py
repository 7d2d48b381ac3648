"""Plain data for a JSON viewer: to look at, not to read back."""

import math
from typing import Any

from ui.timetravel.plain import Opaque, Plain, Typed
from ui.timetravel.visible import visible

_SAFE_IN_A_BROWSER = 2**53
_BYTES_SHOWN = 16
LONGEST = 100_000
"""Characters of one text that are shown; a browser needs seconds for a text of megabytes."""


def display(plain: Plain) -> Any:
    """The value as JSON-able data. Short where exactness is not needed, texts whole up to `LONGEST` characters.

    Nothing that is there is left out: keys that would read the same are told apart. Whole numbers that a browser would
    round become texts, and so do floats that are no JSON.
    """
    kind = type(plain)
    if kind is str:
        return _text(plain)
    if kind is list or kind is tuple:
        return [display(item) for item in plain]
    if kind is dict:
        return _display_dict(plain)
    if kind is int:
        return plain if abs(plain) <= _SAFE_IN_A_BROWSER else _digits(plain)
    if kind is float:
        return plain if math.isfinite(plain) else str(plain)
    if kind is bytes:
        return f"{len(plain)} bytes: {plain[:_BYTES_SHOWN].hex()}{'…' if len(plain) > _BYTES_SHOWN else ''}"
    if kind is Opaque:
        return f"[{_text(plain.type)}, {plain.size} bytes: {_text(plain.reason)}]"
    return _display_typed(plain) if kind is Typed else plain


def _text(text: str) -> str:
    shown = visible(text[:LONGEST])
    left = len(text) - LONGEST
    return f"{shown} … {left:,} more characters" if left > 0 else shown


def _display_dict(plain: dict[Plain, Plain]) -> dict[str, Any]:
    """Keys as texts. A key of another type that reads like a text beside it (1 and "1") is shown with its type."""
    made: dict[str, Any] = {}
    for key, value in plain.items():
        name = _text(key) if type(key) is str else _short(key)
        if type(key) is not str and name in plain:
            name = f"{name} ({type(key).__name__})"
        while name in made:
            name += "'"
        made[name] = display(value)
    return made


def _display_typed(typed: Typed) -> Any:
    value = typed.value
    if type(value) is dict and all(type(key) is str for key in value) and "$type" not in value:
        return {"$type": _text(typed.type)} | display(value)
    if type(value) is list and (typed.how != "args" or any(type(item) in (list, dict, Typed) for item in value)):
        return {"$type": _text(typed.type), "$value": display(value)}
    if type(value) in (dict, Typed):
        return {"$type": _text(typed.type), "$value": display(value)}
    name = _text(typed.name)
    return name if value is None else f"{name}({_short(value)})"


def _short(value: Plain) -> str:
    """A value in a line of text: as a key, or between the brackets of a type's name."""
    if type(value) in (list, tuple):
        return ", ".join(_short(item) for item in value)
    return str(display(value))


def _digits(number: int) -> str:
    # Python refuses to write more than 4,300 digits.
    return str(number) if number.bit_length() < 10_000 else f"a number of {number.bit_length()} bits"
