"""One row of checkpoints in PostgreSQL, and one state, as read and not yet decoded. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui.timetravel.model.checkpoint_ids import time_of
from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.model.values import Plain
from ui.timetravel.serde import decode
from ui.timetravel.serde.budget import Budget
from ui.timetravel.stores.rows import cells
from ui.timetravel.stores.rows.checkpoint_outline import about_outline, charged, outline_of_values, time_in
from ui.timetravel.stores.rows.origins import OriginRow
from ui.timetravel.stores.rows.stored import Cell, DecodedCell
from ui.timetravel.worker.child.shared.reserved_names import TASKS

_SENDS_MOVED_IN = 4
"""Since this format a checkpoint contains its Sends; before, they are writes on its parent (_migrate_pending_sends)."""

_MAY_BE_OLD = ('"v": 1', '"v": 2', '"v": 3')
"""PostgreSQL's text form of the field with the format."""


@dataclass(frozen=True, slots=True)
class PostgresRow:
    """One row of checkpoints.

    `plumbing` is the JSON text of the checkpoint without its values, `inline` that of the values inside it that decide
    which nodes are due. `held` has the values stored in `checkpoint_blobs`; None for one that need not be known.
    """

    checkpoint_id: CheckpointId
    parent_id: CheckpointId | None
    metadata: Cell
    plumbing: str
    inline: str
    size: int
    held: Mapping[str, Cell | None]
    unread: bool = False

    @property
    def weight(self) -> int:
        """The characters and bytes that were read for this row."""
        apart = sum(cell.weight for cell in self.held.values() if cell)
        return len(self.plumbing) + len(self.inline) + self.metadata.weight + apart

    @property
    def may_be_old(self) -> bool:
        """See `StoredRow.may_be_old`."""
        return any(mark in self.plumbing for mark in _MAY_BE_OLD)

    def row(self, sends: Sequence[Plain], budget: Budget | None = None) -> OriginRow:
        """See `StoredRow.row`."""
        budget = budget or Budget()
        checkpoint = _mapping(self.plumbing)
        held = {name: True if cell is None else cell.value() for name, cell in self.held.items()}
        checkpoint["channel_values"] = {**_mapping(self.inline), **held}
        if sends and keeps_sends_apart(checkpoint):
            add_sends(checkpoint, sends)
        outline = charged(outline_of_values(checkpoint), budget)
        made = time_of(self.checkpoint_id) or time_in("json", self.plumbing.encode())
        metadata = cells.metadata(self.metadata.data, self.metadata.size, budget)
        notes = (*cells.metadata_notes(self.metadata.data, metadata, self.metadata.size), *about_outline(outline))
        return OriginRow(self.checkpoint_id, self.parent_id, made, metadata, self.size, outline, notes)


@dataclass(frozen=True, slots=True)
class BlobKey:
    """One value of one channel. `written` distinguishes it from another value that was given the same version later."""

    thread_id: str
    namespace: str
    channel: str
    version: str
    written: str


@dataclass(frozen=True, slots=True)
class StoredState:
    """One checkpoint, not decoded.

    It has the JSON text of its plumbing, the values inside that text, and the keys, kinds and sizes of the values in
    `checkpoint_blobs`, which are not read. `sends` are the Sends of a format before 4.
    """

    plumbing: str
    inline: Cell
    blobs: Mapping[BlobKey, tuple[str, int]]
    sends: Sequence[Cell | DecodedCell]

    def checkpoint(self) -> dict[str, Any]:
        """The decoded checkpoint, without the values in `checkpoint_blobs`."""
        found = _mapping(self.plumbing)
        inline = self.inline.value()
        found["channel_values"] = inline if isinstance(inline, dict) else {}
        return found


def add_sends(checkpoint: dict[str, Any], sends: Sequence[Plain]) -> None:
    """Put the Sends of an older format where the present format has them, as LangGraph does when it reads a
    checkpoint.
    """
    for part in ("channel_values", "channel_versions"):
        if not isinstance(checkpoint.get(part), dict):
            checkpoint[part] = {}
    versions = checkpoint["channel_versions"]
    checkpoint["channel_values"][TASKS] = list(sends)
    versions[TASKS] = _newest(list(versions.values()))


def keeps_sends_apart(checkpoint: dict[str, Any]) -> bool:
    """Whether the checkpoint is of a format before 4, which stores Sends as writes on the parent."""
    number = checkpoint.get("v")
    return cells.is_count(number) and number < _SENDS_MOVED_IN


def _newest(versions: list[Plain]) -> Plain:
    """The newest version of a channel. Versions are texts or numbers (older savers), and both grow."""
    texts = [version for version in versions if isinstance(version, str)]
    numbers = [version for version in versions if isinstance(version, int | float)]
    return max(texts or numbers, default="1")


def _mapping(text: str) -> dict[str, Any]:
    found = decode.decode("json", (text or "{}").encode())
    return found if isinstance(found, dict) else {}
