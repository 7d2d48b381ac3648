"""A cache of a server's histories: each state is requested once, as long as nothing about it can change."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.stores.server.allowance import AnswerTooLarge, TookTooLong
from ui.timetravel.stores.server.answers import ThreadStateJson, state_in, states_in
from ui.timetravel.stores.server.connection import ServerConnection
from ui.timetravel.stores.server.states import StateSummary, id_of, sketch

_FIRST, _LARGEST = 3, 200
_PAGE_BYTES = 8_000_000
_HEAVIEST, _KEPT = 100 << 20, 150 << 20
"""The approximate bytes of memory of one history, and of all that are cached."""


@dataclass(slots=True)
class ServerHistory:
    """The history of one thread's namespace, newest first. `lock` is held while it is read.

    `begun` is the part, newest first, that an interrupted read got before its time was up.
    """

    sketches: dict[CheckpointId, StateSummary] = field(default_factory=dict)
    begun: dict[CheckpointId, StateSummary] = field(default_factory=dict)
    weight: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)


class Histories:
    """Caches summaries of the checkpoints of the last-read histories, some ten thousand.

    Safe to use from several threads.
    """

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection
        self._known: OrderedDict[tuple[str, str], ServerHistory] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, thread_id: str, namespace: str) -> list[StateSummary]:
        """Every checkpoint, newest first. Only checkpoints that were not read before are requested.

        A summary that was not `settled` may be out of date here: `sketches` requests those again.
        """
        history = self._history(thread_id, namespace)
        with history.lock:
            if history.begun:
                self._refresh(history, thread_id, namespace)  # up to the end; newer ones are read below
            self._refresh(history, thread_id, namespace)
            found = list(history.sketches.values())
        self._forget()
        return found

    def sketches(self, thread_id: str, namespace: str, ids: list[CheckpointId]) -> dict[CheckpointId, StateSummary]:
        """The checkpoints with these ids, up to date. Ids that the server lacks are left out."""
        history = self._history(thread_id, namespace)
        with history.lock:
            found = {one: history.sketches[one] for one in ids if one in history.sketches}
        for one in ids:
            if one not in found or not found[one].settled:
                state = self.state(thread_id, namespace, one)
                if state is None:
                    found.pop(one, None)
                else:
                    found[one] = sketch(state, thread_id, namespace)
        with history.lock:
            for one in found.keys() & history.sketches.keys():
                history.sketches[one] = found[one]
        return found

    def newest(self, thread_id: str, namespace: str) -> CheckpointId | None:
        """The newest checkpoint as of the last read of the history, which is read now if it never was."""
        known = self._history(thread_id, namespace).sketches or {
            each.header.checkpoint_id: each for each in self.read(thread_id, namespace)
        }
        return next(iter(known), None)

    def parent(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> CheckpointId | None:
        """The parent of a checkpoint, as far as its history has been read; no request is made."""
        known = self._history(thread_id, namespace).sketches.get(checkpoint_id)
        return known.header.parent_id if known else None

    def state(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> ThreadStateJson | None:
        """One state with its values, always requested; None where there is none."""
        where: Any = {"checkpoint_id": checkpoint_id, "checkpoint_ns": namespace}
        state = state_in(self._connection.read(lambda client: client.threads.get_state(thread_id, checkpoint=where)))
        # For an unknown checkpoint the server answers with an empty state, under the id that was asked for.
        return state if state.get("created_at") or state.get("metadata") else None

    def page(
        self, thread_id: str, namespace: str, limit: int, before: CheckpointId | None = None
    ) -> list[ThreadStateJson]:
        """One page of states, newest first, beginning before the checkpoint `before`. Always requested."""
        options: dict[str, Any] = {"limit": limit, "checkpoint": {"checkpoint_ns": namespace}}
        if before:
            # A bare id, or a Checkpoint as in the SDK's types, is answered with error 422 or 500 (langgraph-api
            # 0.16.7).
            options["before"] = {"configurable": {"checkpoint_id": before}}
        found = self._connection.read(lambda client: client.threads.get_history(thread_id, **options))
        return states_in(found)[:limit]

    def count(self, thread_id: str, latest: CheckpointId) -> int | None:
        """The number of checkpoints in the thread's root namespace, if its history has been read up to `latest`; else
        None.
        """
        with self._lock:
            history = self._known.get((thread_id, ""))
        sketches = history.sketches if history else {}
        return len(sketches) if next(iter(sketches), None) == latest else None

    def _history(self, thread_id: str, namespace: str) -> ServerHistory:
        with self._lock:
            history = self._known.setdefault((thread_id, namespace), ServerHistory())
            self._known.move_to_end((thread_id, namespace))
        return history

    def _refresh(self, history: ServerHistory, thread_id: str, namespace: str) -> None:
        """Read from the newest checkpoint back to the first known one; read everything if the known ones no longer
        exist.
        """
        known = list(history.sketches)
        new, history.begun = history.begun, {}
        weight = sum(each.weight for each in new.values())
        limit, most, before = _FIRST, _LARGEST, next(reversed(new), None)
        while True:
            try:
                states, had = self.page(thread_id, namespace, limit, before), len(new)
            except TookTooLong:
                history.begun = new
                raise
            except AnswerTooLarge:
                if limit == 1:
                    raise
                limit = most = max(1, limit // 2)
                continue
            for index, state in enumerate(states):
                if known and id_of(state) == known[0]:
                    rest = [id_of(each) for each in states[index:]]
                    if rest == known[: len(rest)] and (len(states) == limit or len(rest) == len(known)):
                        fresh = {
                            one: sketch(each, thread_id, namespace)
                            for one, each in zip(rest, states[index:], strict=True)
                        }
                        history.sketches = {**new, **history.sketches, **fresh}
                        return
                    known = []
                new[id_of(state)] = one = sketch(state, thread_id, namespace)
                weight += one.weight
            if weight > _HEAVIEST:
                raise StoreUnreadable(
                    f"The history of this thread is too long to be read over the API: after {len(new):,} checkpoints it"
                    " has not come to its end. Open the database behind the server instead."
                )
            # A page without new states comes from a server that ignores `before`.
            if len(states) < limit or len(new) == had:
                history.sketches, history.weight = new, weight
                return
            limit, before = min(most, _next_limit(list(new.values())[-len(states) :])), id_of(states[-1])

    def _forget(self) -> None:
        with self._lock:
            kept = sum(each.weight for each in self._known.values())
            while kept > _KEPT and len(self._known) > 1:
                _, oldest = self._known.popitem(last=False)
                kept -= oldest.weight


def _next_limit(sketches: list[StateSummary]) -> int:
    """How many states to request so that a page stays within some megabytes, judging by the last page."""
    largest = max(each.header.size for each in sketches) + 1_000
    return max(_FIRST, min(_LARGEST, _PAGE_BYTES // largest))
