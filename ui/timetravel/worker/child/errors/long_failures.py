"""Tracebacks that would be too long, with a million frames, notes, causes or members of a group: only their ends are
kept.

`traceback.TracebackException` copies everything before it can be cut: gigabytes, and for nested causes or groups a
recursion that ends in an error of its own (Python 3.11, traceback.py).
"""

import traceback
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from types import FrameType
from typing import Any

from ..shared.clipping import LINE, clipped

Frames = Iterator[tuple[FrameType, int]]

_FRAMES = 100
_EXCEPTIONS = 20
_NOTES = 20
_BETWEEN = "\nThis was the cause of the next one:\n\n"


def is_long(error: BaseException) -> bool:
    """Whether it is longer than a person could read. Looks at no more than that."""
    to_see, seen = [error], set()
    while to_see:
        one = to_see.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        group = getattr(one, "exceptions", ())
        long = len(seen) > _EXCEPTIONS or (isinstance(group, tuple) and len(group) > _EXCEPTIONS)
        if long or _has_many_parts(one):
            return True
        to_see += [each for each in (one.__cause__, one.__context__) if each is not None]
        to_see += [each for each in group if isinstance(each, BaseException)] if isinstance(group, tuple) else []
    return False


def _has_many_parts(error: BaseException) -> bool:
    notes = _notes(error)
    frames = sum(1 for _ in islice(traceback.walk_tb(error.__traceback__), 10 * _FRAMES))
    return frames == 10 * _FRAMES or len(notes) > _NOTES or any(len(str(note)) > LINE for note in notes)


def long_traceback(error: BaseException, own: Callable[[Frames], Frames]) -> str:
    """The exceptions that led to this one, the first and the last of them, each with its first and last frames.

    `own` selects the frames to show.
    """
    chain, number = _chain(error)
    texts = [_one(each, own) for each in chain]
    if number > len(chain):
        texts.insert(
            len(texts) // 2, f"… {number - len(chain):,} more exceptions, each the cause of the next, left out …\n"
        )
    return _BETWEEN.join(texts)


def _chain(error: BaseException) -> tuple[list[BaseException], int]:
    """The first and the last causes (this exception being the very last), and their number."""
    half = _EXCEPTIONS // 2
    last: list[BaseException] = []
    first: deque[BaseException] = deque(maxlen=half)
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        (last if len(last) < half else first).append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return [*reversed(first), *reversed(last)], len(seen)


def _one(error: BaseException, own: Callable[[Frames], Frames]) -> str:
    lines = [*_stack(error, own), _name(error)]
    notes = _notes(error)
    lines += [f"{clipped(str(note))}\n" for note in notes[:_NOTES]]
    lines += [f"… {len(notes) - _NOTES:,} notes left out …\n"] if len(notes) > _NOTES else []
    group = getattr(error, "exceptions", ())
    if isinstance(group, tuple) and group:
        lines += [f"  | {_name(each)}" for each in group[:_EXCEPTIONS]]
        lines += [f"  | … {len(group) - _EXCEPTIONS:,} more in this group left out …\n"] * (len(group) > _EXCEPTIONS)
    return "".join(lines)


def _stack(error: BaseException, own: Callable[[Frames], Frames]) -> list[str]:
    frames = own(traceback.walk_tb(error.__traceback__))
    half = _FRAMES // 2
    first = list(islice(frames, half))
    number, last = len(first), deque[Any](maxlen=half)
    for each in frames:
        last.append(each)
        number += 1
    if not first:
        return []
    out = number - len(first) - len(last)
    middle = [f"  … {out:,} frames left out …\n"] if out else []
    return ["Traceback (most recent call last):\n", *_lines(first), *middle, *_lines(list(last))]


def _lines(frames: list[tuple[FrameType, int]]) -> list[str]:
    return traceback.StackSummary.extract(iter(frames)).format()


def _name(error: BaseException) -> str:
    kind = type(error)
    name = (
        kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"
    )
    try:
        text = clipped(str(error))
    except Exception as trouble:  # raised by the user's own class
        text = f"<its text can't be had: {type(trouble).__name__}>"
    return f"{name}: {text}\n" if text else f"{name}\n"


def _notes(error: BaseException) -> list[Any]:
    notes = getattr(error, "__notes__", None)
    return notes if isinstance(notes, list) else []
