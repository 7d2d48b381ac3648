"""Exceptions as a person wants to read them: without our frames, and without LangGraph's where the user's are there."""

import asyncio
import importlib.util
import os
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, WrapperDescriptorType
from typing import Any

from ..allowed_types.allowlist import RefusedTypes
from ..shared.clipping import LINE, TEXT, clipped
from .long_failures import is_long, long_traceback
from .refused import Refused

_OURS = (str(Path(__file__).resolve().parents[2]) + os.sep, "<frozen importlib", "<frozen runpy")
_TASK_NOTE = "During task with name "
_PATIENCE = 2.0
"""Seconds in which an exception has to say what it is."""


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
    """The failure for the wire: node, type, message, traceback. What was refused by us needs no traceback.

    Whatever the exception is, or holds, this ends, and is not long: what was left out is said.
    """
    message = message_of(error)
    if isinstance(error, SystemExit):
        message = f"The code called sys.exit({clipped(repr(error.code))})."
    trace = "" if isinstance(error, Refused) else trimmed(error)
    told = {"node": node, "type": clipped(type(error).__qualname__, 200), "message": message, "traceback": trace}
    return {**told, "refused": error.types} if isinstance(error, RefusedTypes) else told


def message_of(error: BaseException) -> str:
    """What str() gives for it; where that raises or takes too long, a word about that."""
    return patiently(lambda: clipped(str(error), LINE), error, "text")


def trimmed(error: BaseException) -> str:
    """The whole traceback, causes and groups included, as text, trimmed; of a very long one the ends."""
    return patiently(lambda: _trimmed(error), error, "traceback")


def patiently(make: Callable[[], str], error: BaseException, what: str) -> str:
    """What `make` gives; where it raises, or has not come to its end after two seconds, that in words."""
    made: list[str] = []

    def run() -> None:
        try:
            made.append(make())
        except BaseException as trouble:  # from the user's own class, whatever it is
            made.append(f"(The {what} can't be had: {type(trouble).__name__} when it was asked for.)")

    if isinstance(type(error).__str__, WrapperDescriptorType) and all(isinstance(one, str) for one in error.args):
        run()
    else:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(_PATIENCE)
    return made[0] if made else f"(The {what} can't be had: it was not there after {_PATIENCE:g} seconds.)"


def _trimmed(error: BaseException) -> str:
    if is_long(error):
        return clipped(long_traceback(error, _own_frames), TEXT)
    told = traceback.TracebackException.from_exception(error)
    _trim(told)
    return clipped("".join(told.format()), TEXT)


def _own_frames(frames: Iterator[tuple[FrameType, int]]) -> Iterator[tuple[FrameType, int]]:
    """Those that are neither ours nor of a library."""
    return (each for each in frames if not each[0].f_code.co_filename.startswith((*_OURS, *_LIBRARIES)))


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
