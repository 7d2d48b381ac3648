"""Estimates how much memory a value that was read from a store takes."""

import sys
from collections.abc import Collection, Mapping
from typing import Any

MOST = 1 << 40
"""A weight larger than any value's."""

_SCALARS = frozenset((str, bytes, int, float, bool, type(None)))
_COLLECTIONS = frozenset((list, tuple, set, frozenset))


def weight(value: Any, most: int = MOST) -> int:
    """The bytes of memory that plain data, or a dataclass of it, takes; beyond `most` just some larger number.

    A part that occurs twice counts twice, so the result is never too small. Takes about as long as decoding the value
    did.
    """
    size = sys.getsizeof
    found, waiting = size(value), [value]
    while waiting and found <= most:
        inside = _inside(waiting.pop())
        found += sum(map(size, inside))
        waiting += [one for one in inside if type(one) not in _SCALARS]
    return found


def _inside(value: Any) -> Collection[Any]:
    kind = type(value)
    if kind is dict:
        return [*value, *value.values()]
    if kind in _COLLECTIONS:
        return value  # type: ignore[no-any-return]
    if issubclass(kind, Mapping):
        return [dict(value)]
    return [getattr(value, name) for name in getattr(kind, "__dataclass_fields__", ())]
