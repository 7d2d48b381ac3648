"""Where a run's checkpoints go: the choice, and what happens to them there."""

import pytest

import ui.components.run.store_choice as module
from tests.components.conftest import Drawn, Part
from ui.components.run.store_choice import move_to_run_store, run_store
from ui.services.managed_stores import EMBEDDED
from ui.session import keys
from ui.session.view import View
from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.model.targets import MEMORY

pytestmark = pytest.mark.usefixtures("with_graph")


def both() -> None:
    run_store()
    move_to_run_store()


def test_a_file_says_that_it_stays_and_what_else_can_be_had_is_offered(drawn: Drawn, with_graph: str) -> None:
    part = drawn(both)
    first, *others = part.app.selectbox[0].options
    assert first == "store.sqlite"
    assert "memory of the worker" in others
    assert any(one.startswith(EMBEDDED.title) for one in others)
    assert part.lines == [("quiet", f"A file, which stays: {with_graph}")]


def choose(part: Part, name: str) -> Part:
    part.app.selectbox[0].set_value(name).run()
    return part


def test_a_store_that_can_not_be_had_is_said_once_and_the_one_before_stays(
    drawn: Drawn, with_graph: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> str:
        raise StoreUnreadable("No **memory** left.")

    monkeypatch.setattr(module, "_opened", refuse)
    part = choose(drawn(both), MEMORY)
    assert part.said_by["failed"] == ["No **memory** left."]
    assert part.app.selectbox[0].value == with_graph
    assert "failed" not in part.run().said_by


def test_the_store_that_was_chosen_is_looked_at_and_nothing_of_the_other_one(
    drawn: Drawn, with_graph: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_opened", lambda _: with_graph)
    part = choose(drawn(both, View(thread="loop", checkpoint="x", channel="n", run="r", graph="g")), MEMORY)
    assert part.view == View(store=with_graph, graph="g")


def test_without_a_choice_the_view_stays(drawn: Drawn) -> None:
    view = View(thread="loop")
    assert drawn(both, view).view == view
    assert keys.RUN_STORE_ASKED not in drawn(both, view).app.session_state
