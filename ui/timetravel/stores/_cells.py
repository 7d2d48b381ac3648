"""What stands in a store's tables, made what it should be: any program can put anything into a column of SQLite.

LangGraph's savers write texts for ids and names, a whole number for an index, and bytes that hold maps from texts.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from ui.timetravel import decode
from ui.timetravel.display import display
from ui.timetravel.json_rows import decode_json
from ui.timetravel.plain import Plain

LARGEST = 2**53
"""No step or index of LangGraph's comes near it; beyond, tables and browsers can't count."""


def text(cell: Any) -> str:
    """A cell that should hold a text; empty where it holds nothing."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    return bytes(cell).decode("utf-8", "replace") if isinstance(cell, bytes | memoryview) else str(cell)


def askable(text: str) -> str:
    """A text that a store can be asked for: one with half a character in it is nowhere, so another in none will do."""
    return text.encode("utf-8", "replace").decode()


def kind(cell: Any) -> str | None:
    """A cell that should hold how a value is written; None where it holds nothing."""
    return cell if cell is None or isinstance(cell, str) else text(cell)


def parent(cell: Any) -> str | None:
    """A cell that should hold the id of a checkpoint's parent; None where it holds no id."""
    return cell if isinstance(cell, str) and cell else None


def index(cell: Any) -> int:
    """A cell that should hold the number of a write; 0 where it holds none."""
    return cell if is_count(cell) else int(cell) if isinstance(cell, float) and math.isfinite(cell) else 0


def is_count(number: Any) -> TypeGuard[int]:
    """Whether this is a whole number that a person, a table and a browser can make something of."""
    return type(number) is int and abs(number) <= LARGEST


def raw(cell: Any) -> bytes:
    """The bytes of a cell that should hold some; empty where it holds something else."""
    if isinstance(cell, str):
        return cell.encode("utf-8", "surrogatepass")
    return bytes(cell) if isinstance(cell, bytes | memoryview) else b""


def metadata(cell: Any, whole: int = 0) -> dict[str, Plain]:
    """A checkpoint's metadata, which is JSON; empty where it is missing or broken, so that the rest is shown.

    What is nested deeper than `ext.MAX_DEPTH` in it is an `Opaque`, and so is what is left out of more bytes than are
    read: `whole` are the bytes that it has in the store, where `cell` may be the beginning alone. Never raises.
    """
    found = decode_json(raw(cell), whole) if cell else {}
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
    for name, held in channels.items():
        if type(name) is not str:
            told = str(display(name))
            while told in made:
                told += "'"
            made[told] = held
    return made


def names(channels: Sequence[Plain]) -> tuple[str, ...]:
    """The texts of a list that should hold nothing else."""
    return tuple(name for name in channels if type(name) is str)


def seen(nodes: Plain) -> dict[str, dict[str, Plain]]:
    """What each node saw of each channel."""
    return {node: named(read) for node, read in named(nodes).items()}


def versions(found: decode.Versions) -> decode.Versions:
    """The same, with nothing in it but texts for channels and nodes."""
    updated = None if found.updated_channels is None else list(names(found.updated_channels))
    return decode.Versions(named(found.channel_versions), seen(found.versions_seen), updated)
