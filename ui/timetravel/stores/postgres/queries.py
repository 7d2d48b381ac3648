"""The queries on one open connection, whose results are rows of our own types.

langgraph-checkpoint-postgres 3.2 (`put` in postgres/__init__.py) stores a checkpoint as JSON. Values that are text, a
number, a boolean or null are inside that JSON; every other value is in `checkpoint_blobs`, once for each version of its
channel. Where a channel has both, the one in `checkpoint_blobs` counts: the other only marks a delta snapshot. Before
3.0 all values were in `checkpoint_blobs`, and one of type "empty" means that the channel held nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from ui.timetravel.model.checkpoints import CheckpointId, Skeleton
from ui.timetravel.stores.postgres.connection import PostgresConnection
from ui.timetravel.stores.postgres.schema import PostgresSchema
from ui.timetravel.stores.postgres.statements import (
    APART,
    BOUNDED,
    HELD,
    HERE,
    LATEST,
    LOOKUP_BY_VERSION,
    NAMESPACES,
    ROWS,
    STAMP,
    STATE,
    WRITES_OF_EACH,
)
from ui.timetravel.stores.postgres.stored import BlobKey, PostgresRow, StoredState
from ui.timetravel.stores.rows import cells
from ui.timetravel.stores.rows.source import (
    AT_ONCE,
    MOST_KEYS,
    MOST_WRITES,
    SEPARATOR,
    on_each,
    skeleton_in,
    skeleton_of,
)
from ui.timetravel.stores.rows.stored import Cell, StoredWrite
from ui.timetravel.stores.rows.tasks.outcomes import WriteKey
from ui.timetravel.worker.child.shared.reserved_names import TASKS


class PostgresQueries:
    """Reads a store through one connection, in one transaction."""

    def __init__(self, connection: PostgresConnection, layout: PostgresSchema) -> None:
        self._cursor = connection.cursor(binary=True)
        self._path = "task_path" if layout.has_path else "''"
        self._in_order = "task_path, task_id, idx" if layout.has_path else "task_id, idx"
        self._xmin = "{0}.xmin::text::bigint" if layout.has_row_versions else "0::bigint"

    def skeleton(self, thread_id: str, namespace: str) -> Skeleton:
        """See `TableRows.skeleton`."""
        here = f"SELECT checkpoint_id, parent_checkpoint_id FROM checkpoints WHERE {HERE} ORDER BY checkpoint_id"
        mark = f"chr({SEPARATOR})"
        joined = f"string_agg(checkpoint_id || {mark} || coalesce(parent_checkpoint_id, ''), {mark})"
        count, text = self._ask(f"SELECT count(*), {joined} FROM ({here}) AS ordered", thread_id, namespace)[0]
        found = skeleton_in(count, text)
        if found is None:
            rows = self._ask(here, thread_id, namespace)
            return skeleton_of([row[0] for row in rows], [row[1] or "" for row in rows])
        return found

    def namespaces(self, thread_id: str) -> list[str]:
        """See `TableRows.namespaces`. Found without reading every row."""
        names = [row[0] for row in self._ask(f"{NAMESPACES} SELECT name FROM namespaces", thread_id, thread_id)]
        return sorted(names)

    def latest(self) -> list[tuple[str, CheckpointId | None]]:
        """See `RowSource.latest`."""
        return [(thread, one) for thread, one in self._ask(LATEST)]

    def latest_of_any_namespace(self, thread_id: str) -> tuple[CheckpointId, str] | None:
        """See `RowSource.latest_of_any_namespace`."""
        query = """SELECT checkpoint_id, checkpoint_ns FROM checkpoints WHERE thread_id = %s
            ORDER BY checkpoint_id DESC LIMIT 1"""
        found = self._ask(query, thread_id)
        return (found[0][0], found[0][1]) if found else None

    def count(self, thread_id: str) -> int:
        """See `RowSource.count`."""
        return int(self._ask(f"SELECT count(*) FROM checkpoints WHERE {HERE}", thread_id, "")[0][0])

    def change_token(self, thread_id: str) -> tuple[tuple[Any, ...], ...]:
        """A value that differs when a thread's newest checkpoints, or the writes on them, have changed."""
        query = STAMP.format(head=self._xmin.format("head"), write=self._xmin.format("w"))
        return tuple(self._ask(query, thread_id, *(thread_id,) * 4))

    def moment(self) -> str:
        """A value that differs when any transaction on the server has written since. (A PostgreSQL snapshot id.)"""
        return str(self._ask("SELECT pg_current_snapshot()::text")[0][0])

    def stored(
        self, thread_id: str, namespace: str, ids: Sequence[CheckpointId], most: int = AT_ONCE
    ) -> dict[CheckpointId, PostgresRow]:
        """See `RowSource.stored`. The values of a person's channels are not read."""
        rows: dict[CheckpointId, PostgresRow] = {}
        if not ids:
            return rows
        held: defaultdict[CheckpointId, dict[str, Cell | None]] = defaultdict(dict)
        sizes: defaultdict[CheckpointId, int] = defaultdict(int)
        cut: set[CheckpointId] = set()
        asked = thread_id, namespace, list(ids)
        for one, channel, kind, size, blob, beyond in self._ask(HELD.format(most=AT_ONCE), *asked):
            held[one][channel] = None if blob is None else Cell(kind, blob, size)
            sizes[one] += size or 0
            if beyond:
                cut.add(one)
        found = self._ask(ROWS.format(most=AT_ONCE), *asked)
        for one, parent, metadata, length, plumbing, size, inline, whole in found:
            told = Cell("json", (metadata or "").encode(), length or 0)
            unread = most <= 0 or not whole or (one in cut and len(ids) > 1)
            rows[one] = PostgresRow(
                one,
                parent or None,
                told,
                "" if unread else plumbing or "",
                "" if unread else inline or "",
                size + sizes[one],
                {} if unread else held[one],
                unread,
            )
            most -= rows[one].weight
        return rows

    def keys(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> Iterator[WriteKey]:
        """See `RowSource.keys`: at most `MOST_WRITES` of one checkpoint, and `MOST_KEYS` of all of them."""
        if ids:
            query = WRITES_OF_EACH.format(columns=f"task_id, {self._path} AS path, idx, channel", most=MOST_WRITES)
            query = f"{query} LIMIT {MOST_KEYS}"
            for one, task, path, idx, channel in self._ask(query, list(ids), thread_id, namespace):
                yield WriteKey(one, task, path or "", idx, channel)

    def written(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId], channel: str) -> list[StoredWrite]:
        """See `RowSource.written`."""
        where = "AND channel = %s"
        return on_each(ids, lambda one, most: self._writes(thread_id, namespace, one, most, where, channel))

    def newest(self, thread_id: str, namespace: str) -> CheckpointId | None:
        """See `RowSource.newest`."""
        query = f"SELECT max(checkpoint_id) FROM checkpoints WHERE {HERE}"
        found: CheckpointId | None = self._ask(query, thread_id, namespace)[0][0]
        return found

    def count_writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> int:
        """See `RowSource.count_writes`."""
        query = f"SELECT count(*) FROM checkpoint_writes WHERE {HERE} AND checkpoint_id = %s"
        return int(self._ask(query, thread_id, namespace, checkpoint_id)[0][0])

    def writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> list[StoredWrite]:
        """See `TableRows.writes`: at most `MOST_WRITES` of them, with at most `AT_ONCE` bytes of values in all."""
        return self._writes(thread_id, namespace, checkpoint_id, AT_ONCE)

    def _writes(
        self, thread_id: str, namespace: str, checkpoint_id: CheckpointId, most: int, more: str = "", *parameters: str
    ) -> list[StoredWrite]:
        where = f"{HERE} AND checkpoint_id = %s {more} ORDER BY {self._in_order} LIMIT {MOST_WRITES}"
        columns = f"task_id, {self._path} AS path, idx, channel, type, octet_length(blob) AS size, blob"
        query = BOUNDED.format(
            names="task_id, path, idx, channel, type",
            query=f"SELECT {columns} FROM checkpoint_writes WHERE {where}",
            most=most,
        )
        asked = (thread_id, namespace, checkpoint_id, *parameters)
        return [
            StoredWrite(WriteKey(checkpoint_id, task, path or "", idx, channel), Cell(kind, blob or b"", size or 0))
            for task, path, idx, channel, kind, size, blob in self._ask(query, *asked)
        ]

    def state(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> StoredState:
        """One checkpoint, which must exist, with the keys of those of its values that are stored in
        `checkpoint_blobs`.
        """
        (plumbing, inline, size, parent, old), *_ = self._ask(STATE, thread_id, namespace, checkpoint_id)
        sends = self.written(thread_id, namespace, [parent], TASKS) if parent and old else []
        written = f"{self._xmin.format('found')}::text"
        rows = self._ask(APART.format(written=written), thread_id, namespace, checkpoint_id)
        blobs = {
            BlobKey(thread_id, namespace, channel, version, xmin): (kind, length)
            for channel, version, xmin, kind, length in rows
        }
        inline_cell = Cell("json", (inline or "{}").encode(), size or 0)
        return StoredState(plumbing or "", inline_cell, blobs, [write.cell for write in sends])

    def blobs(self, keys: Sequence[BlobKey], most: int = AT_ONCE) -> Iterator[tuple[BlobKey, Cell]]:
        """The bytes of these values, at most `most` bytes in all. The keys are all of one thread and namespace."""
        if keys:
            by_version = {(key.channel, key.version): key for key in keys}
            columns = "channel, version, type, octet_length(blob) AS size, blob"
            query = BOUNDED.format(
                names="channel, version, type",
                query=f"SELECT b.* {LOOKUP_BY_VERSION.format(columns=columns)}",
                most=most,
            )
            asked = [key.channel for key in keys], [key.version for key in keys], keys[0].thread_id, keys[0].namespace
            for channel, version, kind, size, blob in self._ask(query, *asked):
                yield by_version[channel, version], Cell(kind, blob or b"", size or 0)

    def _ask(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self._cursor.execute(query.encode(), [_possible(one) for one in parameters]).fetchall()


def _possible(parameter: Any) -> Any:
    """A text that may be sent to PostgreSQL as a parameter.

    A text that PostgreSQL can't hold is in no row, so another text that is in no row is sent in its place.
    """
    if isinstance(parameter, list):
        return [_possible(one) for one in parameter]
    if isinstance(parameter, str):
        return cells.askable(parameter.replace("\0", "\ufffd\ufffd"))
    return parameter
