"""The choice of a thread to give another input."""

from typing import Any

import pytest

import ui.components.run.thread_choice as module
from tests.components.conftest import THREADS, Drawn, Part
from ui.components.run.thread_choice import choose_existing, existing_thread
from ui.session.view import NAMELESS

pytestmark = pytest.mark.usefixtures("with_graph")


def shown(drawn: Drawn, before: str | None = None) -> tuple[Part, list[Any]]:
    found: list[Any] = []

    def draw() -> None:
        if before is not None and not found:
            choose_existing("loop", before)
        found.append(existing_thread("loop", width=200))

    return drawn(draw), found


def test_the_newest_thread_is_chosen_at_first_and_all_are_offered_by_their_names(drawn: Drawn) -> None:
    part, found = shown(drawn)
    newest = list(THREADS)[-1]
    assert found == [(newest, "")]
    assert part.app.selectbox[0].options == [one or NAMELESS for one in reversed(THREADS)]


def test_the_thread_without_a_name_can_be_chosen(drawn: Drawn) -> None:
    part, found = shown(drawn)
    part.app.selectbox[0].set_value("").run()
    assert found[-1] == ("", "")


def test_a_thread_that_was_asked_for_is_chosen_and_one_that_is_gone_is_not(drawn: Drawn) -> None:
    assert shown(drawn, "asks")[1] == [("asks", "")]
    assert shown(drawn, "gone")[1] == [(list(THREADS)[-1], "")]


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> None:
    """All threads but two name another graph."""

    def makers(_: object, threads: Any) -> dict[str, str]:
        return {one.thread_id: {"loop": "loop", "asks": ""}.get(one.thread_id, "<b>other</b>") for one in threads}

    monkeypatch.setattr(module, "_makers", makers)


@pytest.mark.usefixtures("others")
def test_its_own_threads_come_first_and_those_of_another_graph_say_of_which(drawn: Drawn) -> None:
    part, found = shown(drawn)
    assert part.app.selectbox[0].options[:3] == ["loop", "asks", "**bold** <b>x</b> (<b>other</b>)"]
    assert found == [("loop", "")]
    part.app.selectbox[0].set_value("failed").run()
    assert found[-1] == ("failed", "<b>other</b>")
