"""The queries on one open connection: what LangGraph's PostgreSQL tables hold, as rows of ours.

langgraph-checkpoint-postgres 3.2 (`put` in postgres/__init__.py) keeps a checkpoint as JSON with the values that are
text, number, truth or nothing inside it, and every other value once for each version of its channel in
`checkpoint_blobs`. Where a channel has both, the one in `checkpoint_blobs` counts: the other marks a delta snapshot.
Before 3.0 all values were there, and one of type "empty" means that the channel held nothing.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ui.timetravel import decode
from ui.timetravel.ids import time_of
from ui.timetravel.model import CheckpointId, Skeleton
from ui.timetravel.plain import Plain
from ui.timetravel.stores import _cells as cells
from ui.timetravel.stores._headers import Row, WriteKey
from ui.timetravel.stores._paths import ERROR, SENDS
from ui.timetravel.stores._postgres_connect import Connection
from ui.timetravel.stores._postgres_layout import Layout
from ui.timetravel.stores._postgres_queries import (
    HELD,
    HERE,
    LATEST,
    LOOKUP_BY_VERSION,
    NAMESPACES,
    PICKED,
    ROWS,
    STAMP,
)
from ui.timetravel.stores._rows import SEPARATOR, skeleton_in, skeleton_of
from ui.timetravel.stores._shape import shape_of_values, time_in
from ui.timetravel.stores._tasks import WriteRow, error_of

_SENDS_MOVED_IN = 4
"""Since this format a checkpoint holds its Sends; before, they are writes on its parent (_migrate_pending_sends)."""


@dataclass(frozen=True, slots=True)
class BlobKey:
    """One value of one channel. `written` tells it from another that took the same version later."""

    thread_id: str
    namespace: str
    channel: str
    version: str
    written: str


@dataclass(frozen=True, slots=True)
class Stored:
    """One checkpoint as it is stored: its JSON, and its values elsewhere with their kinds and sizes, not read."""

    checkpoint: dict[str, Any]
    blobs: dict[BlobKey, tuple[str, int]]
    sends: list[Plain]


class PostgresRows:
    """Reads a store through one connection, in one transaction."""

    def __init__(self, connection: Connection, layout: Layout) -> None:
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

    def rows(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> dict[CheckpointId, Row]:
        """Those of the checkpoints that exist, without the values of a person's channels."""
        if not ids:
            return {}
        found = self._ask(ROWS, thread_id, namespace, list(ids))
        held: defaultdict[CheckpointId, dict[str, Plain]] = defaultdict(dict)
        sizes: defaultdict[CheckpointId, int] = defaultdict(int)
        for one, channel, kind, size, blob in self._ask(HELD, thread_id, namespace, list(ids)):
            held[one][channel] = True if blob is None else decode.decode(kind, blob)
            sizes[one] += size or 0
        told = {one: (_json(text), parent) for one, parent, _, text, _, _ in found}
        sends = self._sends(thread_id, namespace, [p for c, p in told.values() if p and _keeps_sends_apart(c)])
        rows: dict[CheckpointId, Row] = {}
        for one, parent, raw, text, size, inline in found:
            checkpoint = told[one][0]
            checkpoint["channel_values"] = {**_json(inline), **held[one]}
            if _keeps_sends_apart(checkpoint) and parent in sends:
                add_sends(checkpoint, sends[parent])
            shape = shape_of_values(checkpoint)
            made = time_of(one) or time_in("json", (text or "").encode())
            rows[one] = Row(one, parent or None, made, cells.metadata(raw), size + sizes[one], shape)
        return rows

    def keys(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> Iterator[WriteKey]:
        """The writes on these checkpoints without their values."""
        if ids:
            columns = f"checkpoint_id, task_id, {self._path}, idx, channel"
            query = f"SELECT {columns} FROM checkpoint_writes WHERE {PICKED}"
            for one, task, path, idx, channel in self._ask(query, thread_id, namespace, list(ids)):
                yield WriteKey(one, task, path or "", idx, channel)

    def errors(
        self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]
    ) -> dict[tuple[CheckpointId, str], Plain]:
        """What the tasks that ran from these checkpoints raised, by the checkpoint's id and the task's."""
        query = f"SELECT checkpoint_id, task_id, type, blob FROM checkpoint_writes WHERE {PICKED} AND channel = %s"
        found = self._ask(query, thread_id, namespace, list(ids), ERROR)
        return {(one, task): error_of(decode.decode(kind, blob or b"")) for one, task, kind, blob in found}

    def newest(self, thread_id: str, namespace: str) -> CheckpointId | None:
        """The newest checkpoint of a namespace; None where it has none."""
        query = f"SELECT max(checkpoint_id) FROM checkpoints WHERE {HERE}"
        found: CheckpointId | None = self._ask(query, thread_id, namespace)[0][0]
        return found

    def writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> list[WriteRow]:
        """The writes on one checkpoint, decoded."""
        columns = f"task_id, {self._path}, idx, channel, type, blob"
        query = f"SELECT {columns} FROM checkpoint_writes WHERE {HERE} AND checkpoint_id = %s"
        return [
            WriteRow(
                WriteKey(checkpoint_id, task, path or "", idx, channel),
                decode.decode(kind, blob or b""),
                len(blob or b""),
            )
            for task, path, idx, channel, kind, blob in self._ask(query, thread_id, namespace, checkpoint_id)
        ]

    def stored(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Stored:
        """One checkpoint, which must exist, with the keys of its values that are stored apart."""
        (text, parent), *_ = self._ask(
            f"SELECT checkpoint::text, parent_checkpoint_id FROM checkpoints WHERE {HERE} AND checkpoint_id = %s",
            *(thread_id, namespace, checkpoint_id),
        )
        checkpoint = _json(text)
        sends = self._sends(thread_id, namespace, [parent]) if parent and _keeps_sends_apart(checkpoint) else {}
        versions = checkpoint.get("channel_versions")
        texts = {name: _as_text(version) for name, version in versions.items()} if isinstance(versions, dict) else {}
        columns = f"channel, version, {self._xmin.format('found')}::text AS written, type, octet_length(blob) AS size"
        query = f"SELECT b.* {_by_version(columns)} WHERE b.type <> 'empty' AND b.size IS NOT NULL"
        rows = self._ask(query, list(texts), list(texts.values()), thread_id, namespace)
        blobs = {BlobKey(thread_id, namespace, *key): (kind, size) for *key, kind, size in rows}
        return Stored(checkpoint, blobs, sends.get(parent, []))

    def blobs(self, keys: Sequence[BlobKey]) -> Iterator[tuple[BlobKey, str, bytes]]:
        """The kinds and the bytes of these values, which are of one thread and namespace."""
        if keys:
            by_version = {(key.channel, key.version): key for key in keys}
            query = f"SELECT b.* {_by_version('channel, version, type, blob')}"
            channels, versions = [key.channel for key in keys], [key.version for key in keys]
            for channel, version, kind, blob in self._ask(
                query, channels, versions, keys[0].thread_id, keys[0].namespace
            ):
                yield by_version[channel, version], kind, blob

    def _sends(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> dict[CheckpointId, list[Plain]]:
        if not ids:
            return {}
        query = f"""SELECT checkpoint_id, type, blob FROM checkpoint_writes WHERE {PICKED} AND channel = '{SENDS}'
            ORDER BY {self._in_order}"""
        sends: dict[CheckpointId, list[Plain]] = {}
        for one, kind, blob in self._ask(query, thread_id, namespace, list(ids)):
            sends.setdefault(one, []).append(decode.decode(kind, blob or b""))
        return sends

    def _ask(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self._cursor.execute(query.encode(), [_possible(one) for one in parameters]).fetchall()


def _by_version(columns: str) -> str:
    """From two lists, of channels and of their versions, and then a thread and a namespace."""
    return LOOKUP_BY_VERSION.format(columns=columns)


def add_sends(checkpoint: dict[str, Any], sends: Sequence[Plain]) -> None:
    """Put the Sends of an older format where the present one has them, as LangGraph does when it reads it."""
    for part in ("channel_values", "channel_versions"):
        if not isinstance(checkpoint.get(part), dict):
            checkpoint[part] = {}
    versions = checkpoint["channel_versions"]
    checkpoint["channel_values"][SENDS] = list(sends)
    versions[SENDS] = _newest(list(versions.values()))


def _newest(versions: list[Plain]) -> Plain:
    """The newest version of a channel: texts grow, and so did the numbers before them."""
    texts = [version for version in versions if isinstance(version, str)]
    numbers = [version for version in versions if isinstance(version, int | float)]
    return max(texts or numbers, default="1")


def _keeps_sends_apart(checkpoint: dict[str, Any]) -> bool:
    number = checkpoint.get("v")
    return cells.is_count(number) and number < _SENDS_MOVED_IN


def _json(text: str | None) -> dict[str, Any]:
    found = decode.decode("json", (text or "{}").encode())
    return found if isinstance(found, dict) else {}


def _as_text(version: Plain) -> str:
    """A version as jsonb_each_text writes it, which is how the saver looks its values up."""
    return version if isinstance(version, str) else json.dumps(version, default=str)


def _possible(parameter: Any) -> Any:
    """A text that PostgreSQL can be asked for: what it can't hold is in no row, so anything that is in none will do."""
    if isinstance(parameter, list):
        return [_possible(one) for one in parameter]
    if isinstance(parameter, str):
        return cells.askable(parameter.replace("\0", "\ufffd\ufffd"))
    return parameter
