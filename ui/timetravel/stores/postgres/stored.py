"""One row of checkpoints in PostgreSQL, and one state, as a read brings them out: pure."""

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
"""Since this format a checkpoint holds its Sends; before, they are writes on its parent (_migrate_pending_sends)."""

_MAY_BE_OLD = ('"v": 1', '"v": 2', '"v": 3')
"""How PostgreSQL writes the format in the text of a checkpoint."""


@dataclass(frozen=True, slots=True)
class PostgresRow:
    """The row: `plumbing` is the text of its checkpoint without values, `inline` of those inside it that tell what is
    due, and `held` are the values stored apart (None: one that need not be known)."""

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
        """The characters and bytes that were read of it."""
        apart = sum(cell.weight for cell in self.held.values() if cell)
        return len(self.plumbing) + len(self.inline) + self.metadata.weight + apart

    @property
    def may_be_old(self) -> bool:
        """Whether it may be of a format before 4: then more has to be read of other rows."""
        return any(mark in self.plumbing for mark in _MAY_BE_OLD)

    def row(self, sends: Sequence[Plain], budget: Budget | None = None) -> OriginRow:
        """The decoded row. `sends` are the Sends among the writes on its parent, where they were read."""
        budget = budget or Budget()
        checkpoint = _mapping(self.plumbing)
        held = {name: True if cell is None else cell.value() for name, cell in self.held.items()}
        checkpoint["channel_values"] = {**_mapping(self.inline), **held}
        if sends and keeps_sends_apart(checkpoint):
            add_sends(checkpoint, sends)
        shape = charged(outline_of_values(checkpoint), budget)
        made = time_of(self.checkpoint_id) or time_in("json", self.plumbing.encode())
        metadata = cells.metadata(self.metadata.data, self.metadata.size, budget)
        notes = (*cells.metadata_notes(self.metadata.data, metadata, self.metadata.size), *about_outline(shape))
        return OriginRow(self.checkpoint_id, self.parent_id, made, metadata, self.size, shape, notes)


@dataclass(frozen=True, slots=True)
class BlobKey:
    """One value of one channel. `written` tells it from another that took the same version later."""

    thread_id: str
    namespace: str
    channel: str
    version: str
    written: str


@dataclass(frozen=True, slots=True)
class StoredState:
    """One checkpoint: the text of its plumbing, its values inside it, and its values elsewhere with their kinds and
    sizes, not read. `sends` are the Sends of a format before 4."""

    plumbing: str
    inline: Cell
    blobs: Mapping[BlobKey, tuple[str, int]]
    sends: Sequence[Cell | DecodedCell]

    def checkpoint(self) -> dict[str, Any]:
        """The decoded checkpoint, without the values that are elsewhere."""
        found = _mapping(self.plumbing)
        inline = self.inline.value()
        found["channel_values"] = inline if isinstance(inline, dict) else {}
        return found


def add_sends(checkpoint: dict[str, Any], sends: Sequence[Plain]) -> None:
    """Put the Sends of an older format where the present one has them, as LangGraph does when it reads it."""
    for part in ("channel_values", "channel_versions"):
        if not isinstance(checkpoint.get(part), dict):
            checkpoint[part] = {}
    versions = checkpoint["channel_versions"]
    checkpoint["channel_values"][TASKS] = list(sends)
    versions[TASKS] = _newest(list(versions.values()))


def keeps_sends_apart(checkpoint: dict[str, Any]) -> bool:
    """Whether it is of a format before 4."""
    number = checkpoint.get("v")
    return cells.is_count(number) and number < _SENDS_MOVED_IN


def _newest(versions: list[Plain]) -> Plain:
    """The newest version of a channel: texts grow, and so did the numbers before them."""
    texts = [version for version in versions if isinstance(version, str)]
    numbers = [version for version in versions if isinstance(version, int | float)]
    return max(texts or numbers, default="1")


def _mapping(text: str) -> dict[str, Any]:
    found = decode.decode("json", (text or "{}").encode())
    return found if isinstance(found, dict) else {}
