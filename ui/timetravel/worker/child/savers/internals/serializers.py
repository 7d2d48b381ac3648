"""Details of LangGraph's serializers, and of the writes that savers store (langgraph-checkpoint 2.0 to 4.3.2).

If a version is too old to have a part, that is expected, and not reported.
"""

from collections.abc import Callable, Collection, Mapping
from functools import cache
from importlib.util import find_spec
from typing import Any

from ...shared.missing_parts import CHANGED, do_without
from ...shared.reserved_names import ERROR, INTERRUPT, RESUME, SCHEDULED

_SPECIAL = {ERROR: -1, SCHEDULED: -2, INTERRUPT: -3, RESUME: -4}
"""The places that LangGraph 0.6.11 to 1.2.22 gives to writes on its own channels (checkpoint/base)."""


@cache
def special_channels() -> Mapping[str, int]:
    """The channels whose writes have a fixed index, whatever else a task writes, and that index."""
    try:
        from langgraph.checkpoint.base import WRITES_IDX_MAP

        return dict(WRITES_IDX_MAP)
    except CHANGED as error:
        do_without("langgraph.checkpoint.base.WRITES_IDX_MAP", "Writes have the places that they had before", error)
        return _SPECIAL


def is_strict(serializer: Any) -> bool:
    """Whether LangGraph itself accepts only named types (langgraph-checkpoint 4, LANGGRAPH_STRICT_MSGPACK).

    If that can't be found out, it counts as accepting everything, so that the allowlist is asked.
    """
    return getattr(serializer, "_allowed_msgpack_modules", True) is not True


def revives_any(serializer: Any) -> bool:
    """Whether it builds JSON's constructors of any module: since langgraph-checkpoint 3 only if configured to."""
    for name in ("_allowed_json_modules", "_allowed_modules"):
        if hasattr(serializer, name):
            return getattr(serializer, name) is True
    return True


def inner_of(serializer: Any) -> Any:
    """The serializer inside an encrypting one; None where it keeps that under another name."""
    try:
        return serializer.serde
    except CHANGED as error:
        do_without(f"{type(serializer).__name__}.serde", "It is treated as a serializer of the user's own", error)
        return None


@cache
def kind_of_snapshots() -> Any:
    """The type of a delta channel's snapshot, which contains the value; None before LangGraph 1.2."""
    try:
        from langgraph.checkpoint.serde.types import _DeltaSnapshot

        return _DeltaSnapshot
    except ImportError as error:
        if find_spec("langgraph.channels.delta") is not None:
            do_without("langgraph.checkpoint.serde.types._DeltaSnapshot", "Snapshots are copied as they are", error)
        return None


@cache
def names_of_today() -> Mapping[Any, Any]:
    """The present names of LangChain's own constructors, by the names that a store may use."""
    try:
        from langgraph.checkpoint.serde.jsonplus import LC_REVIVER

        found: Mapping[Any, Any] = LC_REVIVER.import_mappings
        return found
    except CHANGED as error:
        do_without("LC_REVIVER.import_mappings", "Types of LangChain that have moved count by their old names", error)
        return {}


def strict_types() -> Collection[tuple[str, ...]] | None:
    """The types that LangGraph builds in its strict mode, whatever the state declares; None outside strict mode."""
    try:
        from langgraph.checkpoint.serde._msgpack import SAFE_MSGPACK_TYPES, STRICT_MSGPACK_ENABLED
    except ImportError:  # before langgraph-checkpoint 4
        return None
    return frozenset(SAFE_MSGPACK_TYPES) if STRICT_MSGPACK_ENABLED else None


def when_building(hear: Callable[[Any], None]) -> None:
    """Have `hear` called before LangGraph builds a type, with its "module" and "name". Does nothing before version
    4.
    """
    try:
        from langgraph.checkpoint.serde.event_hooks import register_serde_event_listener
    except ImportError:
        return
    register_serde_event_listener(hear)
