"""A part of a tree at a time: of its rows, of the lines through them, of its folded drawing, of its branches."""

from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from tests.timetravel.history.test_tree import FORKED, above, folded, grown, skeletons, trees
from ui.timetravel.history.tree.tree import Segment, Tree, build
from ui.timetravel.model.checkpoints import Skeleton


def line(length: int) -> Tree:
    ids = tuple(f"{place:06}" for place in range(length))
    return build(Skeleton(ids, (None, *ids[:-1])))


def slow_path(tree: Tree, one: str) -> list[str]:
    """The branch, as its description says it."""

    def newest(start: str) -> str:
        below = [start]
        for each in below:
            below.extend(tree.children(each))
        return max(below)

    path = [one]
    while (parent := tree.parent(path[0])) is not None:
        path.insert(0, parent)
    while children := tree.children(path[-1]):
        path.append(max(children, key=newest))
    return path


@given(skeletons())
def test_a_path_is_what_its_description_says(skeleton: Skeleton) -> None:
    tree = build(skeleton)
    for one in tree.ids:
        assert list(tree.path(one)) == slow_path(tree, one)


@given(skeletons())
def test_the_depth_is_the_index_in_the_path(skeleton: Skeleton) -> None:
    tree = build(skeleton)
    for one in tree.ids:
        assert tree.path(one)[tree.depth(one)] == one
        assert tree.ids[tree.index(one)] == one


@given(trees())
def test_the_other_end_is_across_the_lowest_fork_of_the_branch(tree: Tree) -> None:
    for one in tree.ids:
        path = tree.path(one)
        forks = [fork for fork in path if tree.child_count(fork) > 1]
        other = tree.other_end(one)
        assert (other is None) == (not forks)
        if other is not None:
            assert other in tree.heads
            assert [a for a, b in zip(tree.path(other), path, strict=False) if a == b][-1] == forks[-1]


@given(trees(), st.integers(0, 60), st.integers(0, 60))
def test_a_part_of_the_rows_is_just_that(tree: Tree, start: int, length: int) -> None:
    assert tree.rows(start, start + length) == tree.rows()[start : start + length]
    assert [tree.row_index(row.checkpoint_id) for row in tree.rows()] == list(range(len(tree)))


@given(skeletons(), st.integers(0, 30))
def test_every_line_into_a_part_from_above_is_told_once(skeleton: Skeleton, start: int) -> None:
    tree = build(skeleton)
    crossing = {
        (row.parent_lane, row.parent_index)
        for row in tree.rows()[:start]
        if row.parent_index is not None and row.parent_index >= start
    }
    lines = tree.lines_from_above(start)
    assert {(line.lane, line.parent_index) for line in lines} == crossing
    assert len({line.lane for line in lines}) == len(lines)
    assert all(tree.row_index(line.parent_id) == line.parent_index for line in lines)


@given(skeletons(), st.data())
def test_folding_with_ids_kept_is_what_its_description_says(skeleton: Skeleton, data: st.DataObject) -> None:
    tree = build(skeleton)
    keep = data.draw(st.lists(st.sampled_from(tree.ids))) if tree.ids else []
    stay = {*tree.forks, *tree.heads, *tree.roots, *keep}
    expected = []
    for one in tree.ids:
        if one in stay:
            line_up = above(tree, one)
            parent = next((each for each in line_up if each in stay), None)
            expected.append(Segment(one, parent, line_up.index(parent) if parent else 0))
    assert folded(tree, keep) == expected


@given(trees(), st.integers(1, 12), st.integers(1, 5), st.data())
def test_what_is_nearby_holds_together_and_is_no_more_than_asked_for(
    tree: Tree, most: int, broadest: int, data: st.DataObject
) -> None:
    if not tree.ids:
        return
    one = data.draw(st.sampled_from(tree.ids))
    every = folded(tree, [one])
    near, left_out = tree.nearby(one, most, broadest)
    found = [part.checkpoint_id for part in near]
    assert one in found
    assert len(near) <= most
    assert [part for part in every if part in near] == near
    assert left_out == len(every) - len(near)
    assert sum(part.parent_id not in found for part in near) == 1


def test_a_small_tree_is_nearby_as_a_whole() -> None:
    tree = grown(*FORKED)
    assert tree.nearby("002", 60, 6) == (folded(tree, ["002"]), 0)


def test_of_thousands_of_branches_the_ones_beside_the_selected_are_nearby() -> None:
    near, left_out = grown(None, *([0] * 900)).nearby("500", 60, 5)
    assert [part.checkpoint_id for part in near] == ["000", "498", "499", "500", "501", "502"]
    assert left_out == 895


def test_walking_along_a_hundred_thousand_checkpoints_takes_no_time() -> None:
    tree = line(100_000)
    tree.path(tree.ids[0]), tree.rows(0, 1), tree.nearby(tree.ids[0], 60, 6)
    start = perf_counter()
    for one in tree.ids[50_000:50_200]:
        tree.path(one), tree.depth(one), tree.other_end(one), tree.nearby(one, 60, 6)
        tree.rows(tree.row_index(one), tree.row_index(one) + 10), tree.lines_from_above(500)
    assert perf_counter() - start < 1  # 10 ms on an idle machine; a walk from end to end would take 10 s
