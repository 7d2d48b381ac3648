"""The list of threads: which ones exist, which changed last, and the state each was left in."""

import json
import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ui.timetravel.model.checkpoint_ids import EPOCH, time_of
from ui.timetravel.model.checkpoints import CheckpointId, ThreadPage, ThreadState, ThreadSummary, graph_named
from ui.timetravel.serde.budget import Budget
from ui.timetravel.stores.rows.checkpoint_outline import EMPTY_OUTLINE
from ui.timetravel.stores.rows.gathering import ShortRead, with_state
from ui.timetravel.stores.rows.source import AT_ONCE, MOST_KEYS, RowSource
from ui.timetravel.stores.rows.stored import StoredRow, StoredWrite, errors_in
from ui.timetravel.stores.rows.tasks.outcomes import WriteKey, task_outlines
from ui.timetravel.worker.child.shared.reserved_names import ERROR, TASKS

_Entry = tuple[CheckpointId, str, str]
"""The newest checkpoint of a thread, the thread, and the namespace of that checkpoint."""


class ThreadPages:
    """Pages of the list of threads. Their order is cached for as long as the store's change token stays the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token: Hashable = None
        self._order: list[_Entry] = []

    def page(
        self, read: ShortRead, token: Callable[[Any], Hashable], search: str, limit: int, before: str | None
    ) -> ThreadPage:
        """The threads whose id contains `search`, beginning after the page whose cursor is `before`."""

        def work(rows: RowSource) -> tuple[list[_Standing], bool]:
            found: Iterable[_Entry] = self._ordered(rows, token(rows))
            if search:
                wanted = search.casefold()
                found = [entry for entry in found if wanted in entry[1].casefold()]
            if before is not None:
                last, thread = _read_cursor(before)
                found = [entry for entry in found if entry[:2] < (last, thread)]
            entries = list(found)
            return _standings(rows, entries[:limit]), len(entries) > limit

        page, more = read(work)
        last = json.dumps((page[-1].latest, page[-1].thread)) if more and page else None
        return ThreadPage(tuple(each.summary(read) for each in page), last)

    def one(self, read: ShortRead, thread_id: str) -> ThreadSummary | None:
        """One thread by its id; None where no thread has this id."""

        def work(rows: RowSource) -> list[_Standing]:
            latest = rows.newest(thread_id, "")
            newest = (latest, "") if latest else rows.latest_of_any_namespace(thread_id)
            return _standings(rows, [(newest[0], thread_id, newest[1])] if newest is not None else [])

        return next((each.summary(read) for each in read(work)), None)

    def _ordered(self, rows: RowSource, token: Hashable) -> list[_Entry]:
        with self._lock:
            if token == self._token:
                return self._order
        order = []
        for thread, latest in rows.latest():
            newest = (latest, "") if latest else rows.latest_of_any_namespace(thread)
            if newest is not None:
                order.append((newest[0], thread, newest[1]))
        order.sort(reverse=True)
        with self._lock:
            self._token, self._order = token, order
        return order


@dataclass(frozen=True, slots=True)
class _Standing:
    """What a line of the list is made from, not decoded: the newest checkpoint with the writes on it."""

    latest: CheckpointId
    thread: str
    namespace: str
    checkpoints: int
    keys: Sequence[WriteKey]
    errors: Sequence[StoredWrite]
    sends: Sequence[StoredWrite]
    row: StoredRow | None

    def summary(self, read: ShortRead) -> ThreadSummary:
        state, graph = self._state(read)
        return ThreadSummary(
            thread_id=self.thread,
            latest_id=self.latest,
            updated_at=time_of(self.latest) or EPOCH,
            checkpoints=self.checkpoints,
            state=state,
            graph=graph,
        )

    def _state(self, read: ShortRead) -> tuple[ThreadState, str | None]:
        """The state a thread was left in, and the name of its graph as far as that was read.

        The state follows from what the tasks of its latest checkpoint wrote, else from whether nodes are due.
        """
        budget = Budget(shared=True)
        errors = errors_in(self.errors, budget)
        tasks = [task for task in task_outlines(self.keys, EMPTY_OUTLINE, 0, {}, errors) if not task.finished]
        if any(task.failed for task in tasks):
            return ThreadState.FAILED, None
        if any(task.asked for task in tasks):
            return ThreadState.INTERRUPTED, None
        stored = with_state(self.row, read, self.thread, self.namespace) if self.row else None
        row = stored.row([write.cell.value(budget) for write in self.sends]) if stored else None
        if row is None:
            return ThreadState.UNKNOWN, None
        graph = graph_named(row.metadata, row.parent_id)
        if row.outline.next():
            return ThreadState.UNFINISHED, graph
        return ThreadState.UNKNOWN if row.outline.undecided else ThreadState.FINISHED, graph


def _standings(rows: RowSource, entries: Iterable[_Entry]) -> list[_Standing]:
    left, keys_left = AT_ONCE, MOST_KEYS
    made = []
    for latest, thread, namespace in entries:
        keys = list(islice(rows.keys(thread, namespace, [latest]), keys_left))
        keys_left -= len(keys)
        failed = any(key.channel == ERROR for key in keys)
        errors = list(rows.written(thread, namespace, [latest], ERROR)) if failed else []
        row = rows.stored(thread, namespace, [latest], left).get(latest)
        left -= row.weight if row else 0
        above = [row.parent_id] if row and row.may_be_old and row.parent_id else []
        sends = list(rows.written(thread, namespace, above, TASKS)) if above else []
        made.append(_Standing(latest, thread, namespace, rows.count(thread), keys, errors, sends, row))
    return made


def _read_cursor(cursor: str) -> tuple[str, str]:
    """The time and thread id in a cursor.

    One that is not ours gives the beginning of time, so that the page is empty.
    """
    try:
        last, thread = json.loads(cursor)
    except (ValueError, TypeError):
        return "", ""
    return str(last), str(thread)
