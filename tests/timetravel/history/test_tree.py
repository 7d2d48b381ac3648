from collections.abc import Iterable
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.timetravel.history.tree.folding import Folded, Segment
from ui.timetravel.history.tree.layout import MOST_LANES
from ui.timetravel.history.tree.tree import Tree, build
from ui.timetravel.model.checkpoints import Skeleton


def grown(*parents: int | None) -> Tree:
    """A tree of the ids "000", "001", ...; each number says whose child it is."""
    ids = tuple(f"{place:03}" for place in range(len(parents)))
    return build(Skeleton(ids, tuple(None if parent is None else f"{parent:03}" for parent in parents)))


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    size = draw(st.integers(0, 60))
    parents = [draw(st.none() | st.integers(max(0, place - 4), place - 1)) if place else None for place in range(size)]
    return grown(*parents)


@st.composite
def skeletons(draw: st.DrawFn) -> Skeleton:
    """Any parents at all: missing ones, later ones, rings."""
    size = draw(st.integers(0, 30))
    ids = tuple(f"{place:03}" for place in range(size))
    some = st.none() | st.just("gone") | st.sampled_from(ids or ("gone",))
    return Skeleton(ids, tuple(draw(st.lists(some, min_size=size, max_size=size))))


def above(tree: Tree, one: str) -> list[str]:
    """A checkpoint's ancestors, from the parent up to the root."""
    return [*tree.path(one)[: tree.depth(one)]][::-1]


def folded(tree: Tree, keep: Iterable[str] = ()) -> list[Segment]:
    """The whole drawing with unbranched runs folded, of which `nearby` gives a part."""
    parents = [-1 if (parent := tree.parent(one)) is None else tree.index(parent) for one in tree.ids]
    depths = [tree.depth(one) for one in tree.ids]
    counts = [tree.child_count(one) for one in tree.ids]
    made = Folded(parents, counts, depths, sorted(range(len(tree)), key=depths.__getitem__))
    states = made.states(tree.index(one) for one in keep)
    return [
        Segment(tree.ids[one], tree.ids[drawn] if drawn >= 0 else None, made.between(one, drawn))
        for one, drawn in states.items()
    ]


def drawing(tree: Tree) -> list[str]:
    """The rows as text: a dot for each lane to the left."""
    return ["." * row.lane + row.checkpoint_id.lstrip("0").rjust(1, "0") for row in tree.rows()]


#    0 - 1 - 2 - 3
#         \ - 4 - 5
#          \ - 6
FORKED = (None, 0, 1, 2, 1, 4, 1)


def test_an_empty_thread_is_a_tree() -> None:
    tree = grown()
    assert (tree.latest, tree.rows(), folded(tree), len(tree)) == (None, [], [], 0)


def test_forks_heads_roots_and_the_latest_are_told() -> None:
    tree = grown(*FORKED)
    assert (tree.forks, tree.heads, tree.roots, tree.latest) == (("001",), ("003", "005", "006"), ("000",), "006")


def test_children_are_told_oldest_first() -> None:
    tree = grown(*FORKED)
    assert (tree.children("001"), tree.child_count("001")) == (("002", "004", "006"), 3)
    assert (tree.children("002"), tree.children("003")) == (("003",), ())


def test_a_path_goes_from_the_root_through_the_checkpoint_to_its_head() -> None:
    assert grown(*FORKED).path("002") == ("000", "001", "002", "003")


def test_below_a_fork_a_path_goes_to_the_newest_id() -> None:
    assert grown(*FORKED).path("000")[-1] == "006"
    assert grown(None, 0, 0, 1).path("000") == ("000", "001", "003")


def test_the_other_end_of_a_branch_is_the_head_of_the_one_that_it_left() -> None:
    assert grown(*FORKED).other_end("005") == "003"
    assert grown(*FORKED).other_end("006") == "003"


def test_the_other_end_of_the_original_line_is_the_branch_that_left_it_last() -> None:
    assert grown(*FORKED).other_end("003") == "006"


def test_without_a_fork_there_is_no_other_end() -> None:
    assert grown(None, 0, 1).other_end("001") is None


def test_an_unknown_id_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        grown(None).path("nothing")
    assert "nothing" not in grown(None)


def test_the_newest_is_drawn_on_top() -> None:
    assert drawing(grown(None, 0, 1)) == ["2", "1", "0"]


