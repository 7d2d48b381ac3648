"""The rows of a saver in a worker, in the form that `RowStore` reads."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ui.timetravel.ground.weighed_cache import Cache
from ui.timetravel.model.checkpoint_refs import CheckpointKey
from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.model.values import Plain
from ui.timetravel.serde.budget import Budget
from ui.timetravel.stores.rows.checkpoint_outline import CHANNELS_NAMED_AFTER_NODES
from ui.timetravel.stores.rows.origins import OriginRow
from ui.timetravel.stores.rows.source import AT_ONCE
from ui.timetravel.stores.rows.stored import DecodedCell, StoredWrite
from ui.timetravel.stores.rows.tasks.outcomes import WriteKey
from ui.timetravel.stores.saver.client import SaverClient, SaverHost, SaverRow, SaverState
from ui.timetravel.stores.saver.listing import Listing, SaverThread

T = TypeVar("T")

_ROWS_BYTES, _STATES_BYTES = 32_000_000, 64_000_000
_CHUNK = 100


@dataclass(frozen=True, slots=True)
class KnownSaverRow:
    """A row of checkpoints that arrived decoded."""

    known: OriginRow
    unread = False
    weight = 0

    @property
    def checkpoint_id(self) -> CheckpointId:
        """The checkpoint's id, as the saver gave it."""
        return self.known.checkpoint_id

    @property
    def parent_id(self) -> CheckpointId | None:
        """The id of the checkpoint's parent; None where it has none."""
        return self.known.parent_id

    @property
    def may_be_old(self) -> bool:
        """See `StoredRow.may_be_old`."""
        return self.known.outline.format in CHANNELS_NAMED_AFTER_NODES

    def row(self, sends: Sequence[Plain], budget: Budget | None = None) -> OriginRow:
        """The row, which is decoded already."""
        del sends, budget
        return self.known


class SaverQueries:
    """Rows of a saver, cached.

    A checkpoint can't change, but the writes on it can: they are dropped after each write.
    """

    def __init__(self, asking: SaverClient, holder: SaverHost, listing: Listing) -> None:
        self._asking = asking
        self._holder = holder
        self._listing = listing
        self._rows: Cache[CheckpointKey, SaverRow] = Cache(_ROWS_BYTES)
        self._states: Cache[CheckpointKey, SaverState] = Cache(_STATES_BYTES)
        self._threads: dict[str, SaverThread] = {}

    def read(self, work: Callable[[Any], T]) -> T:
        """The result of `work` on the rows. A saver has no read transaction to begin or end."""
        return work(self)

    def latest(self) -> list[tuple[str, CheckpointId | None]]:
        """See `RowSource.latest`."""
        self._threads = self._listing.threads()
        return [(thread, summary.root) for thread, summary in self._threads.items()]

    def latest_of_any_namespace(self, thread_id: str) -> tuple[CheckpointId, str] | None:
        """See `RowSource.latest_of_any_namespace`."""
        if summary := self._threads.get(thread_id):
            return summary.newest, summary.namespace
        return max(((one, namespace) for namespace, one, _ in self._listing.ids(thread_id)), default=None)

    def count(self, thread_id: str) -> int:
        """See `RowSource.count`."""
        summary = self._threads.get(thread_id)
        return summary.count if summary else len(self._in_root(thread_id))

    def stored(
        self, thread_id: str, namespace: str, ids: Sequence[CheckpointId], most: int = AT_ONCE
    ) -> dict[CheckpointId, KnownSaverRow]:
        """See `RowSource.stored`. The rows never have their state."""
        del most
        return {one: KnownSaverRow(kept.row) for one, kept in self._kept(thread_id, namespace, ids).items()}

    def keys(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> Iterator[WriteKey]:
        """See `RowSource.keys`."""
        for kept in self._kept(thread_id, namespace, ids).values():
            yield from kept.keys

    def written(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId], channel: str) -> list[StoredWrite]:
        """See `RowSource.written`."""
        asked = (CheckpointKey(thread_id, namespace, one) for one in ids)
        return [
            StoredWrite(write.key, DecodedCell(write.value, write.size))
            for key in asked
            for write in self._asking.writes(key)
            if write.key.channel == channel
        ]

    def count_writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> int:
        """See `RowSource.count_writes`."""
        return sum(len(kept.keys) for kept in self._kept(thread_id, namespace, [checkpoint_id]).values())

    def newest(self, thread_id: str, namespace: str) -> CheckpointId | None:
        """See `RowSource.newest`."""
        return self._listing.skeleton(thread_id, namespace).latest

    def state(self, key: CheckpointKey) -> SaverState | None:
        """A checkpoint's state; None where the checkpoint does not exist."""
        state = self._states.get(key) or self._asking.state(key)
        if state is not None:
            self._states.put(key, state, 1000 + len(state.blob))
        return state

    def forget(self, thread_id: str, checkpoint_id: CheckpointId = "") -> None:
        """Drop what may have changed: of one checkpoint, else of the thread, else (empty thread id) of the whole
        store.
        """
        self._rows.drop(
            lambda key: not thread_id or (key.thread_id == thread_id and checkpoint_id in ("", key.checkpoint_id))
        )
        if not thread_id:
            self._states.drop(lambda key: True)

    def _in_root(self, thread_id: str) -> list[CheckpointId]:
        return [one for namespace, one, _ in self._listing.ids(thread_id) if namespace == ""]

    def _kept(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> dict[CheckpointId, SaverRow]:
        known = {one: self._rows.get(CheckpointKey(thread_id, namespace, one)) for one in ids}
        missing = [CheckpointKey(thread_id, namespace, one) for one, kept in known.items() if kept is None]
        for start in range(0, len(missing), _CHUNK):
            before = self._holder.changes.change_token(thread_id)
            found = self._asking.rows(missing[start : start + _CHUNK])
            # An answer may be older than a write that was reported meanwhile.
            still = self._holder.changes.change_token(thread_id) == before
            for key, kept in found.items():
                known[key.checkpoint_id] = kept
                if still:
                    self._rows.put(key, kept, kept.weight)
        return {one: kept for one, kept in known.items() if kept is not None}
