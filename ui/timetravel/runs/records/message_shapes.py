"""Checks the shape of messages about a run: code in a node can write anything to the worker's channel."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from ui.timetravel.model.runs import NodeState, RunStatus

Fits = Callable[[Any], bool]

OTHER_EVENTS = frozenset(
    {"ready", "graph", "rebuilt", "types", "deleting", "deleted", "shrunk", "imported", "kept", "changed", "reply"}
)
"""A worker's messages that are not about a run."""


_LATEST = 32_503_680_000
"""Seconds since the epoch, in the year 3000: calendars can't show later times."""
_MOST = 1 << 62


def _is(*kinds: type) -> Fits:
    return lambda value: isinstance(value, kinds) and not isinstance(value, bool)


def _all(fits: Fits) -> Fits:
    return lambda value: isinstance(value, list | tuple) and all(map(fits, value))


def _has(**fields: Fits) -> Fits:
    return lambda value: isinstance(value, dict) and all(fit(value.get(name)) for name, fit in fields.items())


def _one_of(names: type[StrEnum]) -> Fits:
    known = frozenset(str(each) for each in names)
    return lambda value: isinstance(value, str) and value in known


def _or_none(fits: Fits) -> Fits:
    return lambda value: value is None or fits(value)


def _value(value: Any) -> bool:
    """A serialization format's name and bytes."""
    return _all(_text)(value) and len(value) == 2


def _time(value: Any) -> bool:
    return _is(int, float)(value) and 0 <= value < _LATEST


def _count(value: Any) -> bool:
    return _is(int)(value) and abs(value) < _MOST


_text = _is(str)
_types = _or_none(_all(lambda value: _all(_text)(value) and len(value) == 2))
_failure = _has(node=_text, type=_text, message=_text, traceback=_text, refused=_types)
_asked = _has(id=_text, value=_or_none(_value), size=_or_none(_count), response_schema=_or_none(_value))
_pause = _has(node=_text, how=_text, whose=_text)

_SHAPES: Mapping[str, Fits] = {
    "loaded": _has(notes=_all(_text)),
    "load_error": _has(type=_text, message=_text, traceback=_text, refused=_types),
    "unfit": _has(message=_text),
    "prepared": _has(),
    "started": _has(id=_text, node=_text, ns=_text, step=_count, time=_time),
    "ended": _has(id=_text, time=_time, how=_one_of(NodeState), error=_text),
    "output": _has(kind=_text, node=_text, task=_text, text=_text, left_out=_or_none(_count)),
    "checkpoint": _has(ns=_text, id=_text),
    "note": _has(text=_text),
    "foreign": _has(lines=_count),
    "end": _has(
        status=_one_of(RunStatus),
        interrupts=_all(_asked),
        failure=_or_none(_failure),
        next=_or_none(_all(_text)),
        pauses=_or_none(_all(_pause)),
    ),
}


def fits(message: Mapping[str, Any]) -> bool:
    """Whether a message about a run has every field that its event needs, each of the right type."""
    shape = _SHAPES.get(str(message.get("event")))
    return shape is not None and shape(message)
