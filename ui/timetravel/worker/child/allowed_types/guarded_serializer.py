"""Serializers that build nothing of a store's bytes but what is on the allowlist, and nothing at all while looking."""

import copy
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from ..shared.protocol import unpack_value
from ..shared.standard_types import StoredType
from .allowlist import ALLOWLIST
from .named_types import inert, names_in
from .pickles import build_pickle, meanings

_LOOKING: ContextVar[bool] = ContextVar("timetravel_looking", default=False)
_OF_A_STORE: ContextVar[bool] = ContextVar("timetravel_of_a_store", default=False)


@contextmanager
def looking() -> Iterator[None]:
    """While something is only looked at or copied: values stay as the store has them, and are written back as such."""
    token = _LOOKING.set(True)
    try:
        with of_a_store():
            yield
    finally:
        _LOOKING.reset(token)


@contextmanager
def of_a_store() -> Iterator[None]:
    """While a saver reads, or a serializer of somebody's own: whatever unpickles there goes through the allowlist."""
    token = _OF_A_STORE.set(True)
    try:
        yield
    finally:
        _OF_A_STORE.reset(token)


def watch_pickles() -> None:
    """From now on have Python itself ask the allowlist what a pickle of a store may name, whoever reads it.

    For savers and serializers of a person's own, which may read in any way. Python tells of each name before it looks
    for it (docs.python.org/3/library/audit_events.html, `pickle.find_class`). It can't be undone in this process.
    """

    def hear(event: str, args: tuple[Any, ...]) -> None:
        if event == "pickle.find_class" and _OF_A_STORE.get():
            ALLOWLIST.check(meanings(str(args[0]), str(args[1])))

    sys.addaudithook(hear)


class Guarding(JsonPlusSerializer):
    """LangGraph's serializer behind the allowlist. Raises RefusedTypes for what is not on it."""

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """The value; inert while only looking."""
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
        """The value of JSON: savers before langgraph-checkpoint-sqlite 3 read metadata by it."""
        if _LOOKING.get():
            return inert("json", data)
        self._check("json", data)
        return super().loads(data)  # type: ignore[misc]

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """Kind and bytes. What is stored from here may be read here."""
        kind, data = super().dumps_typed(obj)
        if not _LOOKING.get():
            ALLOWLIST.made(_written(kind, data))
        return kind, data

    def _check(self, kind: str, data: bytes) -> None:
        names = names_in(kind, data, constructors=_revives_any(self))
        if kind == "msgpack" and _is_strict(self):
            return  # it leaves what it does not know as it is, by itself
        ALLOWLIST.check(names)


def check_brought(pairs: Iterable[list[str]]) -> None:
    """Raise RefusedTypes where a value from the wire, a part of another store, names what may not be built."""
    if not _is_strict(JsonPlusSerializer()):
        ALLOWLIST.check({name for pair in pairs for name in names_in(*unpack_value(pair))})


def unknown_in(found: CheckpointTuple) -> set[StoredType]:
    """What a checkpoint that was only looked at names, with the writes on it, and may not be built."""
    kind, data = JsonPlusSerializer().dumps_typed([found.checkpoint, list(found.pending_writes or ())])
    return ALLOWLIST.refused(names_in(kind, data))


class Unread:
    """A serializer of somebody's own, which may decode in any way: what it unpickles goes through the allowlist."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """As the serializer does it."""
        kind, data = self.inner.dumps_typed(obj)
        ALLOWLIST.made(_written("pickle", data))
        return kind, data

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """As the serializer does it. Raises RefusedTypes."""
        with of_a_store():
            return self.inner.loads_typed(data)


def guarded(serializer: Any) -> Any:
    """The same serializer, guarded, whatever wraps it."""
    if isinstance(serializer, Guarding | Unread):
        return serializer
    if isinstance(serializer, EncryptedSerializer):
        made = copy.copy(serializer)
        made.serde = guarded(serializer.serde)
        return made
    if not isinstance(serializer, JsonPlusSerializer):
        return Unread(serializer)
    guard: Any = copy.copy(serializer)
    kind = type(serializer)
    guard.__class__ = type(kind.__name__, (Guarding, kind), {"__module__": kind.__module__})
    return guard


def guard_saver(saver: BaseCheckpointSaver[Any]) -> None:
    """Have a saver, and those that it keeps inside, read by guarded serializers from now on."""
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
    """The types of objects that were written. Not of JSON: a plain dict of a store may look there like an object."""
    try:
        return names_in(kind, data) if kind in ("msgpack", "pickle") else ()
    except Exception:
        return ()


def _is_strict(serializer: Any) -> bool:
    """Whether LangGraph itself lets only named types through (langgraph-checkpoint 4, LANGGRAPH_STRICT_MSGPACK)."""
    return getattr(serializer, "_allowed_msgpack_modules", True) is not True


def _revives_any(serializer: Any) -> bool:
    """Whether it builds JSON's constructors of any module: since langgraph-checkpoint 3 only where it is told to."""
    for name in ("_allowed_json_modules", "_allowed_modules"):
        if hasattr(serializer, name):
            return getattr(serializer, name) is True
    return True
