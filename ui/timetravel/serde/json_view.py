"""Turns plain data into JSON for a viewer: to look at, not to read back."""

import math
from collections.abc import Container
from typing import Any

from ui.timetravel.ground.text.visible import visible
from ui.timetravel.model.values import Opaque, Plain, Typed
from ui.timetravel.serde.budget import LEFT_OUT
from ui.timetravel.serde.excerpt import LONGEST, SHOWN, excerpt

_SAFE_IN_A_BROWSER = 2**53
_BYTES_SHOWN = 16
_STROKES = 3
_MARK = 50
"""The length of the mark that `excerpt` appends to a text that it cuts: such a text is not cut again."""


def display(plain: Plain, most: int = SHOWN) -> Any:
    """The value as JSON-able data. Short where exactness is not needed; texts are whole up to `LONGEST` characters.

    A value whose cost is above `most` (see `excerpt`) is cut to the part that fits, which says what is left out. From
    any other value nothing is left out: keys that would read the same are made different. Integers that a browser would
    round become texts, and so do floats that JSON does not have.
    """
    return _display(excerpt(plain, most))


def _display(plain: Plain) -> Any:
    kind = type(plain)
    if kind is str:
        return _text(plain)
    if kind is list or kind is tuple:
        return [_display(item) for item in plain]
    if kind is dict:
        return _display_dict(plain)
    if kind is int:
        return plain if abs(plain) <= _SAFE_IN_A_BROWSER else _digits(plain)
    if kind is float:
        return plain if math.isfinite(plain) else str(plain)
    if kind is bytes:
        return f"{len(plain)} bytes: {plain[:_BYTES_SHOWN].hex()}{'…' if len(plain) > _BYTES_SHOWN else ''}"
    if kind is Opaque:
        return _display_opaque(plain)
    return _display_typed(plain) if kind is Typed else plain


def _display_opaque(plain: Opaque) -> str:
    if plain.reason.startswith(LEFT_OUT):
        return f"[{_text(plain.reason)}]"
    return f"[{_text(plain.type)}, {plain.size} bytes: {_text(plain.reason)}]"


def _text(text: str) -> str:
    left = len(text) - LONGEST
    if left <= _MARK:
        return visible(text)
    shown = visible(text[:LONGEST])
    return f"{shown} … {left:,} more characters"


def _display_dict(plain: dict[Plain, Plain]) -> dict[str, Any]:
    """Keys as texts. A key of another type that reads like a text beside it (1 and "1") is shown with its type."""
    made: dict[str, Any] = {}
    marks: dict[str, int] = {}
    for key, value in plain.items():
        name = _text(key) if type(key) is str else _short(key)
        if type(key) is not str and name in plain:
            name = f"{name} ({type(key).__name__})"
        made[told_apart(name, made, marks)] = _display(value)
    return made


def told_apart(name: str, made: Container[str], marks: dict[str, int]) -> str:
    """The name, with a suffix where it is taken already: strokes, from the fourth on a number.

    `marks` remembers the last suffix of each name, so that thousands with one name take no longer than others.
    """
    if name not in made:
        return name
    number = marks.get(name, 0) + 1
    while (told := name + ("'" * number if number <= _STROKES else f" ({number + 1})")) in made:
        number += 1
    marks[name] = number
    return told


def _display_typed(typed: Typed) -> Any:
    value = typed.value
    if type(value) is dict and all(type(key) is str for key in value) and "$type" not in value:
        return {"$type": _text(typed.type)} | _display(value)
    if type(value) is list and (
        typed.constructor != "args" or any(type(item) in (list, dict, Typed) for item in value)
    ):
        return {"$type": _text(typed.type), "$value": _display(value)}
    if type(value) in (dict, Typed):
        return {"$type": _text(typed.type), "$value": _display(value)}
    name = _text(typed.name)
    return name if value is None else f"{name}({_short(value)})"


def _short(value: Plain) -> str:
    """A value in one line of text: as a key, or between the brackets of a type's name."""
    if type(value) in (list, tuple):
        return ", ".join(_short(item) for item in value)
    return str(_display(value))


def _digits(number: int) -> str:
    # Python refuses to write more than 4,300 digits.
    return str(number) if number.bit_length() < 10_000 else f"a number of {number.bit_length()} bits"
