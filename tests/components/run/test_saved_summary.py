"""What is saved of a run that did not come to its end, and whether there is anything to go on from."""

from pathlib import Path

import pytest

from tests.components.conftest import Drawn, run_state
from ui.components.run.saved_summary import survived
from ui.timetravel.model.runs import RunStatus

pytestmark = pytest.mark.usefixtures("looked_at")


def said(drawn: Drawn, thread: str, store: str, **more: object) -> tuple[str, bool]:
    found: list[bool] = []
    part = drawn(lambda: found.append(survived(run_state(RunStatus.DIED, thread=thread, store=store, **more))))
    return "\n".join(text for _, text in part.lines), found[0]


def test_what_is_done_will_not_run_again_and_what_failed_is_next(drawn: Drawn, store_file: Path) -> None:
    text, goes_on = said(drawn, "failed", str(store_file), checkpoints=("1", "2"))
    assert text == "Saved: 2 checkpoints of this run. fine and slow are done and will not run again; next is broken."
    assert goes_on


def test_a_run_that_saved_nothing_itself_says_so(drawn: Drawn, store_file: Path) -> None:
    text, goes_on = said(drawn, "loop", str(store_file))
    assert text == "This run saved no checkpoint of its own. Nothing is left to do on this thread."
    assert goes_on


def test_of_a_thread_that_is_not_there_nothing_was_saved(drawn: Drawn, store_file: Path) -> None:
    assert said(drawn, "<b>new</b>", str(store_file)) == ("Nothing was saved by this run.", False)


def test_of_a_store_that_is_no_longer_looked_at_nothing_is_said(drawn: Drawn) -> None:
    assert said(drawn, "loop", "another.sqlite") == ("", True)
