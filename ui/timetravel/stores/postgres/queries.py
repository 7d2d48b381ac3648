"""The queries on one open connection: what LangGraph's PostgreSQL tables hold, as rows of ours.

langgraph-checkpoint-postgres 3.2 (`put` in postgres/__init__.py) keeps a checkpoint as JSON with the values that are
text, number, truth or nothing inside it, and every other value once for each version of its channel in
`checkpoint_blobs`. Where a channel has both, the one in `checkpoint_blobs` counts: the other marks a delta snapshot.
Before 3.0 all values were there, and one of type "empty" means that the channel held nothing.
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
        """Every checkpoint id with its parent's, oldest first."""
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
        """The namespaces of a thread by name, found without reading every row."""
        names = [row[0] for row in self._ask(f"{NAMESPACES} SELECT name FROM namespaces", thread_id, thread_id)]
        return sorted(names)

    def latest(self) -> list[tuple[str, CheckpointId | None]]:
        """Every thread with the newest checkpoint of its root namespace, None where it has none there."""
        return [(thread, one) for thread, one in self._ask(LATEST)]

    def latest_of_any_namespace(self, thread_id: str) -> tuple[CheckpointId, str] | None:
        """The newest checkpoint of a thread and the namespace that it is in; None where the thread has none."""
        query = """SELECT checkpoint_id, checkpoint_ns FROM checkpoints WHERE thread_id = %s
            ORDER BY checkpoint_id DESC LIMIT 1"""
        found = self._ask(query, thread_id)
        return (found[0][0], found[0][1]) if found else None

    def count(self, thread_id: str) -> int:
        """The checkpoints in a thread's root namespace."""
        return int(self._ask(f"SELECT count(*) FROM checkpoints WHERE {HERE}", thread_id, "")[0][0])

    def stamp(self, thread_id: str) -> tuple[tuple[Any, ...], ...]:
        """What differs when a thread's newest checkpoints, or the writes on them, do."""
        query = STAMP.format(head=self._xmin.format("head"), write=self._xmin.format("w"))
        return tuple(self._ask(query, thread_id, *(thread_id,) * 4))

    def moment(self) -> str:
        """What differs when any transaction on the server has written since."""
        return str(self._ask("SELECT pg_current_snapshot()::text")[0][0])

    def stored(
        self, thread_id: str, namespace: str, ids: Sequence[CheckpointId], most: int = AT_ONCE
    ) -> dict[CheckpointId, PostgresRow]:
        """Those of the checkpoints that exist, not decoded, and without the values of a person's channels."""
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
        """The writes on these checkpoints without their values: `MOST_WRITES` of one, `MOST_KEYS` of all of them."""
        if ids:
            query = WRITES_OF_EACH.format(columns=f"task_id, {self._path} AS path, idx, channel", most=MOST_WRITES)
            query = f"{query} LIMIT {MOST_KEYS}"
            for one, task, path, idx, channel in self._ask(query, list(ids), thread_id, namespace):
                yield WriteKey(one, task, path or "", idx, channel)

    def written(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId], channel: str) -> list[StoredWrite]:
        """The writes on these checkpoints to one channel, in LangGraph's order."""
        where = "AND channel = %s"
        return on_each(ids, lambda one, most: self._writes(thread_id, namespace, one, most, where, channel))

    def newest(self, thread_id: str, namespace: str) -> CheckpointId | None:
        """The newest checkpoint of a namespace; None where it has none."""
        query = f"SELECT max(checkpoint_id) FROM checkpoints WHERE {HERE}"
        found: CheckpointId | None = self._ask(query, thread_id, namespace)[0][0]
        return found

    def count_writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> int:
        """The writes on one checkpoint."""
        query = f"SELECT count(*) FROM checkpoint_writes WHERE {HERE} AND checkpoint_id = %s"
        return int(self._ask(query, thread_id, namespace, checkpoint_id)[0][0])

    def writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> list[StoredWrite]:
        """The writes on one checkpoint, at most `MOST_WRITES` of them, and `AT_ONCE` bytes of their values."""
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
        """One checkpoint, which must exist, with the keys of its values that are stored apart."""
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
        """The bytes of these values, which are of one thread and namespace; no more than `most` of them all."""
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
    """A text that PostgreSQL can be asked for: what it can't hold is in no row, so anything that is in none will do."""
    if isinstance(parameter, list):
        return [_possible(one) for one in parameter]
    if isinstance(parameter, str):
        return cells.askable(parameter.replace("\0", "\ufffd\ufffd"))
    return parameter
