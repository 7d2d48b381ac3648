"""Texts and values cut to a size: their beginning and their end are kept, and how much was left out is said.

Only the standard library here: the worker imports this, too.
"""

import json
import re
from itertools import islice
from typing import Any

LINE = 20_000
"""Characters of a text that is to be read at a glance: an error's message, a note."""
TEXT = 100_000
"""Characters of a text that one scrolls through: a traceback, one thing that was printed."""
_ITEMS = 1_000
_DEPTH = 30
_LEFT_OUT = re.compile(r"… ([0-9]{1,3}(?:,[0-9]{3}){0,6}) characters left out …")


def missing(size: int) -> str:
    """What stands in a text where so many characters are missing."""
    return f"\n… {size:,} characters left out …\n"


def clipped(text: str, limit: int = LINE) -> str:
    """The text, or its two ends with what is missing between them; never much longer than `limit`.

    Of a text that was clipped before, what was missing already counts as well.
    """
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}{missing(_number_missing(text, half, len(text) - half))}{text[-half:]}"


def _number_missing(text: str, begin: int, end: int) -> int:
    size = end - begin
    if text.find("… ", begin, end) >= 0:  # at once for a text without such letters, however long it is
        for found in _LEFT_OUT.finditer(text, begin, end):
            before = int(found[1].replace(",", ""))
            size += before - len(missing(before))
    return size


def readable(value: Any, limit: int = TEXT) -> str:
    """A value as JSON, as far as it can be, else as its repr; both as short as `clipped` makes a text.

    The time and the memory that it takes have a bound, too, but for what a repr of the user's takes.
    """
    if isinstance(value, str):
        return clipped(value, limit)
    try:
        text = json.dumps(_trimmed(value, _DEPTH, [limit]), ensure_ascii=False, default=_repr)
    except (TypeError, ValueError, RecursionError):
        text = _repr(value)
    return clipped(text, limit)


def _trimmed(value: Any, depth: int, left: list[int]) -> Any:
    """A copy that holds no more than `left` items and characters, in lists and dicts as deep as that."""
    left[0] -= 1
    if isinstance(value, str):
        found = clipped(value, max(100, left[0]))
        left[0] -= len(found)
        return found
    if isinstance(value, bytes | bytearray):
        return _repr(bytes(value[:_ITEMS])) + _more(len(value) - _ITEMS, "bytes")
    if not isinstance(value, dict | list | tuple) or not value:
        return value
    if depth == 0 or left[0] <= 0:
        return f"… {len(value):,} items left out …"
    if isinstance(value, dict):
        kept: Any = {key: _trimmed(each, depth - 1, left) for key, each in islice(value.items(), _ITEMS)}
        return kept | ({"…": _more(len(value) - _ITEMS, "items")} if len(value) > _ITEMS else {})
    half = _ITEMS // 2
    if len(value) <= _ITEMS:
        return [_trimmed(each, depth - 1, left) for each in value]
    ends = [[_trimmed(each, depth - 1, left) for each in part] for part in (value[:half], value[-half:])]
    return [*ends[0], _more(len(value) - 2 * half, "items"), *ends[1]]


def _more(number: int, what: str) -> str:
    return f"… {number:,} {what} left out …" if number > 0 else ""


def _repr(value: Any) -> str:
    try:
        return clipped(repr(value))
    except Exception as error:  # whatever a class of the user's raises
        return f"<{type(value).__name__}: its repr raised {type(error).__name__}>"
