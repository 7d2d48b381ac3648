"""The outline of a checkpoint: what decides which nodes are due, read from its bytes without decoding a person's
state.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ui.timetravel.errors import DecodeError
from ui.timetravel.ground.weight import weight
from ui.timetravel.model.checkpoint_ids import EPOCH, moment_in
from ui.timetravel.model.values import Plain, Typed
from ui.timetravel.serde import decode
from ui.timetravel.serde import encryption as crypt
from ui.timetravel.serde.budget import MOST_CHANNELS, Budget
from ui.timetravel.serde.msgpack.recovery import spans
from ui.timetravel.stores.rows import cells
from ui.timetravel.stores.rows.tasks.next_nodes import is_trigger, next_nodes
from ui.timetravel.stores.rows.versions import TooManyVersions, versions_at_the_end, versions_in
from ui.timetravel.worker.child.shared.reserved_names import EDGE, JOIN, TASKS

_NIL, _SMALL_MAP = 1, 0x80
_MOST_VERSIONS = 4 * MOST_CHANNELS
"""The most versions of channels, and versions seen: with more it is not worked out which nodes are due."""
_BYTES_OF_AN_ITEM = 64


@dataclass(frozen=True, slots=True)
class CheckpointOutline:
    """Versions, versions seen, the triggers that hold a value, and the nodes that the checkpoint's Sends go to.

    `updated` are the channels that the superstep updated, where the saver recorded them (since langgraph 0.6). `format`
    is the checkpoint's `v`, 0 where it is not stated. `triggers` has for each node the channels that start it, where
    they had to be gathered from other checkpoints (see `CHANNELS_NAMED_AFTER_NODES`). `javascript`: LangGraph.js wrote
    it. `sends_told`: `sends` come from the checkpoint itself, even if there are none (see `SENDS_ON_THE_PARENT`).
    `closed`: the checkpoint can't be read, because it is encrypted or damaged.
    """

    versions: Mapping[str, Any]
    seen: Mapping[str, Mapping[str, Any]]
    updated: tuple[str, ...] | None = None
    available: frozenset[str] = frozenset()
    sends: tuple[str, ...] = ()
    format: int = 0
    triggers: Mapping[str, Collection[str]] = field(default_factory=dict)
    javascript: bool = False
    sends_told: bool = True
    closed: bool = False

    @property
    def undecided(self) -> bool:
        """Whether nodes may be due that nothing readable in the checkpoint names (see `CHANNELS_NAMED_AFTER_NODES`)."""
        return self.closed or self.format in CHANNELS_NAMED_AFTER_NODES

    def next(self, ran_here: Collection[str] = ()) -> tuple[str, ...]:
        """The nodes that are due: those that Sends go to, in the order of the Sends, then those that edges start, by
        name.
        """
        return (
            *self.sends,
            *next_nodes(self.versions, self.seen, self.available.__contains__, ran_here, self.triggers),
        )


EMPTY_OUTLINE = CheckpointOutline({}, {})
CLOSED = CheckpointOutline({}, {}, closed=True)
TOO_LARGE = CheckpointOutline({}, {}, closed=True)
"""The outline of a checkpoint that may be valid, but has more versions than are read."""

CHANNELS_NAMED_AFTER_NODES = (1, 2)
"""The formats in which a node writes to a channel of its own name, and the nodes after it start from that channel.

