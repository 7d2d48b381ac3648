"""What a server answers, with its parts in the shapes that the API has (langgraph-api 0.16.7): what isn't is left out.

Another version, or a proxy in between, may answer otherwise, and metadata and values are whatever somebody put there.
"""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from ui.timetravel import ext
from ui.timetravel.json_rows import decode_json
from ui.timetravel.plain import Plain

State: TypeAlias = dict[str, Any]
"""A `ThreadState` as the API tells it (langgraph-api 0.16.7, state.py)."""


def state_in(answer: Any) -> State:
    """A state; an empty one where the answer is none."""
    told = _mapping(answer)
    return {
        **told,
        "checkpoint": _texts(told.get("checkpoint")),
        "parent_checkpoint": _texts(told.get("parent_checkpoint")),
        "metadata": _bounded(_mapping(told.get("metadata"))),
        "values": _bounded(told.get("values")),
        "next": [node for node in _list(told.get("next")) if isinstance(node, str)],
        "tasks": [_task(task) for task in _list(told.get("tasks")) if isinstance(task, dict)],
        "interrupts": _mappings(told.get("interrupts")),
    }


def states_in(answer: Any) -> list[State]:
    """Those of a history that are checkpoints."""
    states = (state_in(each) for each in _list(answer))
    return [state for state in states if state["checkpoint"].get("checkpoint_id")]


def rows_in(answer: Any) -> list[Mapping[str, Any]]:
    """The rows of a list of threads."""
    return [
        {**row, "metadata": _mapping(row.get("metadata"))}
        for row in _mappings(answer)
        if isinstance(row.get("thread_id"), str)
    ]


def _task(told: dict[str, Any]) -> dict[str, Any]:
    state, path = told.get("state"), told.get("path")
    return {
        **told,
        "id": _text(told.get("id")),
        "name": _text(told.get("name")),
        "path": path if isinstance(path, list) and ext.fits(path) else [],
        "error": _bounded(told.get("error")),
        "result": _bounded(told.get("result")),
        "interrupts": _bounded(_mappings(told.get("interrupts"))),
        "checkpoint": _texts(told.get("checkpoint")),
        "state": state_in(state) if isinstance(state, dict) else None,
    }


def _bounded(value: Plain) -> Plain:
    """The value; where it is nested deeper than values may be, with a mark in place of what is deeper."""
    if ext.fits(value):
        return value
    try:
        return decode_json(json.dumps(value).encode())
    except (ValueError, RecursionError):
        return None


def _texts(told: Any) -> dict[str, str]:
    return {name: value for name, value in _mapping(told).items() if isinstance(value, str)}


def _text(told: Any) -> str:
    return told if isinstance(told, str) else ""


def _mapping(told: Any) -> dict[str, Any]:
    return told if isinstance(told, dict) else {}


def _mappings(told: Any) -> list[dict[str, Any]]:
    return [each for each in _list(told) if isinstance(each, dict)]


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []
