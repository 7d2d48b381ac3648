"""What the user's code has made, wherever it keeps it."""

import gc
from collections.abc import Callable
from typing import Any

_kept: list[Any] | None = None


def keep_live_objects() -> None:
    """Remember what there is of LangGraph's types, before it is all set aside (`gc.freeze`) in a process that forks.

    A fork that went through everything would copy the memory that it touches: a tenth of a second for a big project.
    """
    global _kept
    _kept = _of_types(gc.get_objects(), _is_langgraphs)


def live_objects(wanted: Callable[[type], bool]) -> list[Any]:
    """The objects of this process whose type is `wanted`: one of LangGraph's, or derived from one.

    By their types: to ask an object of any kind what it is may run code of its own. A process that was forked from a
    template has set aside what came with it (`gc.freeze`), which counts as well.
    """
    if _kept is None:
        gc.unfreeze()
    return _of_types([*(_kept or ()), *gc.get_objects()], wanted)


def _of_types(objects: list[Any], wanted: Callable[[type], bool]) -> list[Any]:
    """Each type is asked once: there are a hundred thousand objects, of a few thousand types."""
    known: dict[int, bool] = {}  # by number: a type of somebody's may not be hashable
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
