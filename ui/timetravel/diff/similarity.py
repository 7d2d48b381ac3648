"""Finds which of the items that could not be aligned are the same thing, changed.

This is for reading, not exactness.
"""

from itertools import islice

from rapidfuzz.distance import Indel

from ui.timetravel.model.values import Opaque, Plain, Typed

_FIELDS = 32
_TEXT = 200
"""How much of a dict and of a text is compared."""

_STANDS_IN = 0.3
"""The similarity of two items of which it is only known that one may have replaced the other."""

_SAME_COUNT = 0.25
_OTHER_COUNT = 0.5
"""More than this makes a pair. If as many items came as went, a replacement is likely, and a lower similarity is
enough.
"""


class Similarity:
    """Pairs items, with a budget for one whole comparison: once it is used up, items are paired by position alone."""

    def __init__(self, budget: int = 20_000) -> None:
        self._left = budget

    def pairs(self, old: list[Plain], new: list[Plain]) -> list[tuple[int, int]]:
        """Positions (in old, in new) of the items that read best as changed, both increasing.

        Takes O(n) beyond the budget.
        """
        enough = _SAME_COUNT if len(old) == len(new) else _OTHER_COUNT
        cells = len(old) * len(new)
        if cells == 1 or cells > self._left:
            return [(k, k) for k in range(min(len(old), len(new))) if similarity(old[k], new[k]) > enough]
        self._left -= cells
        return _best(old, new, enough)


def similarity(old: Plain, new: Plain) -> float:
    """From 0 (different things) to 1, from a bounded look at both.

    Items that have an id are the same thing when it is equal and different things when it is not.
    """
    if not _nests(old) or not _nests(new):
        return _scalars(old, new)
    id_old, id_new = identity(old), identity(new)
    if id_old is not None and id_new is not None:
        return float(type(id_old) is type(id_new) and id_old == id_new)
    if isinstance(old, Typed) and isinstance(new, Typed):
        if (old.module, old.name, old.constructor, old.method) != (new.module, new.name, new.constructor, new.method):
            return 0.0
        if not isinstance(old.value, dict) or not isinstance(new.value, dict):
            return _STANDS_IN
        old, new = old.value, new.value
    if isinstance(old, dict) and isinstance(new, dict):
        return _dicts(old, new)
    return _credit(old, new) if type(old) is type(new) else 0.0


def identity(item: Plain) -> str | int | bytes | None:
    """The "id" of a dict, or of a `Typed` made of a dict (a chat message).

    None if it has none, or one that is not a scalar.
    """
    fields = item.value if isinstance(item, Typed) else item
    value = fields.get("id") if isinstance(fields, dict) else None
    return value if type(value) in (str, int, bytes) else None


def _best(old: list[Plain], new: list[Plain], enough: float) -> list[tuple[int, int]]:
    score = [[similarity(a, b) for b in new] for a in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]  # of old[i:] and new[j:]
    for i in range(len(old) - 1, -1, -1):
        row, below = best[i], best[i + 1]
        for j in range(len(new) - 1, -1, -1):
            paired = score[i][j] + below[j + 1] if score[i][j] > enough else 0.0
            row[j] = max(paired, below[j], row[j + 1])
    pairs = []
    i = j = 0
    while i < len(old) and j < len(new):
        if score[i][j] > enough and best[i][j] == score[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _nests(value: Plain) -> bool:
    return isinstance(value, (dict, list, Typed))


def _scalars(old: Plain, new: Plain) -> float:
    if type(old) is str and type(new) is str:
        ratio = Indel.normalized_similarity(old[:_TEXT], new[:_TEXT])
        return ratio if ratio >= 0.6 else _STANDS_IN
    return _STANDS_IN


def _dicts(old: dict[Plain, Plain], new: dict[Plain, Plain]) -> float:
    shared = 0.0
    for key, value in islice(old.items(), _FIELDS):
        if key in new:
            shared += _credit(value, new[key])
    either = min(len(old), _FIELDS) + max(0, len(new) - len(old))
    return shared / either if either else 1.0


def _credit(old: Plain, new: Plain) -> float:
    if old is new:
        return 1.0
    if type(old) is not type(new):
        return 0.25
    if type(old) is str:
        return 1.0 if old == new else 0.25 + 0.5 * Indel.normalized_similarity(old[:_TEXT], new[:_TEXT])
    if isinstance(old, (list, dict)):
        return 0.5 if old and new else float(not old and not new)
    if isinstance(old, (Typed, Opaque)):
        return 0.5
    return 1.0 if old == new else 0.5