So nothing in the checkpoint tells which these are, before they have run. A channel of a person's state can't have such
a name: LangGraph refuses it.
"""

SENDS_ON_THE_PARENT = (1, 2, 3)
"""The formats in which Sends are writes on the parent (langgraph-checkpoint 2). If the saver stored the checkpoint as a
whole, they are in it as well: then those count, since an input drops them.
"""


def about_outline(outline: CheckpointOutline) -> tuple[str, ...]:
    """Sentences on what this outline leaves out of its checkpoint."""
    if outline is not TOO_LARGE:
        return ()
    return ("Its versions of channels are too many to be looked at: what ran and what is due is not known.",)


def outline_of(kind: str | None, blob: bytes, source: str, budget: Budget | None = None) -> CheckpointOutline:
    """The outline of a checkpoint row: `CLOSED` where it can't be read, `TOO_LARGE` where the `budget` is not
    enough.
    """
    kind, blob = crypt.unlock(kind, blob)
    budget = budget or Budget()
    try:
        if kind != "msgpack":
            return charged(outline_of_values(decode.decode(kind, blob)), budget)
        versions, seen, updated = cells.versions(versions_in(blob, budget))
        if len(versions) + sum(map(len, seen.values())) > _MOST_VERSIONS:
            return TOO_LARGE
        recorded = updated if updated is not None and source in ("loop", "input") else None
        channels = _channels(blob) if recorded is None or _must_look(recorded, versions, seen) else {}
        available = {name for name, value in channels.items() if _holds(name, value)}
        if recorded is not None:
            # A channel that becomes available in a superstep is updated in it, and its triggers run in the very next
            # one. Only a join may be stored fuller than it was at that moment (see `_must_look`); it counts as it is
            # stored.
            joins = {name for name in available if name.startswith(JOIN)}
            available = joins.union(name for name in recorded if not name.startswith(JOIN))
        number = format_of(blob)
        own = _own_sends(blob) if number in SENDS_ON_THE_PARENT else channels.get(TASKS, b"\x90")
        sends = _sends(decode.decode("msgpack", bytes(own or b"\x90"), 0, Budget(items=budget.room)))
        budget.items -= len(sends)
    except TooManyVersions:
        return TOO_LARGE
    except DecodeError:
        return CLOSED
    names = None if updated is None else tuple(updated)
    return CheckpointOutline(versions, seen, names, frozenset(available), sends, number, sends_told=own is not None)


def charged(outline: CheckpointOutline, budget: Budget) -> CheckpointOutline:
    """The outline, with its size taken from the budget for as long as it is kept; `TOO_LARGE` where the budget is not
    enough.
    """
    each = [outline.versions, *outline.seen.values()]
    odd = [version for one in each for version in one.values() if isinstance(version, list | dict | Typed)]
    count = sum(map(len, each)) + len(outline.seen) + len(outline.sends) + len(outline.updated or ())
    if odd:
        count += weight(odd) // _BYTES_OF_AN_ITEM
    if count > budget.room:
        return TOO_LARGE
    budget.items -= count
    return outline


def outline_of_ends(kind: str | None, beginning: bytes, end: bytes, budget: Budget | None = None) -> CheckpointOutline:
    """The outline of a checkpoint row that is too large to be read whole, from the versions at its end.

    `CLOSED` where the end is not laid out as LangGraph does it. Its `closed` is always true, since it is not known
    which channels hold a value, nor what the checkpoint sends.
    """
    try:
        found = versions_at_the_end(beginning[:1] + end, budget or Budget()) if kind == "msgpack" else None
    except DecodeError:
        found = None
    if found is None:
        return CLOSED
    versions, seen, updated = cells.versions(found)
    names = None if updated is None else tuple(updated)
    return CheckpointOutline(versions, seen, names, frozenset(updated or ()), format=format_of(beginning), closed=True)


def time_in(kind: str | None, blob: bytes) -> datetime:
    """The time at which a checkpoint says it was made, for ids that hold no time; the epoch where it does not say."""
    kind, blob = crypt.unlock(kind, blob)
    try:
        if kind == "msgpack":
            text = decode.decode(kind, blob[slice(*spans(blob)["ts"])])
        else:
            text = _mapping(decode.decode(kind, blob)).get("ts")
    except (DecodeError, KeyError):
        return EPOCH
    return moment_in(text) or EPOCH


def outline_of_values(checkpoint: Plain) -> CheckpointOutline:
    """The outline of a checkpoint that is decoded already; `CLOSED` where it has no channel versions."""
    if not (isinstance(checkpoint, dict) and isinstance(checkpoint.get("channel_versions"), dict)):
        return CLOSED
    versions, seen = cells.named(checkpoint.get("channel_versions")), cells.seen(checkpoint.get("versions_seen"))
    if len(versions) + sum(map(len, seen.values())) > _MOST_VERSIONS:
        return TOO_LARGE
    values = cells.named(checkpoint.get("channel_values"))
    updated = checkpoint.get("updated_channels")
    available = frozenset(c for c, value in values.items() if not is_trigger(c) or holds(c, value))
    # Before version 4 of the format the Sends had a place of their own (langgraph 1.2.22, _migrate_checkpoint).
    sends = _sends(values.get(TASKS)) or _sends(checkpoint.get("pending_sends"))
    return CheckpointOutline(
        versions,
        seen,
        cells.names(updated) if isinstance(updated, list) else None,
        available,
        sends,
        number if cells.is_count(number := checkpoint.get("v")) else 0,
        javascript=_is_javascript(checkpoint.get("ts")),
        sends_told=number not in SENDS_ON_THE_PARENT or "pending_sends" in checkpoint,
    )


def _is_javascript(time: Plain) -> bool:
    """Whether a checkpoint's time is one of LangGraph.js ("…Z", by toISOString); Python's ends with "+00:00"."""
    return isinstance(time, str) and time.endswith("Z")


def holds(channel: str, value: Plain) -> bool:
    """Whether a trigger with this stored value lets its node run.

    A join holds the names of the nodes it heard from, and is full when all have come (NamedBarrierValue); a deferred
    edge holds a pair of its value and whether the other nodes have finished (LastValueAfterFinish). Both in langgraph
    1.2.22, channels/.
    """
    if channel.startswith(JOIN):
        if isinstance(value, list) and len(value) == 2 and isinstance(value[1], bool):
            return value[1]
        heard = _items(value)
        return len("+".join(heard)) == len(channel.removeprefix(JOIN).rsplit(":", 1)[0])
    if channel.startswith(EDGE) and isinstance(value, list) and len(value) == 2:
        return bool(value[1])
    return True


def sends_in(writes: Iterable[Plain]) -> tuple[str, ...]:
    """The nodes that these Sends go to; each Send was written by itself."""
    return _sends(list(writes))


def format_of(blob: bytes) -> int:
    """The `v` of a msgpack row, which LangGraph writes first; 0 where it is not found there."""
    return blob[3] if blob[1:3] == b"\xa1v" and len(blob) > 3 and blob[3] < _SMALL_MAP else 0


def _must_look(updated: Sequence[str], versions: Mapping[str, Any], seen: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the values have to be looked at, because the names of the updated channels do not decide which nodes are
    due.

    Sends are found by their values. So are joins: LangGraph 1.2.22 hands the saver the very set of names that the next
    superstep adds to (NamedBarrierValue.checkpoint), so a row may hold names from one step later; and when LangGraph
    continues from that row, it relies on them.
    """
    return TASKS in updated or any(
        channel.startswith(JOIN) and version != seen.get(channel.rsplit(":", 1)[-1], {}).get(channel)
        for channel, version in versions.items()
    )


