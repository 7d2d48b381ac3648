"""Asks stores whether they changed, without waiting long for one that is slow to answer."""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from dataclasses import dataclass

from ui.timetravel.errors import StoreError
from ui.timetravel.stores.base import Store


@dataclass(frozen=True, slots=True)
class StoreStamps:
    """The change tokens that a store gave, for one thread and as a whole, or the error that it gave instead."""

    asked_at: float
    """The time of the request, by `time.monotonic`."""
    stamps: tuple[Hashable, Hashable] | None
    trouble: str = ""


class ChangePoller:
    """Polls stores for changes, each time in a thread of its own. Safe to use from several threads.

    While a store has not answered it is not asked again, so that slow answers never pile up.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[Hashable, Future[StoreStamps]] = {}

    def look(self, name: str, thread_id: str, store: Callable[[], Store], patience: float) -> StoreStamps | None:
        """The store's change tokens; None if it takes longer than `patience` seconds.

        Its answer is then returned by a later call.
        """
        key = (name, thread_id)
        with self._lock:
            answer = self._open.get(key)
            if answer is None:
                answer = self._open[key] = Future()
                threading.Thread(target=_ask, args=(answer, store, thread_id), daemon=True).start()
        if not wait([answer], patience).done:
            return None
        with self._lock:
            if self._open.get(key) is answer:
                del self._open[key]
        return answer.result()


def poll_now(store: Callable[[], Store], thread_id: str) -> StoreStamps:
    """The store's change tokens, however long it takes to answer."""
    asked_at = time.monotonic()
    try:
        found = store()
        return StoreStamps(asked_at, (found.change_token(thread_id), found.change_token()))
    except StoreError as error:
        return StoreStamps(asked_at, None, str(error))


def _ask(answer: "Future[StoreStamps]", store: Callable[[], Store], thread_id: str) -> None:
    try:
        answer.set_result(poll_now(store, thread_id))
    except Exception as error:  # it is raised in the thread that waits, where it is seen
        answer.set_exception(error)
