"""Headers in two steps: one short read fetches all that they are made from, and it is decoded after that read has
ended.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.model.values import Plain
from ui.timetravel.serde.budget import Budget, of_rows
from ui.timetravel.stores.rows.headers import Headers
from ui.timetravel.stores.rows.origins import OriginRow
from ui.timetravel.stores.rows.source import AT_ONCE, MOST_KEYS, MOST_WRITES, RowSource
from ui.timetravel.stores.rows.stored import StoredRow, StoredWrite, errors_in
from ui.timetravel.stores.rows.tasks.outcomes import WriteKey
from ui.timetravel.worker.child.shared.reserved_names import ERROR, TASKS

T = TypeVar("T")


class ShortRead(Protocol):
    """A function that runs `work` in one short read, which sees the store at one moment. `work` must not decode."""

    def __call__(self, work: Callable[[Any], T]) -> T:
        """The result of `work`. Raises StoreError where the store can't be read."""
        ...


def with_state(stored: StoredRow, read: ShortRead, thread_id: str, namespace: str) -> StoredRow | None:
    """The row with its state, which is read now if an earlier read left it out; None where the row has been deleted
    since.
    """
    if not stored.unread:
        return stored
    one = stored.checkpoint_id
    found: Mapping[CheckpointId, StoredRow] = read(lambda rows: rows.stored(thread_id, namespace, [one]))
    return found.get(one)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that the headers of some checkpoints are made from, fetched in one read and not decoded.

    These are their rows, the rows of their parents, and the writes that matter.
    """

    thread_id: str
    namespace: str
    found: Mapping[CheckpointId, StoredRow]
    more: Mapping[CheckpointId, StoredRow]
    keys: Sequence[WriteKey]
    errors: Sequence[StoredWrite]
    sends: Sequence[StoredWrite]
    newest: CheckpointId | None
    counts: Mapping[CheckpointId, int]

    def headers(self, read: ShortRead) -> Headers:
        """Decode everything. Rows that the first read had no room for are read now, one at a time."""
        sent: dict[CheckpointId, list[Plain]] = {}
        budget, values = of_rows(len(self.found) + len(self.more)), Budget(shared=True)
        for write in self.sends:
            sent.setdefault(write.key.checkpoint_id, []).append(write.cell.value(values))

        def row(stored: StoredRow) -> OriginRow | None:
            whole = with_state(stored, read, self.thread_id, self.namespace)
            return whole.row(sent.get(whole.parent_id or "", ()), budget) if whole else None

        def rows(stored: Mapping[CheckpointId, StoredRow]) -> dict[CheckpointId, OriginRow]:
            return {one: made for one, each in stored.items() if (made := row(each)) is not None}

        found, more = rows(self.found), rows(self.more)
        errors = errors_in(self.errors, values)
        return Headers(self.thread_id, self.namespace, found, more, self.keys, errors, self.newest, self.counts)


def gather(rows: RowSource, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> Gathered:
    """Fetch all that the headers of `ids` are made from, within one read."""
    found = rows.stored(thread_id, namespace, list(dict.fromkeys(ids)))
    parents = [one for one in dict.fromkeys(row.parent_id for row in found.values()) if one and one not in found]
    more = dict(rows.stored(thread_id, namespace, parents)) if parents else {}
    keys = list(rows.keys(thread_id, namespace, [*found, *more]))
    numbers, all_there = Counter(key.checkpoint_id for key in keys), not _is_full(keys)
    counts = {
        one: rows.count_writes(thread_id, namespace, one)
        for one in (*found, *more)
        if not all_there or numbers[one] >= MOST_WRITES
    }
    failed = list(dict.fromkeys(key.checkpoint_id for key in keys if key.channel == ERROR))
    errors = list(rows.written(thread_id, namespace, failed, ERROR)) if failed else []
    sends: list[StoredWrite] = []
    if any(row.may_be_old for row in (*found.values(), *more.values())):
        # Which channels start a node is recorded in checkpoints after it ran: the thread's newest one records most.
        latest, where = rows.latest_of_any_namespace(thread_id) or ("", "")
        if where == namespace and latest not in found:
            more |= rows.stored(thread_id, namespace, [latest])
        above = dict.fromkeys(row.parent_id for row in (*found.values(), *more.values()) if row.may_be_old)
        sends = list(rows.written(thread_id, namespace, [one for one in above if one], TASKS))
    return Gathered(thread_id, namespace, found, more, keys, errors, sends, rows.newest(thread_id, namespace), counts)


def _is_full(keys: Sequence[WriteKey]) -> bool:
    """Whether there may be more writes than were fetched."""
    return len(keys) >= MOST_KEYS or sum(key.weight for key in keys) >= AT_ONCE


def headers_of(read: ShortRead, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> Headers:
    """Decoded `Headers` of `ids`, fetched in one read and decoded after it."""
    return read(lambda rows: gather(rows, thread_id, namespace, ids)).headers(read)
