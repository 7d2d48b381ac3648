"""The state of a checkpoint: all channels, or one."""

from typing import Any

import streamlit as st

from ui.components.base.page_text import as_text
from ui.components.base.plain_text import plain_text
from ui.components.checkpoint.changes.cards import change_cards
from ui.components.checkpoint.json_tree import json_tree, tree_of
from ui.components.fields.long_choice import offered, option
from ui.session import keys
from ui.session.by_hand import by_hand
from ui.session.context import update_view
from ui.session.view import View, sendable
from ui.timetravel.ground.text.formatting import format_bytes, pluralize
from ui.timetravel.model.channel_names import channel_name
from ui.timetravel.model.checkpoints import Checkpoint, is_internal, visible
from ui.timetravel.model.values import Plain
from ui.timetravel.presentation.change_cards import message_cards
from ui.timetravel.serde.json_view import display

WHOLE = ""


def state(view: View, checkpoint: Checkpoint) -> None:
    """Draw the values, with a choice of the channel."""
    values = visible(checkpoint.values)
    if not values:
        st.info("No channel has a value yet at this checkpoint.", icon=":material/inbox:")
    options = [WHOLE, *values, *(name for name in checkpoint.values if is_internal(name))]
    chosen = next((name for name in options if view.channel in (name, sendable(name))), WHOLE)
    offers = offered(options, [WHOLE, chosen], "channel", "channel", channel_name)
    st.session_state[keys.CHANNEL] = chosen
    st.selectbox(
        "Channel",
        offers,
        format_func=lambda name: option(_option(name, checkpoint)),
        key=keys.CHANNEL,
        on_change=by_hand(keys.CHANNEL, lambda: update_view(channel=st.session_state[keys.CHANNEL])),
    )
    if chosen == WHOLE:
        _all(values)
    else:
        _one(checkpoint.values[chosen])


def _all(values: dict[str, Plain]) -> None:
    """Draw every channel as data; chat messages also as cards below, since they are hard to read as data."""
    talks = {name: cards for name, value in values.items() if (cards := message_cards(value))}
    json_tree({channel_name(name): _below(talks.get(name), value) for name, value in values.items()})
    for at, (name, cards) in enumerate(talks.items()):
        plain_text(("heading", channel_name(name)), key=f"talk_{at}")
        change_cards(cards, key=f"messages_{at}", empty="")


def _below(cards: list[dict[str, Any]] | None, value: Plain) -> Plain:
    return f"{pluralize(len(cards), 'message')}, shown below" if cards else value


def _option(name: str, checkpoint: Checkpoint) -> str:
    if name == WHOLE:
        return "all channels"
    internal = " (LangGraph's own)" if is_internal(name) else ""
    return f"{channel_name(name)} · {format_bytes(checkpoint.sizes.get(name, 0))}{internal}"


def _one(value: object) -> None:
    messages = message_cards(value)
    if messages:
        change_cards(messages, key="messages", empty="")
        with st.expander("As data"):
            json_tree(value)
    elif isinstance(value, str):
        st.code(as_text(value), language=None, wrap_lines=True, height=420 if len(value) > 1500 else "content")
        st.caption(f"{len(value):,} characters")
    else:
        shown = display(value)
        if isinstance(shown, dict | list):
            tree_of(shown, levels=3)
        else:
            st.code(as_text(str(shown)), language=None)
