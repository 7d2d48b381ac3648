"""The shape of a thread: forks, heads, branches, and how to draw them. Pure, and without recursion."""

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from ui.timetravel.history.tree.folding import Folded, Segment, nearest
from ui.timetravel.history.tree.layout import Line, TreeLayout, TreeRow, lay_out
from ui.timetravel.model.checkpoints import CheckpointId, Skeleton

__all__ = ["Line", "Segment", "Tree", "TreeRow", "build"]

_BRANCHES_KEPT = 8
"""The number of branches that a tree caches: one may be 100,000 ids long, and a person walks along one at a time."""


class Tree:
    """A thread's checkpoints as a tree. Methods raise KeyError for an id that it does not contain.

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
        self._branch = lru_cache(_BRANCHES_KEPT)(self._climbed)
        self._fork_above = lru_cache(_BRANCHES_KEPT)(self._lowest_fork)

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, checkpoint_id: object) -> bool:
        return checkpoint_id in self._places

    # --- forks, heads and roots ---

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
        return tuple(self.ids[place] for place in self._roots)

    @property
    def latest(self) -> CheckpointId | None:
        """The checkpoint that LangGraph takes as the thread's state: the one with the greatest id.

        None when there is none.
        """
        return self.ids[-1] if self.ids else None

    # --- one checkpoint and its relations ---

    def child_count(self, checkpoint_id: CheckpointId) -> int:
        """The number of checkpoints whose parent is this one."""
        return self._counts[self._places[checkpoint_id]]

    def children(self, checkpoint_id: CheckpointId) -> tuple[CheckpointId, ...]:
        """The checkpoints whose parent is this one, oldest first."""
        return tuple(self.ids[child] for child in self._children(self._places[checkpoint_id]))

    def parent(self, checkpoint_id: CheckpointId) -> CheckpointId | None:
        """The parent, None for a root."""
        parent = self._parents[self._places[checkpoint_id]]
        return self.ids[parent] if parent >= 0 else None

    def index(self, checkpoint_id: CheckpointId) -> int:
        """The checkpoint's index in `ids`."""
        return self._places[checkpoint_id]

    def depth(self, checkpoint_id: CheckpointId) -> int:
        """The number of its ancestors, which is also its index in its `path`."""
        return self._depths[self._places[checkpoint_id]]

    def path(self, checkpoint_id: CheckpointId) -> tuple[CheckpointId, ...]:
        """The whole branch: from the root through this checkpoint to a head, at each fork below it to the newest id."""
        return self._branch(self._ends[self._places[checkpoint_id]])

    def other_end(self, checkpoint_id: CheckpointId) -> CheckpointId | None:
        """The head of the branch from which this checkpoint's branch forked off, or which forked off from it last; None
        without a fork.
        """
        found = self._fork_above(self._ends[self._places[checkpoint_id]])
        if found is None:
            return None
        fork, child = found
        children = self._later_children[fork]
        return self.ids[self._ends[children[-1] if child == children[0] else children[0]]]

    # --- drawings ---

    def rows(self, start: int = 0, stop: int | None = None) -> list[TreeRow]:
        """The rows from `start` up to `stop` of the drawing of every checkpoint, newest on top; see `lay_out`."""
        return [self._row(index, place) for index, place in enumerate(self._layout.places[start:stop], start)]

    def row_index(self, checkpoint_id: CheckpointId) -> int:
        """The row of a checkpoint, counted from the top."""
        return self._layout.rows[self._places[checkpoint_id]]

    def lines_from_above(self, start: int) -> list[Line]:
        """The lines that begin above row `start` and end at it or below: one for each parent, no two in one lane."""
        layout = self._layout
        if not 0 < start < len(self.ids):
            return []
        first = layout.places[start]
        crossed = [first] if self._counts[first] == 1 else []
        crossed += [p for p, child in layout.topmost.items() if layout.rows[child] < start <= layout.rows[p]]
        return [Line(layout.lanes[place], layout.rows[place], self.ids[place]) for place in crossed]

    def nearby(self, checkpoint_id: CheckpointId, most: int, broadest: int) -> tuple[list[Segment], int]:
        """The part of the folded drawing that is nearest to this checkpoint, and the number of states left out.

        At most `most` states, and about `broadest` branches of each fork; see `nearest`.
        """
        place = self._places[checkpoint_id]
        states = self._folded.states([place])
        near = nearest(states, place, most, broadest)
        return [self._segment(one, states[one]) for one in near], len(states) - len(near)

    def _row(self, index: int, place: int) -> TreeRow:
        layout, parent, count = self._layout, self._parents[place], self._counts[place]
        up, up_lane = (layout.rows[parent], layout.lanes[parent]) if parent >= 0 else (None, None)
        return TreeRow(index, self.ids[place], layout.lanes[place], up, up_lane, count == 0, count > 1)

    def _segment(self, place: int, above: int) -> Segment:
        parent = self.ids[above] if above >= 0 else None
        return Segment(self.ids[place], parent, self._folded.between(place, above))

    # --- made when first asked for ---

    @cached_property
    def _places(self) -> dict[CheckpointId, int]:
        return {one: place for place, one in enumerate(self.ids)}

    @cached_property
    def _order(self) -> Sequence[int]:
        """Every place, parents before children.

        This is the order of ids, unless the clocks of several machines disagreed.
        """
        if all(parent < place for place, parent in enumerate(self._parents)):
            return range(len(self.ids))
        return self._below(self._roots)

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
        """The last child of each place, -1 where there is none. Away from forks it is the only one."""
        child = [-1] * len(self.ids)
        for place, parent in enumerate(self._parents):
            if parent >= 0:
                child[parent] = place
        return child

    @cached_property
    def _depths(self) -> list[int]:
        depths = [0] * len(self.ids)
        for place in self._order:
            parent = self._parents[place]
            if parent >= 0:
                depths[place] = depths[parent] + 1
        return depths

    @cached_property
    def _ends(self) -> list[int]:
        """The head that the branch of each place leads to: at each fork to the child with the newest place below it."""
        newest, ends = list(range(len(self.ids))), list(range(len(self.ids)))
        followed = [-1] * len(self.ids)
        for place in reversed(self._order):
            parent = self._parents[place]
            if parent >= 0 and newest[place] > followed[parent]:
                followed[parent] = newest[place]
                ends[parent] = ends[place]
                newest[parent] = max(parent, newest[place])
        return ends

    @cached_property
    def _sizes(self) -> list[int]:
        """The number of checkpoints in the subtree of each place, itself included."""
        sizes = [1] * len(self.ids)
        for place in reversed(self._order):
            parent = self._parents[place]
            if parent >= 0:
                sizes[parent] += sizes[place]
        return sizes

    @cached_property
    def _layout(self) -> TreeLayout:
        return lay_out(self._roots, self._only_child, self._later_children, lambda: self._sizes)

    @cached_property
    def _folded(self) -> Folded:
        return Folded(self._parents, self._counts, self._depths, self._order)

    @cached_property
    def _roots(self) -> list[int]:
        return [place for place, parent in enumerate(self._parents) if parent < 0]

    def _climbed(self, head: int) -> tuple[CheckpointId, ...]:
        """The checkpoints from the root to a head."""
        return tuple(self.ids[place] for place in self._climb(head))[::-1]

    def _lowest_fork(self, head: int) -> tuple[int, int] | None:
        """The nearest fork above a head, and the fork's child on the path to that head."""
        place, parent = head, self._parents[head]
        while parent >= 0 and self._counts[parent] == 1:
            place, parent = parent, self._parents[parent]
        return (parent, place) if parent >= 0 else None

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
    """The tree of a skeleton. Never fails: missing parents, and rings of parents, make roots."""
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
