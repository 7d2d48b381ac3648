"""Allowing what a store names to be built: what that means stands before the button; and withdrawing it."""

from collections.abc import Iterator

import pytest

from tests.components.conftest import Drawn
from ui.components.checkpoint.fork.type_allowance import allowing, withdrawing
from ui.session.context import sources

TYPES = [("app.types", "Person"), ("<b>odd</b>", "**T**")]


@pytest.fixture(autouse=True)
def withdrawn(looked_at: str, drawn: Drawn) -> Iterator[None]:
    yield
    drawn(lambda: sources().allowed.withdraw(looked_at))


def test_of_no_types_nothing_is_offered(drawn: Drawn, looked_at: str) -> None:
    part = drawn(lambda: (allowing([], looked_at, key="k"), withdrawing(looked_at)))
    assert (part.lines, part.buttons) == ([], [])


def test_what_it_means_is_said_before_it_is_allowed_and_then_it_can_be_withdrawn(drawn: Drawn, looked_at: str) -> None:
    part = drawn(lambda: (allowing(TYPES, looked_at, key="k \ud83d"), withdrawing(looked_at)))
    ((look, text),) = part.lines
    assert look == "asks"
    assert text.startswith("To allow app.types.Person, <b>odd</b>.**T** means: ")
    part.press("I trust this store: allow")
    assert part.said_by["quiet"] == [
        "You have allowed a run to build these of what this store holds:\n<b>odd</b>.**T**\napp.types.Person"
    ]
    part.press("Withdraw")
    assert "quiet" not in part.said_by
