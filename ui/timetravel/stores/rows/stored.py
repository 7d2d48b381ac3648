"""What a read brings out of a store: bytes that nobody has looked into. Decoding comes after the read has ended.

A read holds a lock (SQLite), the log (SQLite in WAL mode) or a snapshot (PostgreSQL) of somebody's production store,
and decoding a hostile value may take seconds. So nothing in a read decodes.
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
"""Bytes of an error that are decoded where only its kind is asked for."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is stored: how it is written, and its bytes (or whatever stands there).

    `size`: the bytes of the whole. Of a value that is too large `data` is the beginning alone.
    """

    kind: str | None
    data: Any
    size: int

    @property
    def cut(self) -> bool:
        """Whether `data` is the beginning alone."""
        return isinstance(self.data, bytes) and len(self.data) < self.size

    @property
    def weight(self) -> int:
        """The bytes that were read of it."""
        return len(self.data) if isinstance(self.data, bytes) else 0

    def value(self, budget: Budget | None = None) -> Plain:
        """The decoded value. Never raises."""
        return decode.decode(self.kind, b"" if self.data is None else self.data, self.size, budget)


@dataclass(frozen=True, slots=True)
class DecodedCell:
    """A value that came decoded: that of a store in a worker, where reading holds nothing."""

    data: Plain
    size: int
    weight = 0

    def value(self, budget: Budget | None = None) -> Plain:
        """The value."""
        del budget
        return self.data


@dataclass(frozen=True, slots=True)
class StoredWrite:
    """One row of writes."""

    key: WriteKey
    cell: Cell | DecodedCell
    notes: tuple[str, ...] = ()

    def row(self, budget: Budget | None = None) -> WriteRow:
        """The row with its value decoded."""
        return WriteRow(self.key, self.cell.value(budget), self.cell.size, self.notes)


def errors_in(writes: Iterable[StoredWrite], budget: Budget) -> dict[tuple[CheckpointId, str], Plain]:
    """What failed tasks left as their errors, by the checkpoint's id and the task's, decoded within the budget.

    Of each its beginning, with the secrets that are in it: it tells what kind of error it was, and is not shown.
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
    """One row of checkpoints."""

    @property
    def checkpoint_id(self) -> CheckpointId:
        """Its id, as the store has it."""
        ...

    @property
    def parent_id(self) -> CheckpointId | None:
        """The id of the checkpoint that it was made from; None at the beginning of a thread."""
        ...

    @property
    def unread(self) -> bool:
        """Whether its state was left for another read, since so much was read already."""
        ...

    @property
    def weight(self) -> int:
        """The bytes that were read of it."""
        ...

    @property
    def may_be_old(self) -> bool:
        """Whether it may be of a format before 4: then more has to be read of other rows."""
        ...

    def row(self, sends: Sequence[Plain], budget: Budget | None = None) -> OriginRow:
        """The decoded row. `sends` are the Sends among the writes on its parent, where they were read.

        What it keeps of metadata and versions is taken from the `budget`.
        """
        ...
