"""What the Clean up screen remembers: a deletion happens once, and only of the preview that is shown."""

from typing import Any

from tests.components.conftest import Drawn
from ui.components.cleanup import state
from ui.components.cleanup.state import Done, Preview
from ui.timetravel.cleanup.plan import Plan
from ui.timetravel.cleanup.rules import Rule, Selection
from ui.timetravel.model.jobs import Deleted

RULE = Rule(Selection.OLD, 3)
ONE, OTHER = (Preview("s", RULE, Plan(), token) for token in (1, 2))


def of(drawn: Drawn, *steps: Any) -> list[Any]:
    found: list[Any] = []
    drawn(lambda: found.extend(step() for step in steps))
    return found


def test_a_preview_that_is_confirmed_is_deleted_once(drawn: Drawn) -> None:
    found = of(
        drawn,
        lambda: state.set_preview(ONE),
        lambda: state.request_deletion(ONE),
        state.take_requested_deletion,
        state.take_requested_deletion,
        state.shown_preview,
    )
    assert found[2:] == [ONE, None, None]


def test_a_preview_that_is_no_longer_shown_can_not_be_confirmed(drawn: Drawn) -> None:
    assert (
        of(drawn, lambda: state.set_preview(OTHER), lambda: state.request_deletion(ONE), state.take_requested_deletion)[
            -1
        ]
        is None
    )


def test_a_preview_is_asked_for_by_its_store_and_its_rule(drawn: Drawn) -> None:
    steps = [
        lambda: state.request_preview("s", RULE),
        lambda: state.preview_requested("s", RULE),
        lambda: state.preview_requested("t", RULE),
        state.shown_preview,
    ]
    assert of(drawn, *steps)[1:] == [True, False, None]


def test_what_was_done_is_said_of_its_own_store_until_another_preview_is_asked_for(drawn: Drawn) -> None:
    done = Done("s", Deleted(1, 2, 3))
    steps = [lambda: state.set_result(done), lambda: state.result("s"), lambda: state.result("t")]
    steps += [lambda: state.request_preview("s", RULE), lambda: state.result("s")]
    assert of(drawn, *steps)[1:3] == [done, None]
    assert of(drawn, *steps)[-1] is None
