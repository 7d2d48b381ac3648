"""Walks through two values side by side, without recursion, in the order in which a person reads them."""

from collections.abc import Hashable, Iterable, Iterator
from functools import partial
from typing import Literal, NamedTuple

from ui.timetravel.diff.change import Change, Op, Path
from ui.timetravel.diff.lists import moves
from ui.timetravel.diff.similarity import Similarity
from ui.timetravel.diff.value_keys import Keys
from ui.timetravel.model.values import Plain, Typed

_PACKED_LEVELS = 24
"""Down to this level values are packed whole to compare them: each part is packed at most this many times."""

_MOST_IN_ONE, _MOST_CHANGES = 20_000, 200_000
"""Changes in one part of the root, and in all: beyond them the part is replaced as a whole, since nobody reads so
many.
"""

_PLAIN_SCALARS = frozenset({str, int, bool, bytes, type(None)})
"""Types whose `==` is strict if both have the same type. Not float, because of NaN and the two zeros."""


class _Place:
    """The path to a pair of values, in the old value and in the new one, which differ in list indices.

    It is a chain of steps rather than two tuples, which would take quadratic time and memory in a deep value.
    """

    __slots__ = ("depth", "new", "old", "parent")

    def __init__(self, parent: "_Place | None", old: Hashable, new: Hashable) -> None:
        self.parent = parent
        self.old = old
        self.new = new
        self.depth: int = parent.depth + 1 if parent else 0

    def path(self, op: Op) -> Path:
        steps = []
        place = self
        while place.parent is not None:
            steps.append(place.new if op == "add" else place.old)
            place = place.parent
        return tuple(reversed(steps))


class _Step(NamedTuple):
    """One item of work: a change to report, or a pair of values to compare."""

    what: Op | Literal["look"]
    old: Plain
    new: Plain
    place: _Place


class Walk:
    """One comparison of two values."""

    def __init__(self) -> None:
        self._keys = Keys()
        self._similar = Similarity()

    def changes(self, old: Plain, new: Plain) -> list[Change]:
        """The changes, in the order of the old value and, for what was added, of the new one."""
        found: list[Change] = []
        whole = part = _Step("look", old, new, _Place(None, None, None))
        begun = 0
        todo = [whole]
        while todo:
            step = todo.pop()
            if step.place.depth <= 1:
                part, begun = step, len(found)
            if step.what == "look":
                # All steps are listed before any is taken, so that the first one is on top of the stack.
                inside, too_many = self._listed(step)
                if too_many:
                    found[begun:] = [_whole(part)]
                    while todo and todo[-1].place.depth > 1:
                        todo.pop()
                    begun = len(found)
                todo.extend(reversed(inside))
            else:
                found.append(Change(step.place.path(step.what), step.what, step.old, step.new))
            if len(found) > _MOST_CHANGES:
                return [Change((), "replace", old, new)]
            if len(found) - begun > _MOST_IN_ONE:
                found[begun:] = [_whole(part)]
                while todo and todo[-1].place.depth > 1:
                    todo.pop()
                begun = len(found)
        return found

    def _listed(self, step: _Step) -> tuple[list[_Step], bool]:
        """The steps inside a pair, and whether they are more than are reported for one part of the root.

        In that case none of them is reported, and listing stops as soon as it is known.
        """
        inside: list[_Step] = []
        changes = 0
        for one in self._look(step):
            inside.append(one)
            changes += one.what != "look"
            if changes > _MOST_IN_ONE and step.place.depth:
                return [], True
        return inside, False

    def _look(self, step: _Step) -> Iterable[_Step]:
        old, new, place = step.old, step.new, step.place
        if old is new:
            return ()
        if not _same_tag(old, new):
            return (step._replace(what="replace"),)
        inner_old, inner_new = _inside(old), _inside(new)
        both = {type(inner_old), type(inner_new)}
        if both == {dict}:
            return () if self._equal_at_once(old, new, place) else self._dicts(inner_old, inner_new, step)
        if both == {list}:
            same_length = len(inner_old) == len(inner_new)
            equal = same_length and self._equal_at_once(old, new, place)
            return () if equal else self._lists(inner_old, inner_new, place)
        return () if self._key(old, place) == self._key(new, place) else (step._replace(what="replace"),)

    def _key(self, value: Plain, place: _Place) -> Hashable:
        return self._keys.key(value, place.depth < _PACKED_LEVELS)

    def _equal_at_once(self, old: Plain, new: Plain, place: _Place) -> bool:
        """Whether two parts are equal by a quick comparison.

        Not tried for the root and deep inside, where it rarely helps.
        """
        return 0 < place.depth < _PACKED_LEVELS and self._key(old, place) == self._key(new, place)

    def _dicts(self, old: dict[Hashable, Plain], new: dict[Hashable, Plain], step: _Step) -> Iterator[_Step]:
        place = step.place
        # Python takes True, 1 and 1.0 for one key: their strict keys don't. Text is its own strict key.
        named_old = old if _all_text(old) else {self._keys.key(key): value for key, value in old.items()}
        named_new = new if _all_text(new) else {self._keys.key(key): value for key, value in new.items()}
        if len(named_old) < len(old) or len(named_new) < len(new):  # several NaN as keys: a path can't tell them apart
            if self._key(step.old, place) != self._key(step.new, place):
                yield step._replace(what="replace")
            return
        for key, (name, value) in zip(old, named_old.items(), strict=True):
            if name not in named_new:
                yield _Step("remove", value, None, _Place(place, key, key))
            elif _may_differ(value, named_new[name]):
                yield _Step("look", value, named_new[name], _Place(place, key, key))
        for key, (name, value) in zip(new, named_new.items(), strict=True):
            if name not in named_old:
                yield _Step("add", None, value, _Place(place, key, key))

    def _lists(self, old: list[Plain], new: list[Plain], place: _Place) -> Iterator[_Step]:
        key = partial(self._keys.key, quick=place.depth < _PACKED_LEVELS)
        for what, i, j in moves(old, new, key, self._similar):
            yield _Step(
                what,
                None if what == "add" else old[i],
                None if what == "remove" else new[j],
                _Place(place, i, j),
            )


def _whole(part: _Step) -> Change:
    return Change(part.place.path("replace"), "replace", part.old, part.new)


def _same_tag(old: Plain, new: Plain) -> bool:
    if type(old) is not type(new):
        return False
    if type(old) is not Typed:
        return True
    return (old.module, old.name, old.constructor, old.method) == (new.module, new.name, new.constructor, new.method)


def _inside(value: Plain) -> Plain:
    """The part of a value that a path continues in: the fields of a type, or the list in the snapshot of a channel."""
    if type(value) is Typed:
        transparent = type(value.value) is dict or (type(value.value) is list and value.constructor == "delta")
        return value.value if transparent else None
    return value


def _all_text(value: dict[Hashable, Plain]) -> bool:
    return set(map(type, value)) <= {str}


def _may_differ(old: Plain, new: Plain) -> bool:
    if old is new:
        return False
    return type(old) not in _PLAIN_SCALARS or type(old) is not type(new) or old != new
