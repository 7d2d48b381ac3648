"""Serializers that build from a store's bytes only what is on the allowlist, and nothing at all inside `looking`."""

import copy
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from ..savers.internals.classes import with_methods
from ..savers.internals.serializers import inner_of, is_strict, revives_any
from ..shared.protocol import unpack_value
from ..shared.standard_types import StoredType
from .allowlist import ALLOWLIST
from .named_types import inert, names_in
from .pickles import build_pickle, meanings

_LOOKING: ContextVar[bool] = ContextVar("timetravel_looking", default=False)
_OF_A_STORE: ContextVar[bool] = ContextVar("timetravel_of_a_store", default=False)


@contextmanager
def looking() -> Iterator[None]:
    """While something is only read or copied: values are not built, and are written back as they were stored."""
    token = _LOOKING.set(True)
    try:
        with of_a_store():
            yield
    finally:
        _LOOKING.reset(token)


@contextmanager
def of_a_store() -> Iterator[None]:
    """While a saver or a foreign serializer reads: everything that is unpickled is checked against the allowlist."""
    token = _OF_A_STORE.set(True)
    try:
        yield
    finally:
        _OF_A_STORE.reset(token)


def watch_pickles() -> None:
    """From now on Python itself asks the allowlist about each name in a pickle from a store, whatever code reads it.

    For savers and serializers of other packages, which may read in any way. Python reports each name before it looks it
    up (docs.python.org/3/library/audit_events.html, `pickle.find_class`). This can't be undone in this process.
    """

    def hear(event: str, args: tuple[Any, ...]) -> None:
        if event == "pickle.find_class" and _OF_A_STORE.get():
            ALLOWLIST.check(meanings(str(args[0]), str(args[1])))

    sys.addaudithook(hear)


class Guarding(JsonPlusSerializer):
    """LangGraph's serializer, restricted to the allowlist. Raises RefusedTypes for other types."""

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """The value; not built inside `looking`."""
        kind, content = data
        if _LOOKING.get():
            return inert(kind, content)
        if kind == "pickle" and self.pickle_fallback:
            names = names_in(kind, content)
            ALLOWLIST.check(names)
            return build_pickle(content, names)
        self._check(kind, content)
        return super().loads_typed(data)

    def loads(self, data: bytes) -> Any:
        """The value of JSON, from which savers before langgraph-checkpoint-sqlite 3 read metadata."""
        if _LOOKING.get():
            return inert("json", data)
        self._check("json", data)
        return super().loads(data)  # type: ignore[misc]

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """The format's name and the bytes. The types of what is written are allowed from now on."""
        kind, data = super().dumps_typed(obj)
        if not _LOOKING.get():
            ALLOWLIST.made(_written(kind, data))
        return kind, data

    def _check(self, kind: str, data: bytes) -> None:
        names = names_in(kind, data, constructors=revives_any(self))
        if kind == "msgpack" and is_strict(self):
            return  # it does not build what it does not know
        ALLOWLIST.check(names)


def check_brought(pairs: Iterable[list[str]]) -> None:
    """Raise RefusedTypes if a value from another store, which came in a message, names what may not be built."""
    if not is_strict(JsonPlusSerializer()):
        ALLOWLIST.check({name for pair in pairs for name in names_in(*unpack_value(pair))})


def unknown_in(found: CheckpointTuple) -> set[StoredType]:
    """The types that a checkpoint read inside `looking`, and the writes on it, name and that may not be built."""
    kind, data = JsonPlusSerializer().dumps_typed([found.checkpoint, list(found.pending_writes or ())])
    return ALLOWLIST.refused(names_in(kind, data))


class Unread:
    """A serializer of another package, which may decode in any way: what it unpickles is checked against the
    allowlist.
    """

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """The same as the serializer's own."""
        kind, data = self.inner.dumps_typed(obj)
        ALLOWLIST.made(_written("pickle", data))
        return kind, data

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """The same as the serializer's own. Raises RefusedTypes."""
        with of_a_store():
            return self.inner.loads_typed(data)


class Checked(Unread):
    """A serializer of LangGraph's whose class can't be given methods of ours: everything it is to build is checked
    first.
    """

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """As the serializer does it; inert while only looking. Raises RefusedTypes."""
        if _LOOKING.get():
            return inert(*data)
        ALLOWLIST.check(names_in(*data))
        return super().loads_typed(data)


def guarded(serializer: Any) -> Any:
    """The same serializer, guarded, also inside wrappers."""
    if isinstance(serializer, Guarding | Unread):
        return serializer
    if isinstance(serializer, EncryptedSerializer) and (inner := inner_of(serializer)) is not None:
        made = copy.copy(serializer)
        made.serde = guarded(inner)
        return made
    if not isinstance(serializer, JsonPlusSerializer):
        return Unread(serializer)
    return with_methods(Guarding, serializer) or Checked(serializer)


def guard_saver(saver: BaseCheckpointSaver[Any]) -> None:
    """Guard the serializers of a saver, and of savers inside it, from now on."""
    waiting, seen = [saver], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        one.serde = guarded(one.serde)
        for name, value in list(getattr(one, "__dict__", {}).items()):
            if isinstance(value, BaseCheckpointSaver):
                waiting.append(value)
            elif isinstance(value, JsonPlusSerializer | EncryptedSerializer):
                setattr(one, name, guarded(value))


def _written(kind: str, data: bytes) -> Any:
    """Allow the types of objects that were written.

    Not for JSON, where a store's plain dict may look like an object.
    """
    try:
        return names_in(kind, data) if kind in ("msgpack", "pickle") else ()
    except Exception:
        return ()
