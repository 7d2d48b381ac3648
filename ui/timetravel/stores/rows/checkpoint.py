"""Builds one whole checkpoint from its bytes."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from ui.timetravel.errors import DecodeError
from ui.timetravel.ground.text.formatting import shorten
from ui.timetravel.model.checkpoints import Checkpoint, Header, is_internal
from ui.timetravel.model.values import Opaque, Plain
from ui.timetravel.serde import decode
from ui.timetravel.serde import encryption as crypt
from ui.timetravel.serde.budget import MOST_CHANNELS
from ui.timetravel.serde.excerpt import MORE, is_short, left_out
from ui.timetravel.stores import delta_channels as delta
from ui.timetravel.stores.rows import cells
from ui.timetravel.stores.rows.checkpoint_outline import CHANNELS_NAMED_AFTER_NODES, outline_of_values
from ui.timetravel.stores.rows.stored import Cell

_MOST_NAMED = 5

ENCRYPTED, PICKLED = "(encrypted)", "(pickled)"
"""Shown in place of the channels if a whole checkpoint is encrypted or pickled, so that even their names can't be
read.
"""


_PARTS = {
    "channel_values": "the channels",
    "channel_versions": "the versions of the channels",
    "versions_seen": "the versions that nodes have seen",
}


def build_checkpoint(header: Header, state: Cell, end: bytes = b"") -> Checkpoint:
    """Decode a checkpoint. Never raises: what can't be read is left out, and a note says so.

    Snapshots of delta channels are replaced by their values. Where the state is too large to read, `end` are its last
    bytes.
    """
    sealed = crypt.encrypted(state.kind)
    kind, blob = crypt.unlock(state.kind, cells.raw(state.data))
    plain = decode.decode(kind, blob, state.size if state.cut else len(blob))
    made = build_from_values(header, plain, _sizes(kind, blob), sealed)
    name = ENCRYPTED if crypt.encrypted(kind) else PICKLED if kind == "pickle" else ""
    return replace(made, values={name: plain}) if name and isinstance(plain, Opaque) else made


def build_from_values(header: Header, plain: Plain, sizes: Mapping[str, int], encrypted: bool) -> Checkpoint:
    """Build a checkpoint whose values are decoded already; `sizes` are the bytes that each channel takes in the
    store.
    """
    parts: Mapping[str, Any] = plain if isinstance(plain, dict) else {}
    stored = cells.named(parts.get("channel_values"))
    values = delta.unwrap_snapshots(stored)
    outline = outline_of_values(plain)
    notes = _unreadable(plain)
    if len(values) > MOST_CHANNELS:
        notes.append(f"It has {len(values):,} channels, of which the first {MOST_CHANNELS:,} are shown.")
        values = dict(islice(values.items(), MOST_CHANNELS))
    notes += [
        f"Something of {shorten(name)} is left out: it is too large to be read as a whole." for name in _short(values)
    ]
    if left_out(values.get(MORE)):
        notes.append("Some of its channels are left out: it is too large to be read as a whole.")
    number = parts.get("v")
    if number in CHANNELS_NAMED_AFTER_NODES:
        values = {name: value for name, value in values.items() if name not in outline.seen or is_internal(name)}
    return Checkpoint(
        header=header,
        values=values,
        versions=outline.versions,
        versions_seen=outline.seen,
        format=number if cells.is_count(number) else 0,
        next=header.next,
        sizes=sizes,
        notes=(*header.notes, *notes),
        encrypted=encrypted,
        deltas=delta.named_in(header, stored),
    )


def _sizes(kind: str | None, blob: bytes) -> dict[str, int]:
    if kind != "msgpack":
        return {}
    try:
        return cells.named(decode.channel_sizes(blob))
    except DecodeError:
        return {}


def _short(values: Mapping[str, Plain]) -> list[str]:
    """The channels of which a part was left out, as far as the top level of their values shows it."""
    return [name for name, value in values.items() if name != MORE and is_short(value)][:_MOST_NAMED]


def _unreadable(plain: Plain) -> list[str]:
    if isinstance(plain, dict):
        wrong = [words for part, words in _PARTS.items() if not isinstance(plain.get(part, {}), dict | Opaque)]
        return (
            [f"In the store {' and '.join(wrong)} of this checkpoint are not as LangGraph writes them."]
            if wrong
            else []
        )
    reason = f": {plain.reason}" if isinstance(plain, Opaque) else ""
    return [f"The state of this checkpoint can't be read{reason}."]
