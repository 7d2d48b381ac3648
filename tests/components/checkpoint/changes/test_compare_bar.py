"""What the selected checkpoint is compared with: its parent, or A, any checkpoint that was pinned."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.checkpoint.changes.compare_bar import compare_bar, compared_with
from ui.session.reads import cached_reads as reading
from ui.session.view import View
from ui.timetravel.model.checkpoint_refs import CheckpointRef
from ui.timetravel.model.checkpoints import Checkpoint

Ids = Mapping[str, tuple[str, ...]]


class Bar:
    """Draws the bar of a checkpoint, with another one pinned."""

    def __init__(self, drawn: Drawn, store: str, ids: Ids, shown: Callable[[str, int], Checkpoint]) -> None:
        self.drawn, self.store, self.ids, self.shown = drawn, store, ids, shown

    def at(self, thread: str, at: int, pin: tuple[str, int] | CheckpointRef | None = None) -> tuple[Part, Any]:
        pinned = self.ref(*pin) if isinstance(pin, tuple) else pin
        view = View(store=self.store, thread=thread, checkpoint=self.ids[thread][at], pin=pinned)
        found: list[Any] = []

        def draw() -> None:
            compare_bar(view, reading.tree(thread, ""), self.shown(thread, at))
            found.append(compared_with(view, self.shown(thread, at)))

        return self.drawn(draw, view), found[0]

    def ref(self, thread: str, at: int) -> CheckpointRef:
        return CheckpointRef(self.store, thread, "", self.ids[thread][at])


@pytest.fixture
def bar(drawn: Drawn, looked_at: str, ids: Ids, shown: Callable[[str, int], Checkpoint]) -> Bar:
    return Bar(drawn, looked_at, ids, shown)


def said(part: Part) -> str:
    return part.said_by["quiet"][0]


def test_at_first_it_is_compared_with_its_parent(bar: Bar) -> None:
    part, other = bar.at("loop", 2)
    assert said(part) == "Compared with its parent."
    assert other == bar.ref("loop", 1)


def test_the_first_checkpoint_is_compared_with_nothing(bar: Bar) -> None:
    part, other = bar.at("loop", 0)
    assert said(part) == "The first checkpoint: compared with nothing."
    assert other is None


def test_it_can_be_pinned_and_a_pinned_one_can_be_let_go(bar: Bar) -> None:
    part, _ = bar.at("loop", 2)
    assert part.press("Pin as A").view.pin == bar.ref("loop", 2)
    part, _ = bar.at("loop", 2, ("loop", 4))
    assert part.press("Unpin A").view.pin is None


def test_a_pinned_checkpoint_of_another_thread_is_named(bar: Bar) -> None:
    part, other = bar.at("loop", 2, ("**bold** <b>x</b>", -1))
    assert said(part).startswith("Compared with A: step 1 of thread **bold** <b>x</b>, checkpoint …")
    assert other == bar.ref("**bold** <b>x</b>", -1)


def test_one_can_go_to_the_pinned_one_or_swap_the_sides(bar: Bar) -> None:
    part, _ = bar.at("loop", 2, ("failed", -1))
    swapped = part.press("Swap").view
    assert (swapped.ref, swapped.pin) == (bar.ref("failed", -1), bar.ref("loop", 2))
    part, _ = bar.at("loop", 2, ("failed", -1))
    assert part.press("Go to A").view.ref == bar.ref("failed", -1)


def test_the_pinned_one_itself_says_that_it_is(bar: Bar) -> None:
    part, _ = bar.at("loop", 2, ("loop", 2))
    assert said(part) == "This is A itself. Select another checkpoint to compare it with A."
    assert "Pin as A" not in part.buttons


def test_a_pinned_one_that_is_gone_is_said_to_be_and_the_parent_is_taken(bar: Bar) -> None:
    part, other = bar.at("loop", 2, CheckpointRef(bar.store, "loop", "", "nope"))
    assert said(part) == "A is not there any more: compared with the parent."
    assert other == bar.ref("loop", 1)
    assert [one.label for one in part.app.button if one.disabled] == ["Go to A"]


def test_the_ends_of_two_branches_are_compared_by_a_press(bar: Bar) -> None:
    part, _ = bar.at("forks", -1)
    part.press("Compare the branches' ends")
    assert part.view.pin is not None
    assert part.view.pin.checkpoint_id != part.view.checkpoint == bar.ids["forks"][-1]


def test_a_copy_is_compared_with_the_end_of_its_origin_by_a_press(bar: Bar) -> None:
    part, _ = bar.at("copy", -1)
    assert part.press("Compare with the origin").view.pin == bar.ref("loop", -1)
