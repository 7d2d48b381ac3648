"""Aligns the items of two lists, and says by positions what was removed, added and changed."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from typing import Literal, NamedTuple

from ui.timetravel.diff.alignment import Pairs, match
from ui.timetravel.diff.similarity import Similarity, identity
from ui.timetravel.model.values import Plain

ItemIdentity = Callable[[Plain], Hashable]


class Move(NamedTuple):
    """One step: "remove" an item from `old`, "add" it at `new`, or "look" inside both, which are the same item,
    changed.
    """

    what: Literal["remove", "add", "look"]
    old: int
    new: int


def moves(old: list[Plain], new: list[Plain], key: ItemIdentity, similar: Similarity) -> Iterator[Move]:
    """The steps that turn `old` into `new`, in order. Items that stay as they are have no step.

    Items never cross: one that was moved is removed and added.
    """
    head, tail = _common_ends(old, new, key)
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    i = j = 0
    for end_i, end_j, differ in [*_aligned(a, b, key), (len(a), len(b), False)]:
        if i < end_i or j < end_j:
            for move in _between(a[i:end_i], b[j:end_j], similar):
                yield Move(move.what, head + i + move.old, head + j + move.new)
        if differ:
            yield Move("look", head + end_i, head + end_j)
        i, j = end_i + 1, end_j + 1


def _common_ends(old: list[Plain], new: list[Plain], key: ItemIdentity) -> tuple[int, int]:
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and _same(old[head], new[head], key):
        head += 1
    tail = 0
    while tail < shorter - head and _same(old[-1 - tail], new[-1 - tail], key):
        tail += 1
    return head, tail


def _same(old: Plain, new: Plain, key: ItemIdentity) -> bool:
    return old is new or (type(old) is type(new) and key(old) == key(new))


def _aligned(old: list[Plain], new: list[Plain], key: ItemIdentity) -> Iterator[tuple[int, int, bool]]:
    """The pairs of positions that are the same item, and whether the item changed."""
    if not old or not new or len(old) == len(new) == 1:  # one item of each, known to differ: `_between` decides
        return
    keys_old, keys_new = [key(item) for item in old], [key(item) for item in new]
    tokens_old, tokens_new = _tokens(old, keys_old, new, keys_new)
    pairs: Pairs = match(tokens_old, tokens_new)
    for i, j in pairs:
        yield i, j, keys_old[i] != keys_new[j]


def _tokens(
    old: list[Plain], keys_old: list[Hashable], new: list[Plain], keys_new: list[Hashable]
) -> tuple[list[int], list[int]]:
    """A number for each item, equal for equal ids where both sides have an id just once, else for equal content."""
    ids_old, ids_new = [_id(item) for item in old], [_id(item) for item in new]
    count_old, count_new = Counter(ids_old), Counter(ids_new)
    unique = {id_ for id_ in count_old if id_ is not None and count_old[id_] == count_new[id_] == 1}
    numbers: dict[Hashable, int] = {}

    def number(id_: Hashable, key: Hashable) -> int:
        return numbers.setdefault(id_ if id_ in unique else key, len(numbers))

    return (
        [number(id_, key) for id_, key in zip(ids_old, keys_old, strict=True)],
        [number(id_, key) for id_, key in zip(ids_new, keys_new, strict=True)],
    )


def _id(item: Plain) -> Hashable:
    value = identity(item)
    return None if value is None else (type(value), value)


def _between(old: list[Plain], new: list[Plain], similar: Similarity) -> Iterator[Move]:
    """The steps between two aligned items: removals before additions, up to each pair that is the same item,
    changed.
    """
    i = j = 0
    pairs = similar.pairs(old, new) if old and new else []
    for end_i, end_j in [*pairs, (len(old), len(new))]:
        for k in range(i, end_i):
            yield Move("remove", k, j)
        for k in range(j, end_j):
            yield Move("add", i, k)
        if end_i < len(old) and end_j < len(new):
            yield Move("look", end_i, end_j)
        i, j = end_i + 1, end_j + 1
