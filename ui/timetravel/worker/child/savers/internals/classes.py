"""Gives objects of another package methods of ours, by a class made of both.

An object's class may be changed if both classes have the same layout (docs.python.org/3/reference/datamodel.html,
`__class__`).
"""

import copy
from typing import Any, TypeVar

from ...shared.missing_parts import CHANGED, do_without

T = TypeVar("T")


def with_methods(part: type[T], one: Any) -> T | None:
    """A shallow copy with the methods of `part` in front of those of its own class; None where no such class is
    possible.
    """
    kind = type(one)
    try:
        made: Any = copy.copy(one)
        made.__class__ = type(kind.__name__, (part, kind), {"__module__": kind.__module__})
    except CHANGED as error:
        do_without(f"The class of {kind.__name__}", "It is used by its public interface alone", error)
        return None
    found: T = made
    return found
