"""A cache of decoded channel values, one for each version of a channel."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from ui.timetravel.model.values import Opaque, Plain
from ui.timetravel.serde import encryption as crypt
from ui.timetravel.serde.budget import BYTES, ITEMS, Budget
from ui.timetravel.stores.postgres.stored import BlobKey
from ui.timetravel.stores.rows.stored import Cell


class Values:
    """Decoded values by version; the least recently used are dropped first. Safe to use from several threads."""

    def __init__(self, most_bytes: int) -> None:
        """`most_bytes` bounds the encoded size of the cached values; decoded, they take a few times as much memory."""
        self._most = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[BlobKey, tuple[Plain, int]] = OrderedDict()
        self._bytes = 0

    def known(self, blobs: Mapping[BlobKey, tuple[str, int]]) -> dict[BlobKey, Plain]:
        """The values of those of these blobs that are in the cache."""
        found: dict[BlobKey, Plain] = {}
        with self._lock:
            for key in blobs:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    found[key] = self._kept[key][0]
        return found

    def decode(self, cells: Iterable[tuple[BlobKey, Cell]]) -> dict[BlobKey, Plain]:
        """Decode these values, all within one budget, put them into the cache and return them."""
        budget, found = Budget(2 * BYTES, ITEMS, shared=True), {}
        for key, cell in cells:
            value = found[key] = cell.value(budget)
            closed = crypt.encrypted(cell.kind) and isinstance(value, Opaque)  # the encryption key may be set later
            if not (closed or cell.cut or budget.spent):
                self._keep(key, value, cell.size)
        return found

    def _keep(self, key: BlobKey, value: Plain, size: int) -> None:
        if size > self._most:
            return
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (value, size)
                self._bytes += size
            while self._bytes > self._most:
                self._bytes -= self._kept.popitem(last=False)[1][1]
