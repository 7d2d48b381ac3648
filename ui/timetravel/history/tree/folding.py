"""Folds the unbranched runs of a tree: only forks, heads, roots and requested checkpoints stay. Pure."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ui.timetravel.model.checkpoints import CheckpointId


@dataclass(frozen=True, slots=True)
class Segment:
    """One state of the folded drawing.

    `folded` is the number of checkpoints between it and `parent_id`, the state drawn before it.
    """

    checkpoint_id: CheckpointId
    parent_id: CheckpointId | None
    folded: int


class Folded:
    """The folded tree of the places 0, 1, ..., whose parents are `parents` (-1: none) at `depths` below their roots.

    `order` has every place with parents before children; `counts` are the numbers of children.
    """

    def __init__(
        self, parents: Sequence[int], counts: Sequence[int], depths: Sequence[int], order: Iterable[int]
    ) -> None:
        self._depths = depths
        self._stays = [count != 1 or parent < 0 for count, parent in zip(counts, parents, strict=True)]
        self._above = [-1] * len(parents)
        below = list(range(len(parents)))
        ordered = list(order)
        for place in ordered:
            parent = parents[place]
            if parent >= 0:
                self._above[place] = parent if self._stays[parent] else self._above[parent]
        for place in reversed(ordered):
            parent = parents[place]
            if parent >= 0 and not self._stays[parent]:
                below[parent] = below[place]
        self._below = below
        self._base = [place for place, stays in enumerate(self._stays) if stays]

    def states(self, keep: Iterable[int] = ()) -> dict[int, int]:
        """Each place that is drawn, those in `keep` included, with the drawn place above it (-1: none)."""
        runs: defaultdict[int, list[int]] = defaultdict(list)
        for place in {place for place in keep if not self._stays[place]}:
            runs[self._below[place]].append(place)
        found = {place: self._above[place] for place in self._base}
        for end, inside in runs.items():
            above = self._above[end]
            for place in [*sorted(inside, key=self._depths.__getitem__), end]:
                found[place], above = above, place
        return dict(sorted(found.items())) if runs else found

    def between(self, place: int, above: int) -> int:
        """The number of folded places between a state and the one above it."""
        return self._depths[place] - self._depths[above] - 1 if above >= 0 else 0


def nearest(states: dict[int, int], start: int, most: int, broadest: int) -> list[int]:
    """At most `most` of the states, those nearest to `start` along the lines between them, in their order.

    The path up to the root comes first, with at most half of them. Of a state's children only the `broadest` on both
    sides of the path to `start` are taken: a fork with thousands of branches stays readable.
    """
    children: defaultdict[int, list[int]] = defaultdict(list)
    for place, above in states.items():
        children[above].append(place)
    found = {start: None}
    place = start
    while (above := states[place]) >= 0 and len(found) < (most + 1) // 2:
        found[above] = None
        place = above
    waiting = deque(found)
    while waiting and len(found) < most:
        place = waiting.popleft()
        for child in _around(children[place], found, broadest):
            if child not in found and len(found) < most:
                found[child] = None
                waiting.append(child)
    return sorted(found)


def _around(children: list[int], found: dict[int, None], broadest: int) -> list[int]:
    """The children next to the one that was taken already, or the newest ones."""
    if len(children) <= broadest:
        return children
    at = next((at for at, child in enumerate(children) if child in found), len(children))
    start = max(0, min(at - broadest // 2, len(children) - broadest))
    return children[start : start + broadest]
