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
    known: dict[int, bool] = {}  # by number: a type of somebody's may not be hashable
    _kept = []
    for each in gc.get_objects():
        kind = type(each)
        if id(kind) not in known:
            known[id(kind)] = _is_langgraphs(kind)
        if known[id(kind)]:
            _kept.append(each)


def live_objects(wanted: Callable[[type], bool]) -> list[Any]:
    """The objects of this process whose type is `wanted`: one of LangGraph's, or derived from one.

    By their types: to ask an object of any kind what it is may run code of its own. A process that was forked from a
    template has set aside what came with it (`gc.freeze`), which counts as well.
    """
    if _kept is None:
        gc.unfreeze()
    return [each for each in (*(_kept or ()), *gc.get_objects()) if wanted(type(each))]


def _is_langgraphs(kind: type) -> bool:
    return any(str(base.__module__).partition(".")[0] == "langgraph" for base in kind.__mro__)
