"""What may be built of a store's bytes in this process, and the refusal of everything else.

Four kinds may: the standard types; those that the graphs of the code declare; those of objects that this process has
stored itself, so that a run can read what it wrote; and those that a person has allowed for this store. What a name
leads to nothing for is let through, too: LangGraph takes the plain data then, and a screen has told it before.
"""

import sys
from collections.abc import Collection, Iterable
from types import ModuleType
from typing import Any

from ..errors.refused import Refused
from ..shared.standard_types import STANDARD, StoredType
from .declared_types import types_of, types_of_live_graphs
from .missing_types import is_missing

_MAIN = "__main__"
_SHOWN = 5
_LONGEST = 120
_MOST = 50
"""Names that a refusal carries."""
_LOOKED_FOR = 500
"""Unknown names that are looked for among what is installed; a value that has more is hostile, or beyond all help."""


class RefusedTypes(Refused):
    """A value was not built, since it names `types` that are not on the allowlist. The message is for a person."""

    def __init__(self, types: Iterable[StoredType]) -> None:
        every = sorted(types)
        self.types = every[:_MOST]
        names = [_short(f"{module}.{name}") for module, name in every[:_SHOWN]]
        said = ", ".join(names) + (f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else "")
        super().__init__(
            f"The store names {said}, which no graph here declares in its schema. To go on would import and call that "
            "with what the store holds, so nothing was built and nothing ran. If you know it and trust this store, "
            "allow it for this store; else declare the type in the graph's state, or start from another checkpoint."
        )


class Allowlist:
    """Grows, and never shrinks, in one process: the graphs that it has imported, and the person's allowances."""

    def __init__(self) -> None:
        self._person: set[StoredType] = set()
        self._made: set[StoredType] = set()
        self._declared: dict[StoredType, type] = {}
        self._main: ModuleType | None = None

    def allow(self, types: Iterable[Collection[str]]) -> None:
        """Let through what a person has allowed."""
        for module, name in types:
            self._person.add((module, name))

    def made(self, types: Iterable[StoredType]) -> None:
        """Let through the types of objects that were stored from here."""
        self._made |= {each for each in types if each not in STANDARD}

    def learn(self, graph: Any, main: ModuleType | None = None) -> None:
        """Let through what a graph declares; types of the module `main` also as those of `__main__`."""
        self._main = main or self._main
        self._declare(types_of([graph]))

    def refused(self, names: Iterable[StoredType]) -> set[StoredType]:
        """Those of these names that may not be built."""
        left = {each for each in names if not self._lets(each)}
        if left:
            # A graph that is called by a node's own code, or that was made since.
            self._declare(types_of_live_graphs())
            left = {each for each in left if not self._lets(each)}
        return left if len(left) > _LOOKED_FOR else {each for each in left if not self._leads_nowhere(each)}

    def check(self, names: Iterable[StoredType]) -> None:
        """Raise RefusedTypes where one of them may not be built."""
        if left := self.refused(names):
            raise RefusedTypes(left)

    def _declare(self, types: Iterable[type]) -> None:
        for kind in types:
            self._declared[kind.__module__, kind.__name__] = kind
            if self._main is not None and kind.__module__ == self._main.__name__:
                self._declared[_MAIN, kind.__name__] = kind

    def _lets(self, named: StoredType) -> bool:
        if named in STANDARD or named in self._person:
            return True
        known = self._declared.get(named)
        return (known is not None or named in self._made) and self._is_that(named, known)

    def _leads_nowhere(self, named: StoredType) -> bool:
        """In a run the graph's module stands for `__main__`, at a look ours is that: the name must be in neither."""
        if named in self._declared or named in self._made:
            return False
        return is_missing(*named) and (self._main is None or is_missing(*named, self._main))

    def _is_that(self, named: StoredType, known: type | None) -> bool:
        """Whether LangGraph, which looks the name up in its module, finds that very type, or nothing."""
        module = sys.modules.get(named[0])
        if module is None:
            return False
        found = vars(module).get(named[1])
        return found is None or (isinstance(found, type) and (known is None or found is known))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"


ALLOWLIST = Allowlist()
"""The one of this process."""
