"""Cuts texts and values to a size: their beginning and end are kept, with a note of how much is left out.

Only the standard library here: the worker imports this, too.
"""

import json
import re
from itertools import islice
from typing import Any

LINE = 20_000
"""Characters of a text to be read at a glance: an error's message, a note."""
TEXT = 100_000
"""Characters of a text that a person scrolls through: a traceback, or one printed text."""
_ITEMS = 1_000
_DEPTH = 30
_LEFT_OUT = re.compile(r"… ([0-9]{1,3}(?:,[0-9]{3}){0,6}) characters left out …")


def missing(size: int) -> str:
    """The note in a text in which this many characters are left out."""
    return f"\n… {size:,} characters left out …\n"


def clipped(text: str, limit: int = LINE) -> str:
    """The text, or its beginning and end with the note between them; never much longer than `limit`.

    If the text was clipped before, the number includes what was left out then.
    """
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}{missing(_number_missing(text, half, len(text) - half))}{text[-half:]}"


def _number_missing(text: str, begin: int, end: int) -> int:
    size = end - begin
    if text.find("… ", begin, end) >= 0:  # immediate for a text without such letters, however long it is
        for found in _LEFT_OUT.finditer(text, begin, end):
            before = int(found[1].replace(",", ""))
            size += before - len(missing(before))
    return size


def readable(value: Any, limit: int = TEXT) -> str:
    """A value as JSON if possible, else as its repr; both clipped to `limit`.

    Its time and memory are bounded as well, except for the repr of a user's class.
    """
    if isinstance(value, str):
        return clipped(value, limit)
    try:
        text = json.dumps(_trimmed(value, _DEPTH, [limit]), ensure_ascii=False, default=_repr)
    except (TypeError, ValueError, RecursionError):
        text = _repr(value)
    return clipped(text, limit)


def _trimmed(value: Any, depth: int, left: list[int]) -> Any:
    """A copy with at most `left` items and characters, in lists and dicts up to this depth."""
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
    except Exception as error:  # raised by a user's class
        return f"<{type(value).__name__}: its repr raised {type(error).__name__}>"
