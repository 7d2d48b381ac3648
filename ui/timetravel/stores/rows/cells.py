"""Converts the cells of a store's tables to the types they should have: SQLite lets any program put anything into a
column.

LangGraph's savers write texts for ids and names, an integer for an index, and bytes that hold maps with text keys.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from ui.timetravel.model.values import Opaque, Plain
from ui.timetravel.serde import decode
from ui.timetravel.serde.budget import FEW_BYTES, Budget
from ui.timetravel.serde.json_rows import decode_json
from ui.timetravel.serde.json_view import display, told_apart

LARGEST = 2**53
"""No step or index of LangGraph's is near this; tables and browsers can't show larger ones exactly."""


_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_LONGEST_TOLD = 16
_GUESSED = "its step and source are guessed"


def row_notes(parent_id: Any, how: Any) -> tuple[str, ...]:
    """Sentences on what in a checkpoint's row, besides state and metadata, is not as LangGraph writes it."""
    notes = [
        _misfit("Its parent's id", parent_id, "it is shown without a parent") if not is_text_or_none(parent_id) else "",
        _misfit("What says how it is written", how, "it may be read wrongly") if not is_text_or_none(how) else "",
    ]
    return tuple(filter(None, notes))


def metadata_notes(cell: Any, found: Mapping[str, Plain], whole: int = 0) -> tuple[str, ...]:
    """Sentences on what in a checkpoint's metadata, read as `found`, is not as LangGraph writes it.

    `whole` is the metadata's size in the store in bytes; `cell` may hold only its beginning.
    """
    if cell is None or not isinstance(cell, str | bytes | memoryview):
        return (_misfit("Its metadata", cell, _GUESSED),)
    if not found and len(raw(cell)) >= whole:
        again = decode_json(raw(cell))
        if isinstance(again, Opaque):
            return (f"Its metadata is no JSON ({again.reason}): {_GUESSED}.",)
        return () if isinstance(again, dict) else (f"Its metadata is no JSON object: {_GUESSED}.",)
    told = (
        [] if "step" not in found or is_count(found["step"]) else ["The step in its metadata is none: it is guessed."]
    )
    source = found.get("source")
    return (*told, *([] if source is None or isinstance(source, str) else ["The source in its metadata is no text."]))


def write_notes(task: Any, path: Any, number: Any, channel: Any, how: Any) -> tuple[str, ...]:
    """Sentences on what in the row of a write is not as LangGraph writes it. The forms of old versions are accepted."""
    notes = [
        _misfit("The id of the task", task, "") if not is_text(task) else "",
        _misfit("The path of the task", path, "") if not is_text_or_none(path) else "",
        _misfit("The number of a write", number, "") if not is_count(number) else "",
        _misfit("The channel of a write", channel, "") if not is_text(channel) else "",
        _misfit("What says how a write is written", how, "") if not is_text_or_none(how) else "",
    ]
    return tuple(filter(None, notes))


def _misfit(what: str, cell: Any, so: str) -> str:
    """A sentence about a cell of the wrong type."""
    return f"{what} is {_told(cell)} in the store{f': {so}' if so else ''}."


def _told(cell: Any) -> str:
    """The type and content of a cell in words."""
    if cell is None:
        return "missing"
    if isinstance(cell, bytes | memoryview):
        data = bytes(cell)
        return (
            f"bytes ({data[:_LONGEST_TOLD].hex(' ')}{' …' if len(data) > _LONGEST_TOLD else ''})"
            if data
            else "no bytes"
        )
    if isinstance(cell, str):
        return "a text that is no number" if is_text(cell) else "a text that is no UTF-8"
    return f"the number {cell}"


def is_text(cell: Any) -> bool:
    """Whether a cell holds a text of whole characters: `lenient_text` makes half characters of bytes that are not
    UTF-8.
    """
    return isinstance(cell, str) and (cell.isascii() or not _HALF_CHARACTER.search(cell))