def _channels(blob: bytes) -> dict[str, memoryview]:
    """The encoded values of the channels, not decoded. Raises DecodeError."""
    place = spans(blob).get("channel_values")
    if place is None:
        return {}
    view = memoryview(blob)
    return {str(name): view[start:end] for name, (start, end) in spans(blob, place[0]).items()}


def _own_sends(blob: bytes) -> memoryview | None:
    """The encoded Sends that a checkpoint of an old format holds itself; None where it has no field for them."""
    place = spans(blob).get("pending_sends")
    return None if place is None else memoryview(blob)[slice(*place)]


def _holds(channel: str, value: memoryview) -> bool:
    if channel.startswith(JOIN) or (channel.startswith(EDGE) and len(value) > _NIL):
        return holds(channel, decode.decode("msgpack", bytes(value)))
    return True


def _sends(value: Plain) -> tuple[str, ...]:
    return tuple(str(_target(item)) for item in value) if isinstance(value, list) else ()


def _target(send: Plain) -> Plain:
    inner = send.value if isinstance(send, Typed) else send
    if isinstance(inner, dict):
        return inner.get("node", "")
    return inner[0] if isinstance(inner, list) and inner else ""


def _items(value: Plain) -> list[str]:
    while isinstance(value, Typed):
        value = value.value
    while isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    return [str(item) for item in value] if isinstance(value, list) else []


def _mapping(value: Plain) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
