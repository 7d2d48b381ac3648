"""Checks a server's answers: parts that do not have the shape the API gives them (langgraph-api 0.16.7) are left out.

Another version, or a proxy in between, may answer differently, and metadata and values are whatever somebody put there.
"""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias, TypeGuard

import ormsgpack

from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.ground.text.formatting import format_bytes
from ui.timetravel.model.values import Opaque, Plain
from ui.timetravel.serde.json_rows import decode_json
from ui.timetravel.serde.msgpack import extensions as ext
from ui.timetravel.stores.server.connection import is_thread_id

LONGEST_NAME = 1_000
"""The most characters of an id or name: none of LangGraph's is nearly as long."""
_LONGEST_ID = 100
_LARGEST_METADATA = 1 << 20

ThreadStateJson: TypeAlias = dict[str, Any]
"""A `ThreadState` in the API's JSON (langgraph-api 0.16.7, state.py)."""


class OddAnswer(StoreUnreadable):
    """The server's answer lacks a part that is needed."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"The server's answer has no {missing}, as one of the LangGraph API would. Check that the address is that"
            " of a LangGraph server, and that no proxy changes what it says."
        )


def state_in(answer: Any) -> ThreadStateJson:
    """The state in an answer; an empty one where the answer is not a state."""
    value = mapping(answer)
    return {
        **value,
        "checkpoint": texts(value.get("checkpoint")),
        "parent_checkpoint": texts(value.get("parent_checkpoint")),
        "metadata": _metadata(value.get("metadata")),
        "values": bounded(value.get("values")),
        "next": [node for node in listed(value.get("next")) if isinstance(node, str)],
        "tasks": [_task(task) for task in listed(value.get("tasks")) if isinstance(task, dict)],
        "interrupts": mappings(value.get("interrupts")),
    }


def states_in(answer: Any) -> list[ThreadStateJson]:
    """Those entries of a history that are checkpoints."""
    states = (state_in(each) for each in listed(answer))
    return [state for state in states if _is_id(state["checkpoint"].get("checkpoint_id", ""))]


def rows_in(answer: Any) -> list[Mapping[str, Any]]:
    """The rows of a list of threads, without those whose id could not be used in a request."""
    return [
        {**row, "metadata": _metadata(row.get("metadata"))}
        for row in mappings(answer)
        if is_thread_id(text(row.get("thread_id")))
    ]


def _is_id(value: str) -> bool:
    return 0 < len(value) <= _LONGEST_ID and value.isprintable()


def _metadata(value: Any) -> dict[str, Plain]:
    """Metadata. If it is more than a person could read, only its short entries, with a mark in place of the others."""
    found: Any = bounded(mapping(value))
    if not isinstance(found, dict) or (whole := size_of(found)) <= _LARGEST_METADATA:
        return mapping(found)
    kept: dict[str, Plain] = {
        name: value for name, value in found.items() if len(name) <= LONGEST_NAME and size_of(value) <= LONGEST_NAME
    }
    reason = f"left out: metadata of {format_bytes(whole)} is more than can be shown"
    return {**dict(list(kept.items())[:LONGEST_NAME]), "left out": Opaque("metadata", whole, reason)}


def size_of(value: Plain) -> int:
    """An estimate of the value's size as JSON, in bytes: exact measuring would take as long as parsing it did."""
    try:
        return len(ormsgpack.packb(value))
    except (ormsgpack.MsgpackEncodeError, TypeError):
        return len(str(value))


def _task(value: dict[str, Any]) -> dict[str, Any]:
    state, path = value.get("state"), value.get("path")
    return {
        **value,
        "id": text(value.get("id")),
        "name": text(value.get("name")),
        "path": path if isinstance(path, list) and ext.fits(path) else [],
        "error": bounded(value.get("error")),
        "result": bounded(value.get("result")),
        "interrupts": bounded(mappings(value.get("interrupts"))),
        "checkpoint": texts(value.get("checkpoint")),
        "state": state_in(state) if isinstance(state, dict) else None,
    }


def bounded(value: Plain) -> Plain:
    """The value, with a mark in place of what is nested deeper than values may be."""
    if ext.fits(value):
        return value
    try:
        return decode_json(json.dumps(value).encode())
    except (ValueError, RecursionError):
        return None


def texts(value: Any) -> dict[str, str]:
    """Those entries of an object whose values are texts."""
    return {name: value for name, value in mapping(value).items() if isinstance(value, str)}


def text(value: Any) -> str:
    """The value if it is a text; else an empty text."""
    return value if isinstance(value, str) else ""


def checkpoint_in(answer: Any) -> dict[str, str]:
    """The checkpoint that an update made, as the API names it, without its thread. Raises OddAnswer."""
    found = texts(mapping(answer).get("checkpoint"))
    if not found.get("checkpoint_id"):
        raise OddAnswer("checkpoint")
    return {name: value for name, value in found.items() if name != "thread_id"}


def name_in(answer: Any, key: str) -> str:
    """The id or name of something the server created, under this key. Raises OddAnswer."""
    found = mapping(answer).get(key)
    if not is_name(found):
        raise OddAnswer(key)
    return found


def is_name(value: Any) -> TypeGuard[str]:
    """Whether this may be an id or a name: a text that is neither empty nor longer than any of LangGraph's."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is an object; else an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; empty where the value is not a list."""
    return [each for each in listed(value) if isinstance(each, dict)]


def listed(value: Any) -> list[Any]:
    """The value if it is a list; else an empty one."""
    return value if isinstance(value, list) else []
