"""Describes exceptions for a person: without our stack frames, and without LangGraph's if there are any of the
user's.
"""

import importlib.util
import os
import threading
import traceback
from collections.abc import Callable, Iterator
from types import FrameType, WrapperDescriptorType
from typing import Any

from ..allowed_types.allowlist import RefusedTypes
from ..own_paths import WORKER
from ..shared.clipping import LINE, TEXT, clipped
from .long_failures import is_long, long_traceback
from .refused import Refused

_OURS = (str(WORKER) + os.sep, "<frozen importlib", "<frozen runpy")
_TASK_NOTE = "During task with name "
_PATIENCE = 2.0
"""Seconds in which an exception must give its text."""


def _folders(*packages: str) -> tuple[str, ...]:
    found: list[str] = []
    for name in packages:
        spec = importlib.util.find_spec(name)
        found += [str(place) + os.sep for place in (spec.submodule_search_locations or ())] if spec else []
    return tuple(found)


_LIBRARIES = _folders("langgraph", "langchain_core", "concurrent", "importlib", "aiosqlite", "asyncio")


def describe_failure(error: BaseException, node: str = "") -> dict[str, Any]:
    """The failure for a message: node, type, message, traceback. A refusal of ours needs no traceback.

    Whatever the exception is or holds, this ends, and the result has a bounded length: it says what was left out.
    """
    message = message_of(error)
    if isinstance(error, SystemExit):
        message = f"The code called sys.exit({clipped(repr(error.code))})."
    trace = "" if isinstance(error, Refused) else trimmed(error)
    told = {"node": node, "type": clipped(type(error).__qualname__, 200), "message": message, "traceback": trace}
    return {**told, "refused": error.types} if isinstance(error, RefusedTypes) else told


def message_of(error: BaseException) -> str:
    """The exception's str(); where that raises or takes too long, a sentence that says so."""
    return patiently(lambda: clipped(str(error), LINE), error, "text")


def trimmed(error: BaseException) -> str:
    """The whole traceback as text, with causes and groups, trimmed; if it is very long only its beginning and end."""
    return patiently(lambda: _trimmed(error), error, "traceback")


def patiently(make: Callable[[], str], error: BaseException, what: str) -> str:
    """The result of `make`; if it raises, or has not ended after two seconds, a sentence that says so."""
    made: list[str] = []

    def run() -> None:
        try:
            made.append(make())
        except BaseException as trouble:  # raised by the user's own class
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
    """The frames that are neither ours nor a library's."""
    return (each for each in frames if not each[0].f_code.co_filename.startswith((*_OURS, *_LIBRARIES)))


def _trim(told: traceback.TracebackException | None) -> None:
    if told is None:
        return
    frames = [frame for frame in told.stack if not frame.filename.startswith(_OURS)]
    theirs = [frame for frame in frames if not frame.filename.startswith(_LIBRARIES)]
    told.stack = traceback.StackSummary.from_list(theirs or frames)
    notes = getattr(told, "__notes__", None)
    if notes:
        # LangGraph adds the task's name and id, which the failure contains already.
        told.__notes__ = [note for note in notes if not str(note).startswith(_TASK_NOTE)]
    _trim(told.__cause__)
    _trim(told.__context__)
    for each in getattr(told, "exceptions", None) or ():
        _trim(each)
