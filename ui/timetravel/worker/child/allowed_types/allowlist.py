"""The list of what may be built from a store's bytes in this process. Everything else is refused.

There are four kinds: the standard types; types that the loaded graphs declare; types of objects that this process has
stored itself, so that a run can read what it wrote; and types that a person has allowed for this store. A name that
does not exist here is accepted, too: LangGraph then takes the plain data, and a screen has warned of it before.
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
"""The most names in a refusal."""
_LOOKED_FOR = 500
"""The most unknown names that are looked up among what is installed; a value that has more is hostile or broken."""


class RefusedTypes(Refused):
    """A value was not built, because it names `types` that are not on the allowlist. The message is for a person."""

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
    """The allowlist of one process. It only grows: by the graphs that are imported, and by what a person allows."""

    def __init__(self) -> None:
        self._person: set[StoredType] = set()
        self._made: set[StoredType] = set()
        self._declared: dict[StoredType, type] = {}
        self._main: ModuleType | None = None

    def allow(self, types: Iterable[Collection[str]]) -> None:
        """Add types that a person has allowed."""
        for module, name in types:
            self._person.add((module, name))

    def made(self, types: Iterable[StoredType]) -> None:
        """Add the types of objects that this process has stored."""
        self._made |= {each for each in types if each not in STANDARD}

    def learn(self, graph: Any, main: ModuleType | None = None) -> None:
        """Add the types that a graph declares; types of the module `main` are also added as those of `__main__`."""
        self._main = main or self._main
        self._declare(types_of([graph]))

    def refused(self, names: Iterable[StoredType]) -> set[StoredType]:
        """Those of these names that may not be built."""
        left = {each for each in names if not self._lets(each)}
        if left:
            # A graph that a node's own code calls, or that was made since.
            self._declare(types_of_live_graphs())
            left = {each for each in left if not self._lets(each)}
        return left if len(left) > _LOOKED_FOR else {each for each in left if not self._leads_nowhere(each)}

    def check(self, names: Iterable[StoredType]) -> None:
        """Raise RefusedTypes if one of these names may not be built."""
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
        """Whether a name surely does not exist. For a run the graph's module takes the place of `__main__`, otherwise
        it is ours: it must exist in neither.
        """
        if named in self._declared or named in self._made:
            return False
        return is_missing(*named) and (self._main is None or is_missing(*named, self._main))

    def _is_that(self, named: StoredType, known: type | None) -> bool:
        """Whether LangGraph, which looks up the name in its module, finds exactly this type, or nothing."""
        module = sys.modules.get(named[0])
        if module is None:
            return False
        found = vars(module).get(named[1])
        return found is None or (isinstance(found, type) and (known is None or found is known))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"


ALLOWLIST = Allowlist()
"""The allowlist of this process."""
