"""Finds the versions in a checkpoint's msgpack without decoding a person's state, with a bound on the work."""

import ormsgpack

from ui.timetravel.errors import DecodeError
from ui.timetravel.serde import decode
from ui.timetravel.serde.budget import Budget
from ui.timetravel.serde.msgpack.recovery import items, spans

_SMALL_MAP = 0x80
_VERSIONS_KEY = b"\xb0channel_versions"
_MOST_TAIL = 4 << 20
_KEYS_BEFORE_VERSIONS, _MOST_KEYS_AFTER = 4, 4


class TooManyVersions(DecodeError):
    """A checkpoint has more versions than are read."""


def versions_in(blob: bytes, budget: Budget) -> decode.VersionRecord:
    """The versions.

    Their parts are taken from the budget. Raises DecodeError, and TooMuch where the budget is not enough.
    """
    return versions_at_the_end(blob, budget) or _by_a_walk(blob, budget)


def versions_at_the_end(blob: bytes, budget: Budget) -> decode.VersionRecord | None:
    """The versions, found from the end of the bytes; None where these are not laid out as expected. Raises
    TooManyVersions.

    LangGraph writes them after the channel values (langgraph 1.2.22, create_checkpoint), so the key is searched for
    from the end, and what follows it has to parse as the rest of the map, to its last byte.
    """
    start = blob.rfind(_VERSIONS_KEY)
    if start > 0 and len(blob) - start > _MOST_TAIL:
        raise TooManyVersions
    rest = blob[:1][0] - _SMALL_MAP - _KEYS_BEFORE_VERSIONS if start > 0 else 0
    if not 0 < rest <= _MOST_KEYS_AFTER:
        return None
    part = bytes([_SMALL_MAP + rest]) + blob[start:]
    _take(part, budget)
    try:
        found = ormsgpack.unpackb(part)
    except ValueError:
        return None
    versions, seen, updated = (found.get(name) for name in decode.VersionRecord._fields)
    if not (isinstance(versions, dict) and isinstance(seen, dict) and all(isinstance(v, dict) for v in seen.values())):
        return None
    return decode.VersionRecord(versions, seen, updated if isinstance(updated, list) else None)


def _by_a_walk(blob: bytes, budget: Budget) -> decode.VersionRecord:
    """The versions, found by walking over the whole checkpoint. Raises DecodeError."""
    found = spans(blob)
    for name in decode.VersionRecord._fields:
        if name in found:
            _take(blob[slice(*found[name])], budget)
    return decode.versions(blob)


def _take(part: bytes, budget: Budget) -> None:
    """Take the parts of some msgpack from the budget before it is decoded. Raises TooManyVersions."""
    count, _ = items(part, budget.room)
    if count > budget.room:
        raise TooManyVersions
    budget.items -= count
