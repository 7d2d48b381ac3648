"""The graph that made a checkpoint, and the words where there is none."""

from collections.abc import Callable

import pytest

import ui.components.checkpoint.fork.graph_choice as module
from tests.components.conftest import Drawn
from ui.components.checkpoint.fork.graph_choice import (
    CHOOSE,
    INSPECTION_ONLY,
    graph_choice,
    inspection_only,
    known_graph,
    load,
    new_thread_id,
)
from ui.session import keys
from ui.session.permissions.graph_choice import GraphChoice
from ui.session.view import View
from ui.timetravel.errors import GraphLoadError, WorkerDied
from ui.timetravel.model.checkpoints import Checkpoint
from ui.timetravel.model.graphs import GraphInfo

pytestmark = pytest.mark.usefixtures("with_graph")

Shown = Callable[[str, int], Checkpoint]


def test_the_only_graph_is_the_one(drawn: Drawn, shown: Shown, info: GraphInfo) -> None:
    found: list[object] = []
    part = drawn(lambda: found.extend([known_graph(shown("loop", 2)), graph_choice(shown("loop", 2))]))
    assert found == ["loop", info]
    assert part.lines == []


def test_where_a_person_must_choose_they_are_asked_and_nothing_runs_till_then(
    drawn: Drawn, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "graph_for", lambda *_: GraphChoice("", "It could be <b>any</b>."))
    monkeypatch.setattr(module, "graph_names", lambda: ["loop", "**other**"])
    found: list[str] = []
    part = drawn(lambda: found.append(known_graph(shown("loop", 2))), View(thread="loop"))
    assert found == [""]
    assert part.lines == [("asks", f"It could be <b>any</b>. {CHOOSE}")]
    assert part.app.selectbox[0].options == ["loop", "**other**"]
    part.app.selectbox[0].set_value("**other**").run()
    assert part.view.graph == "**other**"
    assert part.app.session_state[keys.GRAPHS_CHOSEN] == {("", "loop"): "**other**"}


def test_a_graph_that_can_not_be_imported_says_why_and_can_be_imported_again(
    drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: str) -> GraphInfo:
        raise GraphLoadError("There is no module <b>x</b>.", "Traceback: \ud83d")

    monkeypatch.setattr(module, "graph_info", fails)
    part = drawn(lambda: load("loop", "here"))
    assert part.lines == [("failed", "There is no module <b>x</b>.")]
    assert part.app.code[0].value == "Traceback: ⟨U+D83D⟩"
    assert part.buttons == ["Import it again"]
    before = part.app.session_state.get(keys.CODE_EDITION, 0)
    part.press("Import it again")
    assert part.app.session_state[keys.CODE_EDITION] > before


def test_a_worker_that_died_has_no_traceback_to_show(drawn: Drawn, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: str) -> GraphInfo:
        raise WorkerDied("The worker died.")

    monkeypatch.setattr(module, "graph_info", fails)
    part = drawn(lambda: load("loop", "here"))
    assert not part.app.code
    assert part.lines == [("failed", "The worker died.")]


def test_the_id_for_a_new_thread_says_where_it_comes_from_and_stays_while_the_page_does(drawn: Drawn) -> None:
    found: list[str] = []
    drawn(lambda: found.extend([new_thread_id("a" * 100), new_thread_id("a" * 100), new_thread_id("b")])).run()
    assert found[0] == found[1] == found[3]
    assert found[0].startswith("a" * 40 + "-")
    assert found[2].startswith("b-")


def test_without_graphs_it_says_how_to_start_with_some(drawn: Drawn) -> None:
    assert drawn(inspection_only).says == INSPECTION_ONLY
