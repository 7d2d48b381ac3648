"""The shape of a thread: forks, heads, branches, and how to draw them. Pure, and without recursion."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ui.timetravel.model import CheckpointId, Skeleton

MOST_LANES = 40
"""The lanes that the original line may push its branches into, before the largest subtree takes the lane instead."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the drawing, newest on top. `index` counts rows from the top, `lane` columns from the left, from 0.

    The line to the parent goes down from here in `lane` if that is `parent_lane`, else over to `parent_lane` right
    below this row, and then down in it to the row `parent_index`: nothing else is in `parent_lane` on the way. Both are
    None for a root.
    """

    index: int
    checkpoint_id: CheckpointId
    lane: int
    parent_index: int | None
    parent_lane: int | None
    is_head: bool
    is_fork: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """One state of the folded drawing; `folded` checkpoints lie between it and `parent_id`, the state drawn before."""

    checkpoint_id: CheckpointId
    parent_id: CheckpointId | None
    folded: int


class Tree:
    """A thread's checkpoints as a tree. Raises KeyError where it is asked for an id that it does not hold.

    A checkpoint whose parent the store no longer has is a root; there may be several.
    """

    def __init__(self, ids: tuple[CheckpointId, ...], parents: list[int]) -> None:
        self.ids = ids
        """Every id, oldest first."""
        self._parents = parents
        counts = [0] * len(ids)
        for parent in parents:
            if parent >= 0:
                counts[parent] += 1
        self._counts = counts

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, checkpoint_id: object) -> bool:
        return checkpoint_id in self._places

    # --- what is special ---

    @cached_property
    def forks(self) -> tuple[CheckpointId, ...]:
        """The checkpoints with more than one child, oldest first."""
        return tuple(one for one, count in zip(self.ids, self._counts, strict=True) if count > 1)

    @cached_property
    def heads(self) -> tuple[CheckpointId, ...]:
        """The checkpoints without a child, oldest first."""
        return tuple(one for one, count in zip(self.ids, self._counts, strict=True) if not count)

    @cached_property
    def roots(self) -> tuple[CheckpointId, ...]:
        """The checkpoints without a parent in the store, oldest first."""
        return tuple(one for one, parent in zip(self.ids, self._parents, strict=True) if parent < 0)

    @property
    def latest(self) -> CheckpointId | None:
        """What LangGraph takes for the thread's state: the greatest id. None when there is none."""
        return self.ids[-1] if self.ids else None

    # --- one checkpoint and its relations ---

    def child_count(self, checkpoint_id: CheckpointId) -> int:
        """How many checkpoints have this one for a parent."""
        return self._counts[self._places[checkpoint_id]]

    def children(self, checkpoint_id: CheckpointId) -> tuple[CheckpointId, ...]:
        """The checkpoints that have this one for a parent, oldest first."""
        return tuple(self.ids[child] for child in self._children(self._places[checkpoint_id]))

    def parent(self, checkpoint_id: CheckpointId) -> CheckpointId | None:
        """The parent, None for a root."""
        parent = self._parents[self._places[checkpoint_id]]
        return self.ids[parent] if parent >= 0 else None

    def ancestors(self, checkpoint_id: CheckpointId) -> tuple[CheckpointId, ...]:
        """From the parent up to the root."""
        climb = self._climb(self._places[checkpoint_id])
        next(climb)
        return tuple(self.ids[place] for place in climb)

    def path(self, checkpoint_id: CheckpointId) -> tuple[CheckpointId, ...]:
        """The whole branch: from the root through this checkpoint to a head, at each fork below it to the newest id."""
        place = self._places[checkpoint_id]
        places = list(self._climb(place))[::-1]
        while self._counts[place]:
            place = max(self._children(place), key=self._newest.__getitem__)
            places.append(place)
        return tuple(self.ids[place] for place in places)

    def common_ancestor(self, one: CheckpointId, other: CheckpointId) -> CheckpointId | None:
        """The last checkpoint that both came from (one of them, if it is on the way); None if there is none."""
        passed = set(self._climb(self._places[one]))
        return next((self.ids[place] for place in self._climb(self._places[other]) if place in passed), None)

    def other_end(self, checkpoint_id: CheckpointId) -> CheckpointId | None:
        """The head of the branch that this checkpoint's branch left, or that left it last; None without a fork."""
        branch = self.path(checkpoint_id)
        for parent, child in zip(branch[-2::-1], branch[:0:-1], strict=True):
            children = self.children(parent)
            if len(children) > 1:
                return self.path(children[-1] if child == children[0] else children[0])[-1]
        return None

    # --- drawings ---

    def rows(self) -> list[Row]:
        """Every checkpoint as a row of the drawing, newest on top.

        Like the output of the `tree` command, upside down: a checkpoint's first child goes on in its lane, so the
        original line never moves when a fork appears. Each later child's subtree is a block of rows of its own, one
        lane further right, between the checkpoint and its first child, so thousands of branches from one checkpoint
        take one lane. Where that would take more than `MOST_LANES`, the child with the largest subtree goes on in the
        lane.
        """
        return self._rows

    def segments(self, keep: Iterable[CheckpointId] = ()) -> list[Segment]:
        """The drawing with unbranched runs folded, oldest first: forks, heads, roots and the ids in `keep` stay."""
        kept = {self._places[one] for one in keep if one in self._places}
        stays = [
            count != 1 or parent < 0 or place in kept
            for place, (count, parent) in enumerate(zip(self._counts, self._parents, strict=True))
        ]
        # For each place, the nearest state above it that stays, and how many lie between.
        above: list[tuple[int, int]] = [(-1, 0)] * len(self.ids)
        for place in self._order:
            parent = self._parents[place]
            if parent >= 0:
                above[place] = (parent, 0) if stays[parent] else (above[parent][0], above[parent][1] + 1)
        return [
            Segment(self.ids[place], self.ids[above[place][0]] if above[place][0] >= 0 else None, above[place][1])
            for place in range(len(self.ids))
            if stays[place]
        ]

    # --- made when first asked for ---

    @cached_property
    def _places(self) -> dict[CheckpointId, int]:
        return {one: place for place, one in enumerate(self.ids)}

    @cached_property
    def _order(self) -> Iterable[int]:
        """Every place, parents before children: the ids' own order, unless clocks of several machines disagreed."""
        if all(parent < place for place, parent in enumerate(self._parents)):
            return range(len(self.ids))
        return self._below([place for place, parent in enumerate(self._parents) if parent < 0])

    @cached_property
    def _later_children(self) -> dict[int, list[int]]:
        """The children of forks, oldest first."""
        found: dict[int, list[int]] = {}
        for place, parent in enumerate(self._parents):
            if parent >= 0 and self._counts[parent] > 1:
                found.setdefault(parent, []).append(place)
        return found

    @cached_property
    def _only_child(self) -> list[int]:
        """The last child of each place, -1 where there is none: the only one, away from forks."""
        child = [-1] * len(self.ids)
        for place, parent in enumerate(self._parents):
            if parent >= 0:
                child[parent] = place
        return child

    @cached_property
    def _newest(self) -> list[int]:
        """The newest place in the subtree of each."""
        newest = list(range(len(self.ids)))
        for place in reversed(list(self._order)):
            parent = self._parents[place]
            if parent >= 0 and newest[place] > newest[parent]:
                newest[parent] = newest[place]
        return newest

    @cached_property
    def _sizes(self) -> list[int]:
        """How many checkpoints the subtree of each place has, itself included."""
        sizes = [1] * len(self.ids)
        for place in reversed(list(self._order)):
            parent = self._parents[place]
            if parent >= 0:
                sizes[parent] += sizes[place]
        return sizes

    @cached_property
    def _rows(self) -> list[Row]:
        drawn, lanes = self._laid_out(largest_first=False)
        if max(lanes, default=0) >= MOST_LANES:
            drawn, lanes = self._laid_out(largest_first=True)
        last = len(drawn) - 1
        row_of = [0] * len(drawn)
        for from_below, place in enumerate(drawn):
            row_of[place] = last - from_below
        rows = []
        for place in reversed(drawn):
            parent, count = self._parents[place], self._counts[place]
            up, up_lane = (row_of[parent], lanes[parent]) if parent >= 0 else (None, None)
            rows.append(Row(row_of[place], self.ids[place], lanes[place], up, up_lane, count == 0, count > 1))
        return rows

    def _laid_out(self, largest_first: bool) -> tuple[list[int], list[int]]:
        """The places from the bottom row to the top one, and the lane of each place."""
        lanes = [0] * len(self.ids)
        drawn = []
        waiting = [place for place, parent in enumerate(self._parents) if parent < 0][::-1]
        only, forks = self._only_child, self._later_children
        while waiting:
            place = waiting.pop()
            drawn.append(place)
            if place not in forks:
                if (child := only[place]) >= 0:
                    lanes[child] = lanes[place]
                    waiting.append(child)
                continue
            children = forks[place]
            main = max(children, key=self._sizes.__getitem__) if largest_first else children[0]
            waiting.append(main)
            lanes[main] = lanes[place]
            for child in reversed(children):
                if child != main:
                    lanes[child] = lanes[place] + 1
                    waiting.append(child)
        return drawn, lanes

    def _children(self, place: int) -> list[int]:
        if not self._counts[place]:
            return []
        return self._later_children.get(place) or [self._only_child[place]]

    def _climb(self, place: int) -> Iterator[int]:
        while place >= 0:
            yield place
            place = self._parents[place]

    def _below(self, places: list[int]) -> list[int]:
        found, waiting = [], places[::-1]
        while waiting:
            place = waiting.pop()
            found.append(place)
            waiting.extend(self._children(place))
        return found


