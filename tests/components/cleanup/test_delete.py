"""Deleting what the preview shows: asked for once more, and what became of it is told."""

from collections.abc import Iterator
from typing import Any

import pytest

import ui.components.cleanup.delete as module
from tests.components.conftest import Drawn, Part
from ui.components.cleanup.delete import STALE, delete_button, delete_now, what_was_done
from ui.components.cleanup.state import Done, Preview
from ui.services.deletion import READ_ONLY
from ui.session import keys
from ui.session.context import store
from ui.timetravel.cleanup.rules import Rule, Selection, plan_rule
from ui.timetravel.errors import WorkerError
from ui.timetravel.model.jobs import Deleted

RULE = Rule(Selection.BEYOND, 2, "loop")


@pytest.fixture
def preview(drawn: Drawn, with_graph: str) -> Preview:
    found: list[Preview] = []
    drawn(lambda: found.append(Preview(with_graph, RULE, plan_rule(store(), RULE), store().change_token())))
    return found[0]


def test_the_button_says_how_much_goes_and_asks_once_more_by_the_name_of_the_store(
    drawn: Drawn, preview: Preview
) -> None:
    part = drawn(lambda: delete_button(preview))
    assert part.buttons == ["Delete 4 checkpoints of 1 thread"]
    part.app.button[0].click().run()
    assert part.said_by["heading"] == ["From store.sqlite"]
    assert part.said_by["text"] == ["4 checkpoints of 1 thread will be gone. This can't be undone."]
    assert keys.CLEANING_DELETE not in part.app.session_state, "nothing is deleted by asking"


def test_the_second_press_has_it_deleted(drawn: Drawn, preview: Preview) -> None:
    part = drawn(lambda: delete_button(preview), **{keys.CLEANING_PREVIEW: preview})
    part.app.button[0].click().run()
    part.press("Delete now")
    assert part.app.session_state[keys.CLEANING_DELETE] is preview


def done(drawn: Drawn, here: str, gone: Deleted, **more: Any) -> Part:
    return drawn(what_was_done, **{keys.CLEANING_DONE: Done(here, gone, **more)})


def test_what_is_gone_is_told_and_the_file_can_be_shrunk(drawn: Drawn, with_graph: str) -> None:
    part = done(drawn, with_graph, Deleted(1, 42, 5_000, 700), ended=True)
    (said,) = part.said_by["good"]
    assert said.startswith("Deleted 42 checkpoints, 1 whole thread among them: 5.0 kB of state, and 700")
    assert "SQLite keeps the room" in part.said_by["quiet"][0]
    assert part.buttons == ["Shrink the file"]


def test_a_deletion_that_was_stopped_says_that_at_least_so_much_is_gone(drawn: Drawn, with_graph: str) -> None:
    part = done(drawn, with_graph, Deleted(0, 4, 10))
    assert part.said_by["asks"][0].startswith("Stopped. At least so much was deleted")


def test_one_that_failed_says_why_and_does_not_say_that_all_is_well(drawn: Drawn, with_graph: str) -> None:
    part = done(
        drawn, with_graph, Deleted(0, 4, 10, notes=('"**t**" stays.',)), ended=True, failure="The disk is <full>."
    )
    assert part.said_by["failed"] == ["The disk is <full>."]
    assert part.said_by["asks"] == ['"**t**" stays.']
    assert "good" not in part.said_by


def test_of_another_store_nothing_is_told(drawn: Drawn, with_graph: str) -> None:
    assert done(drawn, "another", Deleted(0, 4, 10), ended=True).lines == []
    assert drawn(what_was_done).lines == []


def ended(drawn: Drawn, preview: Preview) -> Done:
    """What is kept of a deletion that is done at the first drawing."""
    todo = [preview]
    part = drawn(lambda: delete_now(todo.pop()) if todo else None, **{keys.CLEANING_PREVIEW: preview})
    found = part.app.session_state[keys.CLEANING_DONE]
    assert isinstance(found, Done)
    return found


def test_a_preview_that_no_longer_counts_deletes_nothing(drawn: Drawn, preview: Preview) -> None:
    stale = Preview("another", preview.rule, preview.plan, preview.token)
    part = drawn(lambda: None)
    assert part.lines == []
    assert ended(drawn, stale) == Done("another", Deleted(), ended=True, failure=f"{STALE} Nothing was deleted.")


def test_why_a_worker_deleted_nothing_is_kept(
    drawn: Drawn, preview: Preview, with_graph: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> Deleted:
        raise WorkerError("The worker died.")

    monkeypatch.setattr(module, "delete_plan", fails)
    assert ended(drawn, preview) == Done(with_graph, Deleted(), ended=True, failure="The worker died.")


def test_a_store_that_is_only_read_says_why_nothing_can_be_deleted(
    drawn: Drawn, preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "refusal", lambda _: READ_ONLY)
    part = drawn(lambda: delete_button(preview))
    assert part.lines == [("asks", READ_ONLY)]
    assert part.buttons == []


@pytest.fixture(autouse=True)
def untouched(store_file: Any) -> Iterator[None]:
    before = store_file.read_bytes()
    yield
    assert store_file.read_bytes() == before