def is_text_or_none(cell: Any) -> bool:
    """Whether a cell holds a text of whole characters, or NULL."""
    return cell is None or is_text(cell)


def text(cell: Any) -> str:
    """The text in a cell; empty where the cell is NULL. Another type is converted to text."""
    if isinstance(cell, str):
        return cell if is_text(cell) else _HALF_CHARACTER.sub("\ufffd", cell)
    if cell is None:
        return ""
    return bytes(cell).decode("utf-8", "replace") if isinstance(cell, bytes | memoryview) else str(cell)


def askable(text: str) -> str:
    """A text that a store may be queried for.

    A text with half a character is in no row, so another text that is in no row is returned in its place.
    """
    return text.encode("utf-8", "replace").decode()


def kind(cell: Any) -> str | None:
    """The name of a serialization format, from its cell; None where the cell is NULL."""
    return None if cell is None else text(cell)


def parent(cell: Any) -> str | None:
    """The id of a checkpoint's parent, from its cell; None where the cell holds no id."""
    return cell if is_text(cell) and cell else None


def index(cell: Any) -> int:
    """The index of a write, from its cell; 0 where the cell holds none."""
    return cell if is_count(cell) else int(cell) if isinstance(cell, float) and math.isfinite(cell) else 0


def is_count(number: Any) -> TypeGuard[int]:
    """Whether this is an integer that a table and a browser can show."""
    return type(number) is int and abs(number) <= LARGEST


def raw(cell: Any) -> bytes:
    """The bytes in a cell; empty where the cell holds another type."""
    if isinstance(cell, str):
        return text(cell).encode()
    return bytes(cell) if isinstance(cell, bytes | memoryview) else b""


def metadata(cell: Any, whole: int = 0, budget: Budget | None = None) -> dict[str, Plain]:
    """A checkpoint's metadata, decoded from JSON; empty where it is missing or broken, so that the rest can be shown.
    Never raises.

    Parts nested deeper than `ext.MAX_DEPTH`, and what was not read of a long text, become `Opaque`. `whole` is the
    metadata's size in the store in bytes; `cell` may hold only its beginning. A little is read even where the `budget`
    is used up.
    """
    if not cell:
        return {}
    budget, data = budget or Budget(), raw(cell)
    here = Budget(items=budget.room)
    part = data[: max(budget.bytes, FEW_BYTES)]
    before = here.items
    found = decode_json(part, max(whole, len(data)), here)
    budget.bytes -= len(part)
    budget.items -= before - here.items
    return found if isinstance(found, dict) else {}


def source_in(metadata: Mapping[str, Plain]) -> str:
    """What made a checkpoint: input, loop, update or fork; empty where its metadata does not say."""
    source = metadata.get("source")
    return source if isinstance(source, str) else ""


def named(channels: Plain) -> dict[str, Plain]:
    """A map by channel or node, in which every key is made a text. Empty where the value is not a map."""
    if not isinstance(channels, dict):
        return {}
    if all(type(name) is str for name in channels):
        return channels
    made: dict[str, Plain] = {name: held for name, held in channels.items() if type(name) is str}
    marks: dict[str, int] = {}
    for name, held in channels.items():
        if type(name) is not str:
            made[told_apart(str(display(name)), made, marks)] = held
    return made


def names(channels: Sequence[Plain]) -> tuple[str, ...]:
    """The texts in a list; other items are left out."""
    return tuple(name for name in channels if type(name) is str)


def seen(nodes: Plain) -> dict[str, dict[str, Plain]]:
    """The versions seen: for each node, the version of each channel that it saw."""
    return {node: named(read) for node, read in named(nodes).items()}


def versions(found: decode.VersionRecord) -> decode.VersionRecord:
    """The same record, with every channel and node named by a text; updated channels that are not texts are left
    out.
    """
    updated = None if found.updated_channels is None else list(names(found.updated_channels))
    return decode.VersionRecord(named(found.channel_versions), seen(found.versions_seen), updated)