def test_branches_are_drawn_between_the_fork_and_its_original_line() -> None:
    assert drawing(grown(*FORKED)) == ["3", "2", ".6", ".5", ".4", "1", "0"]


def test_a_branch_of_a_branch_goes_one_lane_further() -> None:
    assert drawing(grown(None, 0, 0, 2, 2)) == ["1", ".3", "..4", ".2", "0"]


def test_an_orphan_is_a_root_of_its_own() -> None:
    tree = build(Skeleton(("a", "b"), (None, "gone")))
    assert tree.roots == ("a", "b")
    assert [row.parent_index for row in tree.rows()] == [None, None]


def test_thousands_of_branches_from_one_checkpoint_take_two_lanes() -> None:
    tree = grown(None, *([0] * 2_000))
    assert max(row.lane for row in tree.rows()) == 1


def test_where_every_retry_leaves_the_lane_the_largest_subtree_keeps_it() -> None:
    # Each checkpoint has first a child that was given up, and then the one that went on.
    parents = [None, *(parent for place in range(0, 400, 2) for parent in (place, place))]
    assert max(row.lane for row in grown(*parents).rows()) == 1


def test_rings_of_parents_are_cut() -> None:
    tree = build(Skeleton(("a", "b", "c"), ("b", "a", "c")))
    assert len(tree.rows()) == 3


@given(skeletons())
def test_any_skeleton_makes_a_tree_that_can_be_drawn_and_walked(skeleton: Skeleton) -> None:
    tree = build(skeleton)
    assert sorted(row.checkpoint_id for row in tree.rows()) == list(skeleton.ids)
    for one in skeleton.ids:
        path = tree.path(one)
        assert one in path
        assert len(set(path)) == len(path)
        assert path[-1] in tree.heads


@given(skeletons())
def test_every_row_is_above_its_parent(skeleton: Skeleton) -> None:
    assert all(row.parent_index is None or row.parent_index > row.index for row in build(skeleton).rows())


@given(trees())
def test_a_first_child_stays_in_the_lane_of_its_parent(tree: Tree) -> None:
    lanes = {row.checkpoint_id: row.lane for row in tree.rows()}
    for one in tree.ids:
        if children := tree.children(one):
            assert lanes[children[0]] == lanes[one]
            assert all(lanes[child] == lanes[one] + 1 for child in children[1:])


@given(trees())
def test_nothing_lies_on_the_line_between_a_row_and_its_parent(tree: Tree) -> None:
    rows = tree.rows()
    for row in rows:
        if row.parent_index is not None:
            between = rows[row.index + 1 : row.parent_index]
            assert all(other.lane != row.parent_lane for other in between)


@given(trees())
def test_a_subtree_is_one_block_of_rows(tree: Tree) -> None:
    rows = tree.rows()
    for one in tree.ids:
        inside = [row.index for row in rows if one == row.checkpoint_id or one in above(tree, row.checkpoint_id)]
        assert inside == list(range(inside[0], inside[-1] + 1))


@given(trees())
def test_folding_keeps_what_is_special_and_loses_no_checkpoint(tree: Tree) -> None:
    parts = {part.checkpoint_id: part for part in folded(tree)}
    assert set(parts) == {*tree.forks, *tree.heads, *tree.roots}
    assert len(parts) + sum(part.folded for part in parts.values()) == len(tree)
    for one, part in parts.items():
        assert part.parent_id == next((each for each in above(tree, one) if each in parts), None)


def test_folding_keeps_the_ids_asked_for() -> None:
    parts = folded(grown(None, 0, 1, 2, 3), ["002"])
    assert [(p.checkpoint_id, p.parent_id, p.folded) for p in parts] == [
        ("000", None, 0),
        ("002", "000", 1),
        ("004", "002", 1),
    ]


def test_a_hundred_thousand_rows_are_laid_out_soon() -> None:
    ids = tuple(f"{place:06}" for place in range(100_000))
    start = process_time()
    rows = build(Skeleton(ids, (None, *ids[:-1]))).rows()
    took = process_time() - start
    assert len(rows) == 100_000
    assert took < 2  # of the processor; 0.2 s on an idle machine


def test_the_lanes_are_never_more_than_a_person_can_follow() -> None:
    # A full binary tree: every checkpoint is a fork.
    parents: list[int | None] = [None]
    for place in range(3_000):
        parents.append(place // 2)
    assert max(row.lane for row in grown(*parents).rows()) < MOST_LANES
