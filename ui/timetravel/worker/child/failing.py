"""Exceptions as a person wants to read them: without our frames, and without LangGraph's where the user's are there."""

import asyncio
import importlib.util
import os
import traceback
from pathlib import Path
from typing import Any

from .allowlist import RefusedTypes
from .refusing import Refused

_OURS = (str(Path(__file__).resolve().parents[1]) + os.sep, "<frozen importlib", "<frozen runpy")
_TASK_NOTE = "During task with name "


def _folders(*packages: str) -> tuple[str, ...]:
    found: list[str] = []
    for name in packages:
        spec = importlib.util.find_spec(name)
        found += [str(place) + os.sep for place in (spec.submodule_search_locations or ())] if spec else []
    return tuple(found)


_LIBRARIES = (
    *_folders("langgraph", "langchain_core", "concurrent", "importlib", "aiosqlite"),
    str(Path(asyncio.__file__).parent) + os.sep,
)


def describe_failure(error: BaseException, node: str = "") -> dict[str, Any]:
    """The failure for the wire: node, type, message, traceback. What was refused by us needs no traceback."""
    message = str(error)
    if isinstance(error, SystemExit):
        message = f"The code called sys.exit({error.code!r})."
    trace = "" if isinstance(error, Refused) else trimmed(error)
    told = {"node": node, "type": type(error).__qualname__, "message": message, "traceback": trace}
    return {**told, "refused": error.types} if isinstance(error, RefusedTypes) else told


def trimmed(error: BaseException) -> str:
    """The whole traceback, causes and groups included, as text, trimmed."""
    told = traceback.TracebackException.from_exception(error)
    _trim(told)
    return "".join(told.format())


def _trim(told: traceback.TracebackException | None) -> None:
    if told is None:
        return
    frames = [frame for frame in told.stack if not frame.filename.startswith(_OURS)]
    theirs = [frame for frame in frames if not frame.filename.startswith(_LIBRARIES)]
    told.stack = traceback.StackSummary.from_list(theirs or frames)
    notes = getattr(told, "__notes__", None)
    if notes:
        # LangGraph adds the task's name and id, which the failure says itself.
        told.__notes__ = [note for note in notes if not str(note).startswith(_TASK_NOTE)]
    _trim(told.__cause__)
    _trim(told.__context__)
    for each in getattr(told, "exceptions", None) or ():
        _trim(each)
