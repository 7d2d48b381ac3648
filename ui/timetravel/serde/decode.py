"""Decodes the bytes in a store to plain, tagged data. Nothing that they name is imported or called.

There are two readers of msgpack: a fast one (ormsgpack, all or nothing), and where that fails a slow one that keeps all
that can be read (msgpack/parts.py). The result is described in model/values.py.
"""

from typing import Any, NamedTuple

import ormsgpack

from ui.timetravel.errors import DecodeError
from ui.timetravel.model.values import Opaque, Plain, Typed, digest
from ui.timetravel.serde import encryption as crypt
from ui.timetravel.serde.budget import BYTES, ITEMS, Budget, too_large
from ui.timetravel.serde.json_rows import decode_json
from ui.timetravel.serde.msgpack import extensions as ext
from ui.timetravel.serde.msgpack.parts import read_in_part
from ui.timetravel.serde.msgpack.recovery import items, skip, spans

_OPTION = ormsgpack.OPT_NON_STR_KEYS

# ormsgpack 1.13.1 takes about 650 bytes of the C stack for each level, up to 1,022 levels in each call, and an
# extension inside an extension is a call inside a call. This many levels take a fourth of a thread's usual 8 MB.
_STACK_LEVELS = 3_000
_CALL_LEVELS = 1_023


class VersionRecord(NamedTuple):
    """The record from which the next nodes follow.

    `updated_channels` is None in checkpoints that lack it (format 3 and older).
    """

    channel_versions: dict[str, Plain]
    versions_seen: dict[str, dict[str, Plain]]
    updated_channels: list[str] | None


def decode(kind: str | None, blob: bytes, whole: int = 0, budget: Budget | None = None) -> Plain:
    """Decode a value: `kind` is the row's `type` column, None where old stores have none, and `blob` its bytes.

    `whole` is the value's size in bytes where `blob` is only its beginning. What is beyond the `budget`, by default
    that of one value, is left out: it becomes an `Opaque` whose reason begins with `LEFT_OUT`. Never raises, and
    imports and calls nothing that the bytes name. An encrypted value is decrypted where serde/encryption.py has the
    key. What can't be read (an unknown kind, pickle, encryption, damage, nesting deeper than `ext.MAX_DEPTH`) becomes
    an `Opaque`, and the rest is kept. Bytes after the end of a msgpack value are ignored, as LangGraph does.
    """
    if isinstance(blob, str):  # a column that is declared BLOB may still hold a text in SQLite
        blob = blob.encode("utf-8", "surrogatepass")
    if not isinstance(blob, bytes | bytearray | memoryview):
        return Opaque(str(kind), 0, f"the store has no bytes there but {type(blob).__name__}")
    try:
        return _within(kind, bytes(blob), whole, budget or Budget())
    except MemoryError:
        return Opaque(str(kind), len(blob), "it takes more memory than there is")


def versions(blob: bytes, kind: str | None = "msgpack") -> VersionRecord:
    """The versions in a checkpoint's row, read without its channel values. Raises DecodeError."""
    kind, blob = crypt.unlock(kind, blob)
    if kind == "msgpack":
        found = spans(blob)
        names = ("channel_versions", "versions_seen", "updated_channels")
        parts = {name: decode(kind, blob[slice(*found[name])]) for name in names if name in found}
    else:
        plain = decode(kind, blob)
        if isinstance(plain, Opaque):
            raise DecodeError(f"The checkpoint can't be read: {plain.reason}.")
        parts = plain if isinstance(plain, dict) else {}
    current, seen, updated = (parts.get(name) for name in VersionRecord._fields)
    if not (isinstance(current, dict) and isinstance(seen, dict) and all(isinstance(v, dict) for v in seen.values())):
        raise DecodeError("The checkpoint does not say the versions of its channels.")
    return VersionRecord(current, seen, updated if isinstance(updated, list) else None)


