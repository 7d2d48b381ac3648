"""One row of checkpoints in SQLite, as read and not yet decoded. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ui.timetravel.model.checkpoint_ids import time_of
from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.model.values import Plain
from ui.timetravel.serde.budget import Budget
from ui.timetravel.stores.rows import cells
from ui.timetravel.stores.rows.checkpoint_outline import (
    SENDS_ON_THE_PARENT,
    about_outline,
    format_of,
    outline_of,
    outline_of_ends,
    sends_in,
    time_in,
)
from ui.timetravel.stores.rows.origins import OriginRow
from ui.timetravel.stores.rows.stored import Cell


@dataclass(frozen=True, slots=True)
class SqliteRow:
    """One row of checkpoints; if its state is too large, the state's beginning and its `end`, which has the versions.

    `far`: its metadata was not read, because it is stored after a state that is too large. `notes` are about its ids.
    """

    checkpoint_id: CheckpointId
    parent_id: CheckpointId | None
    state: Cell
    metadata: Cell
    end: bytes = b""
    unread: bool = False
    far: bool = False
    notes: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """The number of bytes that were read for it."""
        return self.state.weight + self.metadata.weight + len(self.end)

    @property
    def may_be_old(self) -> bool:
        """See `StoredRow.may_be_old`."""
        return self.state.kind != "msgpack" or format_of(cells.raw(self.state.data)) in SENDS_ON_THE_PARENT

    def row(self, sends: Sequence[Plain], budget: Budget | None = None) -> OriginRow:
        """See `StoredRow.row`."""
        kind, blob, budget = self.state.kind, cells.raw(self.state.data), budget or Budget()
        metadata = cells.metadata(self.metadata.data, self.metadata.size, budget)
        made = time_of(self.checkpoint_id) or time_in(kind, blob)
        if self.state.cut:
            outline = outline_of_ends(kind, blob, self.end, budget)
        else:
            outline = outline_of(kind, blob, cells.source_in(metadata), budget)
        if sends and not outline.sends_told:
            outline = replace(outline, sends=sends_in(sends))
        told = () if self.far else cells.metadata_notes(self.metadata.data, metadata, self.metadata.size)
        size = max(self.state.size, len(blob))
        notes = (*self.notes, *told, *about_outline(outline))
        return OriginRow(self.checkpoint_id, self.parent_id, made, metadata, size, outline, notes)
