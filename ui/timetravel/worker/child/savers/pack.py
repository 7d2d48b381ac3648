"""Checkpoint tuples as messages: whole ones, or only what a row of the history is made from."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from langgraph.checkpoint.base import CheckpointTuple
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from ..allowed_types.named_types import sent_to
from ..shared.protocol import Message, pack_value
from ..shared.reserved_names import EDGES, TASKS
from .internals.serializers import special_channels

_MOST_REPR = 2_000

Unserialized = dict[str, Message]
"""Values that LangGraph can't serialize, by channel: the type's name, the length of the repr, and the repr."""

WriteKeys = list[tuple[str, str, int, str]]
"""Task id, channel, index and path of writes, as far as a saver returns them outside its public interface."""


def row(found: CheckpointTuple, known: WriteKeys) -> Message:
    """Everything but the state: the names of its channels, and the values of LangGraph's own channels."""
    checkpoint: dict[str, Any] = {**found.checkpoint}
    blob, _ = _dump_state(checkpoint)
    light = {
        **checkpoint,
        "channel_values": {name: _plumbing(name, value) for name, value in _values(checkpoint).items()},
    }
    return {
        "id": id_of(found),
        "parent": parent_of(found),
        "size": len(blob[1]),
        "metadata": pack_value(*_dump(dict(found.metadata or {}))[0]),
        "checkpoint": pack_value(*_dump_state(light)[0]),
        "writes": [[task, path, index, channel] for task, path, index, channel, _ in _writes(found, known)],
    }


def state(found: CheckpointTuple) -> Message:
    """The checkpoint itself, serialized with all its channels."""
    blob, opaque = _dump_state({**found.checkpoint})
    return {"checkpoint": pack_value(*blob), "opaque": opaque}


def writes(found: CheckpointTuple, known: WriteKeys) -> Message:
    """The writes on it, with their values."""
    packed = []
    for task, path, index, channel, value in _writes(found, known):
        blob, bad = _dump(value)
        packed.append([task, path, index, channel, *pack_value(*blob), bad])
    return {"writes": packed}


def id_of(found: CheckpointTuple) -> str:
    """The id of the checkpoint in a tuple."""
    return str(found.config["configurable"].get("checkpoint_id") or found.checkpoint["id"])


def parent_of(found: CheckpointTuple) -> str | None:
    """The parent's id; None where there is no parent."""
    parent = found.parent_config
    return (parent["configurable"].get("checkpoint_id") or None) if parent else None


def index_of(channel: str, place: int) -> int:
    """The index that LangGraph gives a write to this channel, at this position among its task's writes."""
    return special_channels().get(channel, place)


def _writes(found: CheckpointTuple, known: WriteKeys) -> Iterator[tuple[str, str, int, str, Any]]:
    """Task id, path, index, channel and value of each write.

    The public interface returns no index. LangGraph numbers a task's writes by position, so that is used; it is wrong
    only if the saver dropped some.
    """
    exact: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for task, channel, index, path in sorted(known):
        exact[task, channel].append((index, path))
    count: defaultdict[str, int] = defaultdict(int)
    for task, channel, value in found.pending_writes or ():
        place = count[task]
        count[task] += 1
        left = exact.get((task, channel))
        index, path = left.pop(0) if left else (index_of(channel, place), "")
        yield task, path, index, channel, value


def _plumbing(name: str, value: Any) -> Any:
    if name == TASKS and isinstance(value, list):
        return [{"node": node} for node in sent_to(value)]
    return value if name.startswith(EDGES) else None


def _values(checkpoint: dict[str, Any]) -> dict[str, Any]:
    values = checkpoint.get("channel_values")
    return values if isinstance(values, dict) else {}


def _dump_state(checkpoint: dict[str, Any]) -> tuple[tuple[str, bytes], Unserialized]:
    """The checkpoint, serialized; channels that can't be serialized are None in it, and returned separately."""
    serializer = JsonPlusSerializer()
    try:
        return serializer.dumps_typed(checkpoint), {}
    except Exception:
        opaque: Unserialized = {}
        values = {}
        for name, value in _values(checkpoint).items():
            (kind, _), bad = _dump(value)
            values[name] = None if bad or kind == "pickle" else value
            if bad:
                opaque[name] = bad
        return serializer.dumps_typed({**checkpoint, "channel_values": values}), opaque


def _dump(value: Any) -> tuple[tuple[str, bytes], Message | None]:
    serializer = JsonPlusSerializer()
    try:
        return serializer.dumps_typed(value), None
    except Exception:
        kind = type(value)
        text = _repr(value)
        told = {"type": f"{kind.__module__}.{kind.__qualname__}", "size": len(text), "text": text[:_MOST_REPR]}
        return serializer.dumps_typed(None), told


def _repr(value: Any) -> str:
    try:
        return repr(value)
    except Exception as error:
        return f"<its repr raised {type(error).__name__}>"
