"""Finds objects that the user's code has made, wherever it keeps them."""

import gc
from collections.abc import Callable
from typing import Any

_kept: list[Any] | None = None


def keep_live_objects() -> None:
    """Remember the present objects of LangGraph's types, before `gc.freeze` sets all objects aside in a process that
    forks.

    If a fork went through all objects, it would copy the memory that it touches: a tenth of a second for a big project.
    """
    global _kept
    _kept = _of_types(gc.get_objects(), _is_langgraphs)


def live_objects(wanted: Callable[[type], bool]) -> list[Any]:
    """The objects of this process whose type is `wanted`, one of LangGraph's, or a subclass of it.

    Found by their types, since asking any object about itself may run its own code. In a process forked from a
    template, objects that were set aside (`gc.freeze`) are included.
    """
    if _kept is None:
        gc.unfreeze()
    return _of_types([*(_kept or ()), *gc.get_objects()], wanted)


def _of_types(objects: list[Any], wanted: Callable[[type], bool]) -> list[Any]:
    """Those of these types.

    Each type is checked once: there are a hundred thousand objects, of a few thousand types.
    """
    known: dict[int, bool] = {}  # by id: another package's type may not be hashable
    found = []
    for each in objects:
        kind = type(each)
        if id(kind) not in known:
            known[id(kind)] = wanted(kind)
        if known[id(kind)]:
            found.append(each)
    return found


def _is_langgraphs(kind: type) -> bool:
    return any(str(base.__module__).partition(".")[0] == "langgraph" for base in kind.__mro__)
