"""The list of a server's threads, page by page. The latest states of a page's threads are requested in parallel."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from ui.timetravel.errors import CheckpointNotFound
from ui.timetravel.model.checkpoint_ids import EPOCH, moment_in
from ui.timetravel.model.checkpoints import ThreadPage, ThreadState, ThreadSummary
from ui.timetravel.stores.server.answers import LONGEST_NAME, mapping, rows_in, text
from ui.timetravel.stores.server.connection import ServerConnection
from ui.timetravel.stores.server.history import Histories
from ui.timetravel.stores.server.states import id_of, sketch, thread_state

_FIELDS = ("thread_id", "updated_at", "status", "metadata")
_BATCH = 200
_LOOKED_AT = 20_000
"""The most rows that are read for one page: a search that finds little continues with the next page."""
_AT_ONCE = 6
_KEPT = 2_000

ThreadRow = Mapping[str, Any]


class ServerThreadPages:
    """Pages of the list of threads.

    A thread's state is requested again only when its row has changed. Safe to use from several threads.
    """

    def __init__(self, connection: ServerConnection, histories: Histories) -> None:
        self._connection = connection
        self._histories = histories
        self._known: OrderedDict[str, tuple[str, str, ThreadSummary | None]] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, search: str, limit: int, before: str | None) -> ThreadPage:
        """Threads whose id or name contains `search`, latest change first, without those that have no checkpoint.

        The server can't search in ids, so rows are read until a page is full: a few milliseconds for each 200.
        """
        found: list[ThreadSummary] = []
        begin = offset = int(before) if before and before.isdecimal() and len(before) < 10 else 0
        came = ""
        while True:
            rows = self._rows(offset)
            wanted = [row for row in rows if search.lower() in f"{row['thread_id']}\n{_name(row)}".lower()]
            for at in range(0, len(wanted), limit):
                batch = wanted[at : at + limit]
                for row, summary in zip(batch, self._summaries(batch), strict=True):
                    if summary is None:
                        continue
                    if len(found) == limit:
                        return ThreadPage(tuple(found), str(offset + rows.index(row)))
                    found.append(summary)
            first = rows[0]["thread_id"] if rows else ""
            if len(rows) < _BATCH or first == came:  # the same page again: the server ignores `offset`
                return ThreadPage(tuple(found))
            offset, came = offset + len(rows), first
            if offset - begin >= _LOOKED_AT:
                return ThreadPage(tuple(found), str(offset))

    def one(self, thread_id: str) -> ThreadSummary | None:
        """The thread with this id; None where there is none, or it has no checkpoint."""
        options: dict[str, Any] = {"select": list(_FIELDS), "ids": [thread_id]}
        rows = rows_in(self._connection.read(lambda client: client.threads.search(limit=1, **options)))
        return self._summary(rows[0]) if rows else None

    def _rows(self, offset: int) -> list[ThreadRow]:
        options: dict[str, Any] = {"select": list(_FIELDS), "sort_by": "updated_at", "sort_order": "desc"}
        return rows_in(self._connection.read(lambda c: c.threads.search(limit=_BATCH, offset=offset, **options)))

    def _summaries(self, rows: list[ThreadRow]) -> list[ThreadSummary | None]:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            asked = [pool.submit(copy_context().run, self._summary, row) for row in rows]
            try:
                return [each.result() for each in asked]
            finally:
                pool.shutdown(wait=False, cancel_futures=True)  # one request has failed, so the others would too

    def _summary(self, row: ThreadRow) -> ThreadSummary | None:
        thread, status, updated = str(row["thread_id"]), text(row.get("status")), text(row.get("updated_at"))
        with self._lock:
            known = self._known.get(thread)
        if known and known[:2] == (updated, status) and status != "busy":
            return known[2]
        summary = self._look(thread, updated, _name(row), busy=status == "busy")
        with self._lock:
            self._known[thread] = (updated, status, summary)
            self._known.move_to_end(thread)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return summary

    def _look(self, thread: str, updated: str, name: str, *, busy: bool) -> ThreadSummary | None:
        try:
            states = self._histories.page(thread, "", 1)
        except CheckpointNotFound:  # deleted since
            return None
        if not states:
            return None
        (latest,) = states
        # A server does not count checkpoints. This is the number from an input, which has step -1, to the latest.
        count = self._histories.count(thread, id_of(latest)) or max(1, sketch(latest, thread, "").header.step + 2)
        state = ThreadState.UNFINISHED if busy else thread_state(latest)
        return ThreadSummary(thread, id_of(latest), moment_in(updated) or EPOCH, count, state, name)


def _name(row: ThreadRow) -> str:
    """The name that a person gave to a thread that a run of ours created (see `place_thread`); else empty."""
    return text(mapping(row.get("metadata")).get("timetravel_name"))[:LONGEST_NAME]
