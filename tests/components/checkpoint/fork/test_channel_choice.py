"""A channel's new value, where its type allows a few values only: chosen, not typed."""

from typing import Any

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.checkpoint.fork.channel_choice import channel_choice, said_doubts
from ui.timetravel.model.graphs import GraphInfo

pytestmark = pytest.mark.usefixtures("with_graph")


def choice(drawn: Drawn, info: GraphInfo, name: str, value: Any) -> tuple[Part, list[Any]]:
    found: list[Any] = []
    return drawn(lambda: found.append(channel_choice(info, name, value, f"here_{name}"))), found


def test_it_begins_with_the_value_that_the_channel_has(drawn: Drawn, info: GraphInfo) -> None:
    part, found = choice(drawn, info, "kind", "b")
    assert found[0].value == "b"
    part.app.selectbox[0].select_index(0).run()
    assert found[-1].value == "a"


def test_a_value_that_is_none_of_the_few_is_kept_as_json(drawn: Drawn, info: GraphInfo) -> None:
    part, found = choice(drawn, info, "kind", "<b>c</b>")
    assert "<b>c</b>" in part.app.text_area[0].value
    assert found[0].value == "<b>c</b>"
    assert found[0].doubts


@pytest.mark.parametrize("name", ["n", "log", "unknown"])
def test_any_other_channel_is_written_as_json_by_its_form(drawn: Drawn, info: GraphInfo, name: str) -> None:
    part, found = choice(drawn, info, name, 1)
    assert found == [None]
    assert not part.app.selectbox


def test_doubts_are_said_as_text_and_none_are_nothing(drawn: Drawn) -> None:
    assert drawn(lambda: said_doubts(("It is no <b>number</b>.",), "k")).lines == [("asks", "It is no <b>number</b>.")]
    assert drawn(lambda: said_doubts((), "k")).lines == []
