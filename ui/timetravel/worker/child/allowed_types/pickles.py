"""Reads pickles: the names in them, their data with placeholders for objects, or objects of allowed types alone.

A pickle is a program that may call whatever it names. Python's own way to restrict it is to decide what each name means
(docs.python.org/3/library/pickle.html, "Restricting Globals"). Names of Python 2 (`__builtin__`) are not translated, so
that none turns into another one.
"""

import _compat_pickle
import io
import pickle
from collections.abc import Collection
from typing import Any, ClassVar

from ..errors.refused import Refused
from ..shared.standard_types import StoredType
from .missing_types import is_missing

OF_PICKLE = {("copyreg", "_reconstructor"), ("builtins", "object"), ("re", "_compile"), ("datetime", "datetime")}
"""The names in pickles of plain objects, beside the object's type."""


class _Stand:
    """A placeholder for an object, or for what would have been called."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __call__(self, *_: Any, **__: Any) -> "_Stand":
        return _Stand()

    def __setstate__(self, state: Any) -> None:
        """Ignore the state."""

    def __setitem__(self, key: Any, value: Any) -> None:
        """Ignore the item."""

    def append(self, value: Any) -> None:
        """Ignore the value that is appended."""

    def extend(self, values: Any) -> None:
        """Ignore the values that are appended."""

    def add(self, value: Any) -> None:
        """Ignore the value that is added."""


class _Dry(pickle.Unpickler):
    """Looks up nothing, and notes the names that were asked for."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data), fix_imports=False)
        self.names: set[StoredType] = set()

    def find_class(self, module: str, name: str) -> Any:
        """A placeholder type, whatever the name."""
        self.names.add((module, name))
        return type(name, (_Stand,), {"__module__": "timetravel.inert"})

    def persistent_load(self, pid: Any) -> Any:
        """A placeholder for an object that is stored elsewhere."""
        return _Stand()


_InPython: Any = pickle._Unpickler


class _Strict(_InPython):  # type: ignore[misc]
    """Looks up only `allowed` names. Written in Python, so that a pickle can't change a type itself."""

    def __init__(self, data: bytes, allowed: Collection[StoredType]) -> None:
        super().__init__(io.BytesIO(data), fix_imports=False)
        self._allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        """The type, if it is allowed."""
        if (module, name) not in OF_PICKLE and (module, name) not in self._allowed:
            raise Refused(f"{module}.{name} may not be built of this store.")
        if is_missing(module, name):
            raise Refused(f"A pickle of the store names {module}.{name}, which is not there.")
        return super().find_class(module, name)

    def load_build(self) -> None:
        """Set the state of an object, but never of a type."""
        if isinstance(self.stack[-2], type):
            raise Refused("A pickle of the store would change a type: nothing was built of it.")
        super().load_build()

    dispatch: ClassVar[dict[int, Any]] = {**_InPython.dispatch, pickle.BUILD[0]: load_build}


def meanings(module: str, name: str) -> set[StoredType]:
    """The possible meanings of a name in a pickle: itself, and the name to which Python translates one of Python 2."""
    renamed = _compat_pickle.NAME_MAPPING.get((module, name), (_compat_pickle.IMPORT_MAPPING.get(module, module), name))
    return {(module, name), renamed} - OF_PICKLE


def names_in_pickle(data: bytes) -> set[StoredType]:
    """The names in a pickle, without those that every pickle needs. Raises Refused for bytes that are not a pickle."""
    return _dry(data)[1] - OF_PICKLE


def inert_pickle(data: bytes) -> Any:
    """The data in a pickle: lists, dicts and scalars as they are, everything else as placeholders."""
    return _dry(data)[0]


def build_pickle(data: bytes, allowed: Collection[StoredType]) -> Any:
    """The data in a pickle, built from `allowed` types. Raises Refused for any other."""
    return _Strict(data, allowed).load()


def _dry(data: bytes) -> tuple[Any, set[StoredType]]:
    reader = _Dry(data)
    try:
        return reader.load(), reader.names
    except Exception as error:
        raise Refused(f"A pickle of the store can't be read without running it ({type(error).__name__}).") from None
