"""Following a store: a switch, what is wrong with the store in a line, and how many checkpoints came in."""

from dataclasses import replace

import pytest

from tests.components.conftest import Drawn
from ui.components.history.follow import (
    follow,
    follow_trouble,
    new_checkpoints,
    remember_view,
    remembered_view,
    seen_now,
)
from ui.session import keys
from ui.session.reads import cached_reads as reading
from ui.session.view import View
from ui.timetravel.history.tree.tree import build
from ui.timetravel.model.checkpoints import Skeleton

pytestmark = pytest.mark.usefixtures("looked_at")

LOOP = View(thread="loop")


def test_the_switch_shows_whether_the_store_is_followed_and_changes_the_view(drawn: Drawn) -> None:
    part = drawn(lambda: follow(LOOP, seen_now(LOOP)), LOOP)
    assert part.app.toggle[0].value is True
    part.app.toggle[0].set_value(False).run()
    assert part.view.follow is False
    assert part.app.query_params["follow"] == "off"


def test_a_store_that_can_be_read_has_no_line_and_one_that_can_not_has_one(drawn: Drawn) -> None:
    assert drawn(lambda: follow(LOOP, seen_now(LOOP)), LOOP).lines == []
    part = drawn(lambda: follow(LOOP, seen_now(LOOP)), LOOP, **{keys.FOLLOW_TROUBLE: "The **file** is locked."})
    assert part.lines == [("quiet", "Can't be followed now: The **file** is locked.")]


def test_what_is_not_followed_says_nothing_of_trouble(drawn: Drawn) -> None:
    view = replace(LOOP, follow=False)
    trouble = {keys.FOLLOW_TROUBLE: "It is locked."}
    assert drawn(lambda: follow(view, seen_now(view)), view, **trouble).lines == []
    assert drawn(lambda: follow(LOOP, seen_now(LOOP), busy=True), LOOP, **trouble).lines == []


def test_a_store_that_is_not_open_is_nothing_to_fail_by(drawn: Drawn) -> None:
    gone = View(store="/nowhere.sqlite", thread="loop")
    assert drawn(lambda: follow_trouble(gone), gone).lines == []


def test_the_view_of_an_address_is_remembered_for_that_address_unless_it_means_a_run(drawn: Drawn) -> None:
    found = []

    def draw() -> None:
        remember_view(LOOP, replace(LOOP, checkpoint="x"))
        found.append((remembered_view(LOOP), remembered_view(View(thread="asks"))))
        remember_view(LOOP, replace(LOOP, checkpoint="x", run="r"))
        found.append((remembered_view(LOOP), None))

    drawn(draw)
    assert found == [(replace(LOOP, checkpoint="x"), None), (None, None)]


def test_checkpoints_that_came_in_since_this_one_was_chosen_are_counted(drawn: Drawn) -> None:
    found = []

    def draw() -> None:
        tree = reading.tree("loop", "")
        shorter = build(Skeleton(tree.ids[:4], tuple(map(tree.parent, tree.ids[:4]))))
        view = replace(LOOP, checkpoint=tree.ids[1])
        found.extend(new_checkpoints(view, each) for each in (shorter, tree))
        found.append(new_checkpoints(replace(view, checkpoint=tree.ids[2]), tree))

    drawn(draw)
    assert found == [0, 2, 0]
