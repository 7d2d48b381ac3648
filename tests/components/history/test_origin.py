"""Where a copied thread came from: said, with a way there and the end to compare with."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.history.origin import called, end_of, origin, origin_line
from ui.session.reads import cached_reads as reading
from ui.session.view import View
from ui.timetravel.model.checkpoint_refs import CheckpointRef

pytestmark = pytest.mark.usefixtures("looked_at")


def of(
    drawn: Drawn, store: str, thread: str, *, line: bool = False, namespace: str = ""
) -> tuple[Part, list[Any], View]:
    found: list[Any] = []
    ids: list[str] = []
    drawn(lambda: ids.extend(reading.tree(thread, "").ids))
    view = View(
        store=store, thread=thread, checkpoint=ids[-1], namespace=namespace, pin=CheckpointRef("", "asks", "", "x")
    )

    def draw() -> None:
        tree = reading.tree(thread, "")
        found.append(origin(view, tree))
        if line:
            origin_line(view, tree)

    return drawn(draw, view), found, view


def values(drawn: Drawn, *asks: Callable[[], Any]) -> list[Any]:
    found: list[Any] = []
    drawn(lambda: found.extend(ask() for ask in asks))
    return found


def test_a_thread_of_its_own_says_nothing(drawn: Drawn, looked_at: str) -> None:
    part, found, _ = of(drawn, looked_at, "loop", line=True)
    assert found == [None]
    assert (part.lines, part.buttons) == ([], [])


def test_a_copied_thread_says_of_which_and_leads_there(drawn: Drawn, looked_at: str) -> None:
    part, (came_from,), view = of(drawn, looked_at, "copy", line=True)
    assert (came_from.thread_id, came_from.store) == ("loop", looked_at)
    assert part.lines == [("quiet", "Copied from thread loop.")]
    part.press("Go to the original")
    assert part.view == replace(view, thread="loop", checkpoint=came_from.checkpoint_id, pin=None)


def test_inside_a_subgraph_nothing_is_said(drawn: Drawn, looked_at: str) -> None:
    part, found, _ = of(drawn, looked_at, "copy", line=True, namespace="sub:1")
    assert (found, part.lines) == ([None], [])


def test_the_end_of_a_branch_is_its_last_checkpoint(drawn: Drawn, looked_at: str) -> None:
    (ids,) = values(drawn, lambda: reading.tree("loop", "").ids)
    first = CheckpointRef(looked_at, "loop", "", ids[0])
    there, gone, elsewhere = values(
        drawn,
        lambda: end_of(first),
        lambda: end_of(replace(first, checkpoint_id="nope")),
        lambda: end_of(replace(first, store="/nowhere.sqlite")),
    )
    assert there.checkpoint_id == ids[-1]
    assert (gone, elsewhere) == (None, None)


def test_a_thread_of_a_store_that_is_not_open_is_called_by_its_id(drawn: Drawn) -> None:
    assert values(drawn, lambda: called(CheckpointRef("/nowhere.sqlite", "**t**", "", ""))) == ["**t**"]
