"""The list of threads: which are there, which changed last, and how each was left."""

import json
import threading
from collections.abc import Hashable, Iterable

from ui.timetravel.ids import EPOCH, time_of
from ui.timetravel.model import CheckpointId, ThreadPage, ThreadState, ThreadSummary
from ui.timetravel.stores._outlines import outlines
from ui.timetravel.stores._paths import ERROR
from ui.timetravel.stores._rows import Rows
from ui.timetravel.stores._shape import NOTHING


class Threads:
    """Pages of threads. Remembers their order for as long as the store's stamp stays the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stamp: Hashable = None
        self._order: list[tuple[CheckpointId, str, str]] = []

    def page(self, rows: Rows, stamp: Hashable, search: str, limit: int, before: str | None) -> ThreadPage:
        """The threads whose id contains `search`, after those of the page whose cursor is `before`."""
        found: Iterable[tuple[CheckpointId, str, str]] = self._ordered(rows, stamp)
        if search:
            wanted = search.casefold()
            found = [entry for entry in found if wanted in entry[1].casefold()]
        if before is not None:
            last, thread = _read_cursor(before)
            found = [entry for entry in found if entry[:2] < (last, thread)]
        entries = list(found)
        page = entries[:limit]
        more = len(entries) > limit
        return ThreadPage(
            tuple(_summary(rows, *entry) for entry in page), json.dumps(page[-1][:2]) if more and page else None
        )

    def one(self, rows: Rows, thread_id: str) -> ThreadSummary | None:
        """A single thread, found by its id; None where there is none."""
        latest = rows.newest(thread_id, "")
        newest = (latest, "") if latest else rows.latest_of_any_namespace(thread_id)
        return _summary(rows, newest[0], thread_id, newest[1]) if newest is not None else None

    def _ordered(self, rows: Rows, stamp: Hashable) -> list[tuple[CheckpointId, str, str]]:
        with self._lock:
            if stamp == self._stamp:
                return self._order
        order = []
        for thread, latest in rows.latest():
            newest = (latest, "") if latest else rows.latest_of_any_namespace(thread)
            if newest is not None:
                order.append((newest[0], thread, newest[1]))
        order.sort(reverse=True)
        with self._lock:
            self._stamp, self._order = stamp, order
        return order


def _summary(rows: Rows, latest: CheckpointId, thread: str, namespace: str) -> ThreadSummary:
    return ThreadSummary(
        thread_id=thread,
        latest_id=latest,
        updated_at=time_of(latest) or EPOCH,
        checkpoints=rows.count(thread),
        state=_state(rows, latest, thread, namespace),
    )


def _state(rows: Rows, latest: CheckpointId, thread: str, namespace: str) -> ThreadState:
    """How a thread was left: by what the tasks of its latest checkpoint wrote, else by whether nodes are due."""
    keys = list(rows.keys(thread, namespace, [latest]))
    errors = rows.errors(thread, namespace, [latest]) if any(key.channel == ERROR for key in keys) else {}
    tasks = [task for task in outlines(keys, NOTHING, 0, {}, errors) if not task.finished]
    if any(task.failed for task in tasks):
        return ThreadState.FAILED
    if any(task.asked for task in tasks):
        return ThreadState.INTERRUPTED
    row = rows.rows(thread, namespace, [latest]).get(latest)
    if row and row.shape.next():
        return ThreadState.UNFINISHED
    return ThreadState.UNKNOWN if row and row.shape.undecided else ThreadState.FINISHED


def _read_cursor(cursor: str) -> tuple[str, str]:
    """A cursor that is none of ours starts at the beginning of time, so that the page is empty."""
    try:
        last, thread = json.loads(cursor)
    except (ValueError, TypeError):
        return "", ""
    return str(last), str(thread)
