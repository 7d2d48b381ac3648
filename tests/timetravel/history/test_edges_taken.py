from datetime import UTC, datetime

from ui.timetravel.history.edges_taken import edges_taken
from ui.timetravel.model.checkpoints import Header
from ui.timetravel.model.graphs import EdgeInfo

TIME = datetime(2026, 1, 1, tzinfo=UTC)


def branch(*steps: str, next_: str = "") -> list[Header]:
    """A branch that begins with an input; each word names the nodes of a superstep, as in "a+b"."""
    ran = [(), *(tuple(step.split("+")) for step in steps)]
    return [
        Header(
            thread_id="t",
            namespace="",
            checkpoint_id=str(at),
            parent_id=str(at - 1) if at else None,
            created_at=TIME,
            step=at - 1,
            source="loop" if at else "input",
            size=1,
            ran=nodes,
            next=(next_,) if next_ and at == len(steps) else () if at == len(steps) else ("x",),
        )
        for at, nodes in enumerate(ran)
    ]


def edges(*pairs: str) -> list[EdgeInfo]:
    """Edges as "a>b", with a condition as "a?b"."""
    return [EdgeInfo(*pair.replace("?", ">").split(">"), conditional="?" in pair) for pair in pairs]


def test_a_chain_is_walked_from_its_start_to_its_end() -> None:
    chain = edges("__start__>a", "a>b", "b>__end__")
    assert edges_taken(branch("a", "b"), chain) == {("__start__", "a"), ("a", "b"), ("b", "__end__")}


def test_where_the_beginning_is_gone_nothing_was_walked_to_from_the_start() -> None:
    ways = edges("__start__>b", "a>b", "b>c")
    assert edges_taken(branch("a", "b", "c", next_="x")[2:], ways) == {("b", "c")}


def test_what_is_due_has_not_been_walked_to() -> None:
    assert edges_taken(branch("a", next_="b"), edges("__start__>a", "a>b")) == {("__start__", "a")}


def test_of_two_ways_the_one_that_was_taken() -> None:
    ways = edges("a?b", "a?c", "b>d", "c>d")
    assert edges_taken(branch("a", "c", "d", next_="x"), ways) == {("a", "c"), ("c", "d")}


def test_an_edge_with_a_condition_counts_only_right_after_its_source() -> None:
    ways = edges("a?c", "a?b", "b?c")
    assert edges_taken(branch("a", "b", "c", next_="x"), ways) == {("a", "b"), ("b", "c")}


def test_a_join_is_walked_to_from_all_that_it_waited_for() -> None:
    ways = edges("a>late", "b>b2", "b2>late")
    assert edges_taken(branch("a+b", "b2", "late", next_="x"), ways) == {("a", "late"), ("b", "b2"), ("b2", "late")}


def test_a_subgraph_is_walked_into_and_out_of_by_its_outer_name() -> None:
    ways = edges("a>team:first", "team:first>team:last", "team:last>b")
    assert edges_taken(branch("a", "team", "b", next_="x"), ways) == {("a", "team:first"), ("team:last", "b")}


def test_a_new_input_starts_over_at_the_start() -> None:
    assert edges_taken([*branch("a", "b"), *branch("a", next_="b")], edges("b?a", "__start__>a")) == {
        ("__start__", "a")
    }


def test_a_node_that_runs_again_is_walked_to_from_itself() -> None:
    assert edges_taken(branch("a", "a", next_="a"), edges("a?a")) == {("a", "a")}


def test_what_is_done_of_a_superstep_that_has_not_ended_was_walked_to() -> None:
    ways = edges("__start__>a", "a>b", "a>c", "b>__end__")
    assert edges_taken(branch("a", next_="c"), ways, {"b"}) == {("__start__", "a"), ("a", "b")}
    assert edges_taken(branch("a"), ways, {"b"}) == {("__start__", "a"), ("a", "b")}
