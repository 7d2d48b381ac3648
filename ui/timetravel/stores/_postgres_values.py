"""Values of channels, read once for each of their versions."""

import threading
from collections import OrderedDict
from collections.abc import Mapping

from ui.timetravel import crypt, decode
from ui.timetravel.plain import Opaque, Plain
from ui.timetravel.stores._postgres_rows import BlobKey, PostgresRows


class Values:
    """Decoded values by version, the least recently used let go first. Safe to use from several threads."""

    def __init__(self, most_bytes: int) -> None:
        """`most_bytes` bounds the encoded size of what is kept; decoded it takes some times as much."""
        self._most = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[BlobKey, tuple[Plain, int]] = OrderedDict()
        self._bytes = 0

    def read(self, rows: PostgresRows, blobs: Mapping[BlobKey, tuple[str, int]]) -> dict[str, Plain]:
        """The values of these blobs by channel; only those that are not kept yet are read."""
        found: dict[BlobKey, Plain] = {}
        with self._lock:
            for key in blobs:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    found[key] = self._kept[key][0]
        for key, kind, blob in rows.blobs([key for key in blobs if key not in found]):
            found[key] = decode.decode(kind, blob)
            if not (crypt.encrypted(kind) and isinstance(found[key], Opaque)):  # a key may be given later
                self._keep(key, found[key], len(blob))
        return {key.channel: found[key] for key in blobs if key in found}

    def _keep(self, key: BlobKey, value: Plain, size: int) -> None:
        if size > self._most:
            return
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (value, size)
                self._bytes += size
            while self._bytes > self._most:
                self._bytes -= self._kept.popitem(last=False)[1][1]
