"""How much memory a value takes that was read from a store."""

import sys
from collections.abc import Mapping
from typing import Any

MOST = 1 << 40
"""A weight that no value has."""

_SCALARS = frozenset((str, bytes, int, float, bool, type(None)))


def weight(value: Any, most: int = MOST) -> int:
    """The bytes of memory that plain data takes, or a dataclass of such; some number beyond `most` where it is more.

    What is in it twice counts twice, so it is never less than that. It takes about as long as decoding the value did.
    """
    found, waiting = 0, [value]
    size, push = sys.getsizeof, waiting.extend
    while waiting and found <= most:
        one = waiting.pop()
        kind = type(one)
        found += size(one)
        if kind is dict:
            push(one)
            push(one.values())
        elif kind is list or kind is tuple or kind is frozenset or kind is set:
            push(one)
        elif kind in _SCALARS:
            continue
        elif issubclass(kind, Mapping):
            push([dict(one)])
        else:
            push([getattr(one, name) for name in getattr(kind, "__dataclass_fields__", ())])
    return found
