"""The state of a checkpoint: the whole, or one channel."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.checkpoint.state_tab import state
from ui.session.view import View
from ui.timetravel.model.checkpoints import Checkpoint

pytestmark = pytest.mark.usefixtures("looked_at")

Shown = Callable[..., Checkpoint]
TALK = [{"role": "user", "content": "**Hi** <b>"}, {"role": "assistant", "content": "Hello"}]


def tab(drawn: Drawn, checkpoint: Checkpoint, channel: str = "") -> Part:
    view = View(thread="loop", tab="state", channel=channel)
    return drawn(lambda: state(view, checkpoint), view)


def holding(shown: Shown, **values: Any) -> Checkpoint:
    return replace(shown("loop", 2), values=values, sizes=dict.fromkeys(values, 10))


def test_the_whole_state_is_shown_and_channels_of_langgraphs_own_are_not(drawn: Drawn, shown: Shown) -> None:
    part = tab(drawn, shown("loop", 2))
    assert json.loads(part.app.json[0].value) == {"n": 1, "log": ["count"]}
    options = part.app.selectbox[0].options
    assert options[0] == "all channels"
    assert any(one.endswith("(LangGraph's own)") for one in options)


def test_a_channel_that_is_chosen_is_named_in_the_address(drawn: Drawn, shown: Shown) -> None:
    part = tab(drawn, shown("loop", 2))
    part.app.selectbox[0].set_value("n").run()
    assert part.view.channel == "n"


def test_a_text_is_shown_as_text_with_its_length(drawn: Drawn, shown: Shown) -> None:
    part = tab(drawn, holding(shown, a="# <b>x</b> \ud83d"), "a")
    assert part.app.code[0].value == "# <b>x</b> ⟨U+D83D⟩"
    assert part.says == "12 characters"


@pytest.mark.parametrize(("value", "text"), [(5, "5"), (None, "None"), (True, "True"), (1.5, "1.5")])
def test_a_single_value_is_shown_as_it_is(drawn: Drawn, shown: Shown, value: Any, text: str) -> None:
    assert tab(drawn, holding(shown, a=value), "a").app.code[0].value.casefold() in (text.casefold(), "null")


def test_a_value_with_parts_is_a_tree(drawn: Drawn, shown: Shown) -> None:
    part = tab(drawn, holding(shown, a={"b": [1, 2]}), "a")
    assert json.loads(part.app.json[0].value) == {"b": [1, 2]}
    assert part.app.json[0].proto.max_expand_depth == 3


def test_chat_messages_are_cards_below_and_counted_in_the_tree(drawn: Drawn, shown: Shown) -> None:
    part = tab(drawn, holding(shown, messages=TALK, n=1))
    assert json.loads(part.app.json[0].value) == {"messages": "2 messages, shown below", "n": 1}
    (cards,) = part.drawings("changes")
    assert [card["new"]["role"] for card in cards["changes"]] == ["human", "AI"]
    assert part.said_by["heading"] == ["messages"]


def test_a_checkpoint_without_any_value_says_so(drawn: Drawn, shown: Shown) -> None:
    assert "No channel has a value yet" in tab(drawn, holding(shown)).says


def test_a_channel_of_the_address_that_is_not_there_is_the_whole(drawn: Drawn, shown: Shown) -> None:
    part = tab(drawn, holding(shown, a=1), "nope")
    assert json.loads(part.app.json[0].value) == {"a": 1}
    assert part.app.selectbox[0].value == ""
