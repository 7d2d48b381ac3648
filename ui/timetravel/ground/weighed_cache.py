"""Remember what was read, up to a number of bytes."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """The values used last, by key, as long as their weights add up to no more than `most`. Safe for threads."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._values: LRUCache[K, tuple[V, int]] = LRUCache(most, getsizeof=lambda kept: kept[1])

    @property
    def empty(self) -> bool:
        """Whether nothing is known."""
        return not self._values

    def get(self, key: K) -> V | None:
        """The value, None if it is not known."""
        with self._lock:
            kept = self._values.get(key)
        return None if kept is None else kept[0]

    def put(self, key: K, value: V, weight: int) -> None:
        """Remember a value, and forget those not used for longest if need be; one heavier than all is not kept."""
        with self._lock:
            self._values.pop(key, None)
            if weight <= self._values.maxsize:
                self._values[key] = (value, weight)

    def drop(self, which: Callable[[K], bool]) -> None:
        """Forget the values of these keys."""
        with self._lock:
            for key in [key for key in self._values if which(key)]:
                del self._values[key]
