"""A cache that is bounded by bytes."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """The most recently used values, by key, whose weights add up to at most `most`.

    Safe to use from several threads.
    """

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._values: LRUCache[K, tuple[V, int]] = LRUCache(most, getsizeof=lambda kept: kept[1])

    @property
    def empty(self) -> bool:
        """Whether the cache has no values."""
        return not self._values

    def get(self, key: K) -> V | None:
        """The cached value; None where there is none."""
        with self._lock:
            kept = self._values.get(key)
        return None if kept is None else kept[0]

    def put(self, key: K, value: V, weight: int) -> None:
        """Cache a value, and drop the least recently used ones if necessary.

        A value heavier than `most` is not cached.
        """
        with self._lock:
            self._values.pop(key, None)
            if weight <= self._values.maxsize:
                self._values[key] = (value, weight)

    def drop(self, which: Callable[[K], bool]) -> None:
        """Drop the values whose keys `which` accepts."""
        with self._lock:
            for key in [key for key in self._values if which(key)]:
                del self._values[key]
