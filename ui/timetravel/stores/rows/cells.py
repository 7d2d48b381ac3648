"""What stands in a store's tables, made what it should be: any program can put anything into a column of SQLite.

LangGraph's savers write texts for ids and names, a whole number for an index, and bytes that hold maps from texts.
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
"""No step or index of LangGraph's comes near it; beyond, tables and browsers can't count."""


_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_LONGEST_TOLD = 16
_GUESSED = "its step and source are guessed"


def row_notes(parent_id: Any, how: Any) -> tuple[str, ...]:
    """What in a checkpoint's row, besides its state and metadata, is not as LangGraph writes it, in sentences."""
    notes = [
        _misfit("Its parent's id", parent_id, "it is shown without a parent") if not is_text_or_none(parent_id) else "",
        _misfit("What says how it is written", how, "it may be read wrongly") if not is_text_or_none(how) else "",
    ]
    return tuple(filter(None, notes))


def metadata_notes(cell: Any, found: Mapping[str, Plain], whole: int = 0) -> tuple[str, ...]:
    """What of a checkpoint's metadata, read as `found`, is not as LangGraph writes it, in sentences.

    `whole` are the bytes that it has in the store, where `cell` may be the beginning alone.
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
    """What in the row of a write is not as LangGraph writes it, in sentences; how old versions write it is fine."""
    notes = [
        _misfit("The id of the task", task, "") if not is_text(task) else "",
        _misfit("The path of the task", path, "") if not is_text_or_none(path) else "",
        _misfit("The number of a write", number, "") if not is_count(number) else "",
        _misfit("The channel of a write", channel, "") if not is_text(channel) else "",
        _misfit("What says how a write is written", how, "") if not is_text_or_none(how) else "",
    ]
    return tuple(filter(None, notes))


def _misfit(what: str, cell: Any, so: str) -> str:
    """A sentence on a cell of the wrong kind."""
    return f"{what} is {_told(cell)} in the store{f': {so}' if so else ''}."


def _told(cell: Any) -> str:
    """What a cell holds, in words."""
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
    """Whether a cell holds a text, in whole characters: `lenient_text` makes halves of what is no UTF-8."""
    return isinstance(cell, str) and (cell.isascii() or not _HALF_CHARACTER.search(cell))


def is_text_or_none(cell: Any) -> bool:
    """Whether a cell holds such a text or nothing."""
    return cell is None or is_text(cell)


def text(cell: Any) -> str:
    """A cell that should hold a text; empty where it holds nothing."""
    if isinstance(cell, str):
        return cell if is_text(cell) else _HALF_CHARACTER.sub("\ufffd", cell)
    if cell is None:
        return ""
    return bytes(cell).decode("utf-8", "replace") if isinstance(cell, bytes | memoryview) else str(cell)


def askable(text: str) -> str:
    """A text that a store can be asked for: one with half a character in it is nowhere, so another in none will do."""
    return text.encode("utf-8", "replace").decode()


def kind(cell: Any) -> str | None:
    """A cell that should hold how a value is written; None where it holds nothing."""
    return None if cell is None else text(cell)


def parent(cell: Any) -> str | None:
    """A cell that should hold the id of a checkpoint's parent; None where it holds no id."""
    return cell if is_text(cell) and cell else None


def index(cell: Any) -> int:
    """A cell that should hold the number of a write; 0 where it holds none."""
    return cell if is_count(cell) else int(cell) if isinstance(cell, float) and math.isfinite(cell) else 0


def is_count(number: Any) -> TypeGuard[int]:
    """Whether this is a whole number that a person, a table and a browser can make something of."""
    return type(number) is int and abs(number) <= LARGEST


def raw(cell: Any) -> bytes:
    """The bytes of a cell that should hold some; empty where it holds something else."""
    if isinstance(cell, str):
        return text(cell).encode()
    return bytes(cell) if isinstance(cell, bytes | memoryview) else b""


def metadata(cell: Any, whole: int = 0, budget: Budget | None = None) -> dict[str, Plain]:
    """A checkpoint's metadata, which is JSON; empty where it is missing or broken, so that the rest is shown.

    What is nested deeper than `ext.MAX_DEPTH` in it is an `Opaque`, and so is what is left out of more bytes than are
    read: `whole` are the bytes that it has in the store, where `cell` may be the beginning alone. Of a `budget` that is
    spent it takes a little nevertheless. Never raises.
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
    """A map by channel or node; what is under no text gets a text for its name. Empty where it is no map."""
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
    """The texts of a list that should hold nothing else."""
    return tuple(name for name in channels if type(name) is str)


def seen(nodes: Plain) -> dict[str, dict[str, Plain]]:
    """What each node saw of each channel."""
    return {node: named(read) for node, read in named(nodes).items()}


def versions(found: decode.VersionRecord) -> decode.VersionRecord:
    """The same, with nothing in it but texts for channels and nodes."""
    updated = None if found.updated_channels is None else list(names(found.updated_channels))
    return decode.VersionRecord(named(found.channel_versions), seen(found.versions_seen), updated)
