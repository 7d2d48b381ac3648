"""The bytes that a read returns. Nothing is decoded before the read has ended.

A read holds a lock (SQLite), the log (SQLite in WAL mode) or a snapshot (PostgreSQL) of somebody's production store,
and decoding a hostile value may take seconds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.model.values import Plain
from ui.timetravel.serde import decode
from ui.timetravel.serde.budget import BYTES, ITEMS, Budget
from ui.timetravel.stores.rows.origins import OriginRow
from ui.timetravel.stores.rows.tasks.outcomes import WriteKey
from ui.timetravel.stores.rows.tasks.rows import WriteRow, error_as_stored

_OF_AN_ERROR = 64 << 10
"""The bytes of an error that are decoded where only its kind is needed."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as stored: the name of its serialization format, and its bytes (or whatever the column holds).

    `size` is the size of the whole value in bytes. If the value is too large, `data` is only its beginning.
    """

    kind: str | None
    data: Any
    size: int

    @property
    def cut(self) -> bool:
        """Whether `data` is only the beginning of the value."""
        return isinstance(self.data, bytes) and len(self.data) < self.size

    @property
    def weight(self) -> int:
        """The number of bytes that were read for it."""
        return len(self.data) if isinstance(self.data, bytes) else 0

    def value(self, budget: Budget | None = None) -> Plain:
        """The decoded value. Never raises."""
        return decode.decode(self.kind, b"" if self.data is None else self.data, self.size, budget)


@dataclass(frozen=True, slots=True)
class DecodedCell:
    """A value that arrived decoded: that of a saver in a worker, where a read holds no lock."""

    data: Plain
    size: int
    weight = 0

    def value(self, budget: Budget | None = None) -> Plain:
        """The value, which is decoded already; the budget is not used."""
        del budget
        return self.data


@dataclass(frozen=True, slots=True)
class StoredWrite:
    """One row of writes, not decoded."""

    key: WriteKey
    cell: Cell | DecodedCell
    notes: tuple[str, ...] = ()

    def row(self, budget: Budget | None = None) -> WriteRow:
        """The row with its value decoded."""
        return WriteRow(self.key, self.cell.value(budget), self.cell.size, self.notes)


def errors_in(writes: Iterable[StoredWrite], budget: Budget) -> dict[tuple[CheckpointId, str], Plain]:
    """The errors that failed tasks left, by the ids of checkpoint and task, decoded within the budget.

    Only the beginning of each is decoded, with any secrets in it: it is used to recognize the kind of error, never
    shown.
    """
    return {
        (one.key.checkpoint_id, one.key.task_id): error_as_stored(_beginning(one.cell).value(budget)) for one in writes
    }


def _beginning(cell: Cell | DecodedCell) -> Cell | DecodedCell:
    if isinstance(cell, Cell) and isinstance(cell.data, bytes) and len(cell.data) > _OF_AN_ERROR:
        return replace(cell, data=cell.data[:_OF_AN_ERROR])
    return cell


def decoded(writes: Iterable[StoredWrite]) -> list[WriteRow]:
    """The rows with their values decoded, within one budget for all of them."""
    budget = Budget(2 * BYTES, ITEMS, shared=True)
    return [write.row(budget) for write in writes]


class StoredRow(Protocol):
    """One row of checkpoints, not decoded."""

    @property
    def checkpoint_id(self) -> CheckpointId:
        """The checkpoint's id as stored."""
        ...

    @property
    def parent_id(self) -> CheckpointId | None:
        """The id of the checkpoint that it was made from; None at the beginning of a thread."""
        ...

    @property
    def unread(self) -> bool:
        """Whether its state was not read, because the read had reached its limit."""
        ...

    @property
    def weight(self) -> int:
        """The number of bytes that were read for it."""
        ...

    @property
    def may_be_old(self) -> bool:
        """Whether it may be of a format before 4, for which other rows have to be read as well."""
        ...

    def row(self, sends: Sequence[Plain], budget: Budget | None = None) -> OriginRow:
        """Decode the row. `sends` are the Sends among the writes on its parent, where they were read.

        What it keeps of metadata and versions is taken from the `budget`.
        """
        ...
