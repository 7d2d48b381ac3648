"""Remember what was read, up to a number of bytes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """The values used last, by key, as long as their weights add up to no more than `most`. Safe for threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        self._lock = threading.Lock()
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()

    @property
    def empty(self) -> bool:
        """Whether nothing is known."""
        return not self._values

    def get(self, key: K) -> V | None:
        """The value, None if it is not known."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def put(self, key: K, value: V, weight: int) -> None:
        """Remember a value, and forget those not used for longest if need be; one heavier than all is not kept."""
        with self._lock:
            self._forget(key)
            if weight > self._most:
                return
            self._values[key] = (value, weight)
            self._weight += weight
            while self._weight > self._most:
                self._forget(next(iter(self._values)))

    def drop(self, which: Callable[[K], bool]) -> None:
        """Forget the values of these keys."""
        with self._lock:
            for key in [key for key in self._values if which(key)]:
                self._forget(key)

    def _forget(self, key: K) -> None:
        if key in self._values:
            self._weight -= self._values.pop(key)[1]