def build(skeleton: Skeleton) -> Tree:
    """The tree of a skeleton. Any skeleton gives one: parents that are missing, and rings of parents, make roots."""
    ids = skeleton.ids
    before: list[CheckpointId | None] = [None, *ids[:-1]] if ids else []
    # Nearly every checkpoint's parent is the one before it: only the others have to be looked up.
    parents = [
        place - 1 if parent == previous else -2
        for place, (parent, previous) in enumerate(zip(skeleton.parents, before, strict=True))
    ]
    if -2 in parents:
        places = {one: place for place, one in enumerate(ids)}
        for place, parent in enumerate(parents):
            if parent == -2:
                name = skeleton.parents[place]
                parents[place] = places.get(name, -1) if name is not None else -1
        if any(parent >= place for place, parent in enumerate(parents)):
            _cut_rings(parents)
    return Tree(ids, parents)


def _cut_rings(parents: list[int]) -> None:
    """Make a root of one checkpoint of each ring of parents (a damaged store has such)."""
    reached = [0] * len(parents)
    for start in range(len(parents)):
        place, mark = start, start + 1
        while place >= 0 and not reached[place]:
            reached[place] = mark
            if parents[place] >= 0 and reached[parents[place]] == mark:
                parents[place] = -1
            place = parents[place]
