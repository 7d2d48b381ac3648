"""Cuts a value down to what fits on a screen, with a mark wherever something was left out. Pure."""

from collections.abc import Collection
from itertools import islice
from typing import Any

from ui.timetravel.model.values import Opaque, Plain, Typed
from ui.timetravel.serde.budget import LEFT_OUT, fair_share

SHOWN = 50_000
"""The cost that one drawing may have: each scalar, list, dict or typed value counts one, and so do 20 characters of a
text. A browser needs a second for this much.
"""

CHARACTERS = 20
"""The number of characters of a text that cost as much as a number."""

LONGEST = 100_000
"""Characters of one text that are shown; a browser needs seconds for a text of megabytes."""

_FAIR_LEVELS = 3
"""The levels at which each part of a dict or list gets its share: a huge channel does not hide those after it."""
_LEAST = 4
"""The cost of a part that is cut to almost nothing: itself, the beginning of one part, and a mark with its key."""
_LONGEST_KEY = 1_000
_DEEPEST = 150

MORE = "(left out)"
"""The key under which a dict says what is left out of it."""


def excerpt(plain: Plain, most: int = SHOWN) -> Plain:
    """The value itself if its `cost` is at most `most`; else a copy with `Opaque` in place of what is too much.

    The same value always gives the same excerpt. Channels share the room equally, and those that need less leave their
    rest to others. Takes time in proportion to `most`, whatever the value's size.
    """
    return plain if cost(plain, most) <= most else _cut(plain, most, 0)


def cost(plain: Plain, most: int, characters: int = CHARACTERS) -> int:
    """The number of parts in a value, where each run of `characters` of a text counts as one; beyond `most` just some
    larger number.
    """
    count = 0
    waiting: list[Any] = [plain]
    while waiting:
        value = waiting.pop()
        kind = type(value)
        count += 1
        if kind is str:
            count += len(value) // characters
        elif kind is list or kind is tuple:
            if len(value) + count > most:
                return most + len(value)
            waiting.extend(value)
        elif kind is dict:
            if 2 * len(value) + count > most:
                return most + len(value)
            waiting.extend(value)
            waiting.extend(value.values())
        elif kind is Typed:
            waiting.append(value.value)
        if count > most:
            return count
    return count


def more(count: int, noun: str) -> Opaque:
    """The mark for parts of a list or dict that were left out; `count` is their number."""
    return Opaque(noun, 0, f"{LEFT_OUT}{count:,} more {noun if count == 1 else noun + 's'}")


def left_out(value: Plain) -> bool:
    """Whether this is a mark for something that was left out."""
    return type(value) is Opaque and value.reason.startswith(LEFT_OUT)


def is_short(value: Plain) -> bool:
    """Whether something is missing from this value itself. What is missing inside its parts is marked there."""
    inner = value.value if type(value) is Typed else value
    if type(inner) is list and inner:
        return left_out(inner[-1])
    if type(inner) is dict and inner:
        return left_out(inner.get(MORE)) or left_out(next(reversed(inner.values())))
    return left_out(inner) or (type(inner) is str and len(inner) > LONGEST and LEFT_OUT in inner[-100:])


def _cut(plain: Plain, most: int, level: int) -> Plain:
    kind = type(plain)
    if kind is str:
        kept = min(max(most, 1) * CHARACTERS, LONGEST)
        return plain if len(plain) <= kept else f"{plain[:kept]} … {len(plain) - kept:,} more characters"
    if level > _DEEPEST:
        return Opaque("value", 0, f"{LEFT_OUT}what is nested deeper")
    if kind is list:
        return _cut_list(plain, most, level)
    if kind is tuple:
        return tuple(_cut_list(list(plain), most, level))
    if kind is dict:
        return _cut_dict(plain, most, level)
    if kind is Typed:
        return Typed(plain.module, plain.name, _cut(plain.value, most, level + 1), plain.constructor, plain.method)
    return plain


def _cut_list(plain: list[Plain], most: int, level: int) -> list[Plain]:
    kept = _kept(plain, most, level)
    return [*kept, more(len(plain) - len(kept), "item")] if len(kept) < len(plain) else kept


def _cut_dict(plain: dict[Plain, Plain], most: int, level: int) -> dict[Plain, Plain]:
    letters = sum(min(len(key), _LONGEST_KEY) for key in plain if type(key) is str)
    values = _kept(plain.values(), most, level, each=1 + letters // CHARACTERS // max(1, len(plain)))
    kept = {_short_key(key): value for key, value in zip(plain, values, strict=False)}
    if len(values) < len(plain):
        kept[MORE] = more(len(plain) - len(values), "key")
    return kept


def _short_key(key: Plain) -> Plain:
    if type(key) is str:
        left = len(key) - _LONGEST_KEY
        return f"{key[:_LONGEST_KEY]} … {left:,} more characters" if left > 0 else key
    return key if cost(key, _LONGEST_KEY) <= _LONGEST_KEY else Opaque("key", 0, f"{LEFT_OUT}it is too large")


def _kept(parts: Collection[Plain], most: int, level: int, each: int = 0) -> list[Plain]:
    """The parts, cut; only the first ones where there is no room for more.

    `each` is the extra cost of every part: that of its key.
    """
    if level < _FAIR_LEVELS and 0 < (_LEAST + each) * len(parts) <= most:
        return _fairly(parts, most - each * len(parts), level)
    kept: list[Plain] = []
    for part in islice(parts, max(most, 1)):
        if most <= 0:
            break
        count = cost(part, most)
        kept.append(part if count <= most else _cut(part, most, level + 1))
        most -= count + each
    return kept


def _fairly(parts: Collection[Plain], most: int, level: int) -> list[Plain]:
    """All of the parts, cut; parts that need less than an equal share leave their rest to the others."""
    equal = most // len(parts)
    needs = [cost(part, equal) for part in parts]
    share = fair_share(needs, most)
    return [
        part if need <= equal or cost(part, share) <= share else _cut(part, share, level + 1)
        for part, need in zip(parts, needs, strict=True)
    ]
