"""One difference between two values, and where it is."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ui.timetravel.model.values import Plain

Op = Literal["add", "remove", "replace"]

Path: TypeAlias = tuple[Hashable, ...]
"""Dict keys and list indices, from the root inwards. The root itself is ()."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was added, removed or replaced.

    `path` leads through the new value where `op` is "add", and through the old value where it is "remove" or
    "replace": every index on the way counts there, the last one and those in the middle alike. `old` is None for an
    "add", `new` is None for a "remove". The values are those of the compared ones themselves, not copies.
    """

    path: Path
    op: Op
    old: Plain
    new: Plain
