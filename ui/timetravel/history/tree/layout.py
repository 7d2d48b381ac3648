"""The position of each checkpoint in the drawing of a tree: rows from the top, lanes from the left. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ui.timetravel.model.checkpoints import CheckpointId

MOST_LANES = 40
"""The most lanes by which the original line may move its branches to the right, before the largest subtree takes the
lane instead.
"""


@dataclass(frozen=True, slots=True)
class TreeRow:
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
class Line:
    """A line that enters a part of the drawing from above it, down `lane` to the row `parent_index`."""

    lane: int
    parent_index: int
    parent_id: CheckpointId


@dataclass(frozen=True, slots=True)
class TreeLayout:
    """The layout of a drawing: the place in each row, and the row and lane of each place."""

    places: Sequence[int]
    rows: Sequence[int]
    lanes: Sequence[int]
    topmost: Mapping[int, int]
    """For each fork, its child that is drawn highest: the one that continues in its lane."""


def lay_out(
    roots: Sequence[int],
    only_child: Sequence[int],
    later_children: Mapping[int, Sequence[int]],
    sizes: Callable[[], Sequence[int]],
) -> TreeLayout:
    """The layout. `only_child` is -1 where there is none, `later_children` are those of forks, oldest first.

    Like the output of the `tree` command, upside down: a checkpoint's first child continues in its lane, so the
    original line never moves when a fork appears. Each later child's subtree is a block of rows of its own, one lane
    further right, between the checkpoint and its first child, so thousands of branches from one checkpoint take one
    lane. Where that would take more than `MOST_LANES`, the child with the largest subtree (`sizes`) continues in the
    lane.
    """
    main = {fork: children[0] for fork, children in later_children.items()}
    upwards, lanes = _stacked(roots, only_child, later_children, main)
    if max(lanes, default=0) >= MOST_LANES:
        largest = sizes()
        main = {fork: max(children, key=largest.__getitem__) for fork, children in later_children.items()}
        upwards, lanes = _stacked(roots, only_child, later_children, main)
    places = upwards[::-1]
    rows = [0] * len(places)
    for row, place in enumerate(places):
        rows[place] = row
    return TreeLayout(places, rows, lanes, main)


def _stacked(
    roots: Sequence[int],
    only_child: Sequence[int],
    later_children: Mapping[int, Sequence[int]],
    main: Mapping[int, int],
) -> tuple[list[int], list[int]]:
    """The places from the bottom row to the top one, and the lane of each place."""
    lanes = [0] * len(only_child)
    drawn = []
    waiting = list(reversed(roots))
    while waiting:
        place = waiting.pop()
        drawn.append(place)
        if place not in main:
            if (child := only_child[place]) >= 0:
                lanes[child] = lanes[place]
                waiting.append(child)
            continue
        waiting.append(main[place])
        lanes[main[place]] = lanes[place]
        for child in reversed(later_children[place]):
            if child != main[place]:
                lanes[child] = lanes[place] + 1
                waiting.append(child)
    return drawn, lanes
