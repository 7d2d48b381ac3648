"""Walking along a branch: buttons and a slider from its first checkpoint to its last, and a step to go to."""

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.sidebar import transport as module
from ui.components.sidebar.transport import transport
from ui.session.reads import cached_reads as reading
from ui.session.view import View

pytestmark = pytest.mark.usefixtures("looked_at")


@pytest.fixture
def ids(drawn: Drawn) -> list[str]:
    """The checkpoints of the thread, first to last."""
    found: list[str] = []
    drawn(lambda: found.extend(reading.tree("loop", "").ids))
    return found


def at(drawn: Drawn, checkpoint: str, thread: str = "loop") -> Part:
    view = View(thread=thread, checkpoint=checkpoint, page=3)
    return drawn(lambda: transport(view, reading.tree(thread, "")), view)


def off(part: Part) -> list[str]:
    return [button.help.split()[0] for button in part.app.button if button.disabled]


@pytest.mark.parametrize(
    ("button", "goal"), [("First (key: Home)", 0), ("Back (key: Left)", 1), ("Forward (key: Right)", 3), ("Last", -1)]
)
def test_each_button_goes_where_it_says_and_to_no_page_of_the_history(
    drawn: Drawn, ids: list[str], button: str, goal: int
) -> None:
    part = at(drawn, ids[2]).press(button if "key" in button else "Last (key: End)")
    assert (part.view.checkpoint, part.view.page) == (ids[goal], 0)


def test_at_either_end_the_buttons_that_would_lead_on_are_off(drawn: Drawn, ids: list[str]) -> None:
    assert off(at(drawn, ids[0])) == ["First", "Back"]
    assert off(at(drawn, ids[2])) == []
    assert off(at(drawn, ids[-1])) == ["Forward", "Last"]


def test_it_says_where_on_the_branch_this_is_and_at_which_step(drawn: Drawn, ids: list[str]) -> None:
    assert "3 of 6 on this branch · step 1" in at(drawn, ids[2]).says


def test_the_slider_goes_to_the_checkpoint_at_its_position(drawn: Drawn, ids: list[str]) -> None:
    part = at(drawn, ids[2])
    assert (part.app.slider[0].value, part.app.slider[0].max) == (3, 6)
    part.app.slider[0].set_value(5).run()
    assert part.view.checkpoint == ids[4]


def test_a_short_branch_has_no_field_for_a_step_and_a_long_one_has(
    drawn: Drawn, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not at(drawn, ids[2]).app.number_input
    monkeypatch.setattr(module, "LONG", 3)
    part = at(drawn, ids[2])
    assert part.app.number_input[0].value == 1
    part.app.number_input[0].set_value(4).run()
    assert part.view.checkpoint == ids[5]
