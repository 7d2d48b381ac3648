"""Whether plain, tagged data of ours says what a real Python object is. Written without our decoder, to judge it."""

import dataclasses
from collections import deque
from collections.abc import Callable, Collection
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from langgraph.checkpoint.serde.types import _DeltaSnapshot
from langgraph.types import Send
from pydantic import BaseModel

from ui.timetravel.model.values import Plain, Typed


def says(ours: Plain, real: Any) -> bool:
    """Equal in value and in type throughout: True is not 1, 1 is not 1.0; a set says its members in any order.

    The stored snapshot of a delta channel is said by the value that is in it.
    """
    if isinstance(real, _DeltaSnapshot):
        return says(ours, real.value)
    if isinstance(ours, Typed):
        return _typed(ours, real)
    if type(ours) is not type(real):
        return False
    if isinstance(real, list):
        return len(ours) == len(real) and all(map(says, ours, real))
    if isinstance(real, dict):
        return list(ours) == list(real) and all(says(ours[key], value) for key, value in real.items())
    return ours == real or (ours != ours and real != real)


def _typed(ours: Typed, real: Any) -> bool:
    if (ours.module, ours.name) != (type(real).__module__, type(real).__name__):
        return False
    for kind, matches in _KINDS:
        if isinstance(real, kind):
            return matches(ours.value, real)
    if dataclasses.is_dataclass(real):
        return says(ours.value, {f.name: getattr(real, f.name) for f in dataclasses.fields(real)})
    raise AssertionError(f"How {type(real)} is stored is not known to the comparison yet.")


def _members(ours: Plain, real: Collection[Any]) -> bool:
    return len(ours) == len(real) and all(any(says(one, other) for one in ours) for other in real)


_KINDS: tuple[tuple[Any, Callable[[Plain, Any], bool]], ...] = (
    (BaseModel, lambda ours, real: says(ours, real.model_dump())),
    ((set, frozenset), _members),
    (deque, lambda ours, real: says(ours, list(real))),
    (Enum, lambda ours, real: says(ours, real.value)),
    (UUID, lambda ours, real: ours == real.hex),
    (Decimal, lambda ours, real: ours == str(real)),
    (datetime, lambda ours, real: ours == real.isoformat()),
    (Send, lambda ours, real: says(ours, [real.node, real.arg])),
)
