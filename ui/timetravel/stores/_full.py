"""One checkpoint in full, from its bytes."""

from collections.abc import Collection, Mapping
from typing import Any

from ui.timetravel import decode
from ui.timetravel.errors import DecodeError
from ui.timetravel.model import Checkpoint, Header
from ui.timetravel.plain import Opaque, Plain
from ui.timetravel.stores._shape import shape_of_values


def full(header: Header, kind: str | None, blob: bytes, ran_here: Collection[str]) -> Checkpoint:
    """Decode a checkpoint. Never raises: what can't be read is left out, and a note says so.

    `ran_here` are the nodes known to have run from it (see `_due.due`).
    """
    plain = decode.decode(kind, blob)
    parts: Mapping[str, Any] = plain if isinstance(plain, dict) else {}
    values = _mapping(parts.get("channel_values"))
    shape = shape_of_values(plain)
    number = parts.get("v")
    return Checkpoint(
        header=header,
        values=values,
        versions=shape.versions,
        versions_seen=shape.seen,
        format=number if isinstance(number, int) else 0,
        next=shape.next(ran_here),
        sizes=_sizes(kind, blob),
        notes=(*_unreadable(plain), *_delta(header, shape.versions, values)),
    )


def _sizes(kind: str | None, blob: bytes) -> dict[str, int]:
    if kind != "msgpack":
        return {}
    try:
        return decode.channel_sizes(blob)
    except DecodeError:
        return {}


def _unreadable(plain: Plain) -> list[str]:
    if isinstance(plain, dict):
        return []
    reason = f": {plain.reason}" if isinstance(plain, Opaque) else ""
    return [f"The state of this checkpoint can't be read{reason}."]


def _delta(header: Header, versions: Mapping[str, Any], values: Mapping[str, Plain]) -> list[str]:
    """Say which delta channels are not stored here.

    The metadata counts the supersteps since each of them was last stored (langgraph 1.2.22, pregel/_checkpoint.py); one
    without a version was never written, and is empty.
    """
    counters = _mapping(header.metadata.get("counters_since_delta_snapshot"))
    return [
        f"The channel {name} is a delta channel, and this checkpoint does not hold its value: it follows from the last"
        " checkpoint that does and from the writes since, through the graph's own reducer."
        for name in counters
        if name in versions and name not in values
    ]


def _mapping(value: Plain) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