def channel_sizes(blob: bytes) -> dict[str, int]:
    """The encoded bytes of each channel in a checkpoint's msgpack row, read without decoding. Raises DecodeError."""
    values = spans(blob).get("channel_values")
    if values is None:
        return {}
    return {channel: end - start for channel, (start, end) in spans(blob, values[0]).items()}


def _within(kind: str | None, blob: bytes, whole: int, budget: Budget) -> Plain:
    whole = max(whole, len(blob))
    most = min(BYTES, budget.bytes)
    if whole > len(blob) or len(blob) > most:
        if budget.spent or crypt.encrypted(kind):
            return Opaque(str(kind), whole, too_large(whole, min(len(blob), max(0, most))))
        blob = blob[:most]
    else:
        kind, blob = crypt.unlock(kind, blob)
        whole = len(blob)
    budget.bytes -= len(blob)
    return _decode(kind, blob, whole, budget)


def _decode(kind: str | None, blob: bytes, whole: int, budget: Budget) -> Plain:
    match kind:
        case "msgpack":
            return _decode_msgpack(blob, whole, budget)
        case "json":
            return decode_json(blob, whole, budget)
        case _ if whole > len(blob):
            return Opaque(str(kind), whole, too_large(whole, len(blob)))
        case "null":
            return None
        case "bytes":
            return blob
        case "bytearray":
            return Typed("builtins", "bytearray", blob)
        case None:
            return _decode_unnamed(blob, budget)
    return Opaque(kind, len(blob), _why_closed(kind), digest(blob))


def _why_closed(kind: str) -> str:
    if kind == "pickle":
        return "it is pickled, and reading a pickle can run any code, so it is left alone"
    if crypt.encrypted(kind):
        return crypt.locked_reason(kind)
    return "it is of a kind that LangGraph does not write"


def _decode_unnamed(blob: bytes, budget: Budget) -> Plain:
    """A row of an old store without a `type`: JSON, or a whole msgpack dict or list."""
    plain = decode_json(blob, len(blob), budget)
    if not isinstance(plain, Opaque):
        return plain
    try:
        is_whole = skip(blob, 0) == len(blob)
    except DecodeError:
        is_whole = False
    if is_whole and isinstance(value := _decode_msgpack(blob, len(blob), budget), dict | list):
        return value
    reason = "the store does not say how it is written, and it is not JSON"
    return Opaque("unknown", len(blob), reason, digest(blob))


def _decode_msgpack(blob: bytes, whole: int, budget: Budget) -> Plain:
    most = min(ITEMS, budget.items)
    # Every value takes at least a byte, so the items of a short one need not be counted, unless others share the
    # budget.
    count = items(blob, most)[0] if budget.shared or len(blob) > most else 0
    if count > most or whole > len(blob):
        budget.items -= most
        return read_in_part(blob, most, whole, _fast_list)
    budget.items -= count
    try:
        plain = _unpack(blob)
    except ValueError:
        return read_in_part(blob, most)
    if len(blob) > ext.MAX_DEPTH and type(plain) not in (str, bytes) and not ext.fits(plain):
        return read_in_part(blob, most)
    return plain


def _fast_list(blob: bytes) -> list[Plain] | None:
    try:
        plain = _unpack(blob)
    except ValueError:
        return None
    return plain if isinstance(plain, list) else None


def _unpack(blob: bytes) -> Plain:
    """The whole value, or ValueError, which is also raised when decoding would take too much of the stack."""
    levels = _STACK_LEVELS - min(len(blob), _CALL_LEVELS)

    def hook(code: int, data: bytes) -> Any:
        nonlocal levels
        if not 0 <= code < len(ext.CONSTRUCTORS):
            return ext.unknown(code, len(data))
        needed = min(len(data), _CALL_LEVELS)
        if needed > levels:
            raise DecodeError("Nested too deep for the fast reader.")
        levels -= needed
        payload = ormsgpack.unpackb(data, ext_hook=hook, option=_OPTION)
        levels += needed
        return ext.tagged(code, payload, len(data))

    return ormsgpack.unpackb(blob, ext_hook=hook, option=_OPTION)
