"""The state of a checkpoint: the whole, or one channel."""

from typing import Any

import streamlit as st

from ui.components.by_hand import by_hand
from ui.components.changes import change_cards
from ui.components.json_tree import json_tree
from ui.components.long_choice import offered, option
from ui.components.page_text import as_text
from ui.components.plain_text import plain_text
from ui.session import show
from ui.timetravel.cards import message_cards
from ui.timetravel.channel_names import channel_name
from ui.timetravel.display import display
from ui.timetravel.model import Checkpoint, is_internal, visible
from ui.timetravel.plain import Plain
from ui.timetravel.words import count, size
from ui.view import View, sendable

WHOLE = ""


def state(view: View, checkpoint: Checkpoint) -> None:
    """Draw the values, with a choice of the channel."""
    values = visible(checkpoint.values)
    if not values:
        st.info("No channel has a value yet at this checkpoint.", icon=":material/inbox:")
    options = [WHOLE, *values, *(name for name in checkpoint.values if is_internal(name))]
    chosen = next((name for name in options if view.channel in (name, sendable(name))), WHOLE)
    offers = offered(options, [WHOLE, chosen], "channel", "channel", channel_name)
    st.session_state["channel"] = chosen
    st.selectbox(
        "Channel",
        offers,
        format_func=lambda name: option(_option(name, checkpoint)),
        key="channel",
        on_change=by_hand("channel", lambda: show(channel=st.session_state["channel"])),
    )
    if chosen == WHOLE:
        _all(values)
    else:
        _one(checkpoint.values[chosen])


def _all(values: dict[str, Plain]) -> None:
    """Every channel as data; chat messages as cards below it, since as data they can't be read."""
    talks = {name: cards for name, value in values.items() if (cards := message_cards(value))}
    json_tree({channel_name(name): _below(talks.get(name), value) for name, value in values.items()})
    for at, (name, cards) in enumerate(talks.items()):
        plain_text(("heading", channel_name(name)), key=f"talk_{at}")
        change_cards(cards, key=f"messages_{at}", empty="")


def _below(cards: list[dict[str, Any]] | None, value: Plain) -> Plain:
    return f"{count(len(cards), 'message')}, shown below" if cards else value


def _option(name: str, checkpoint: Checkpoint) -> str:
    if name == WHOLE:
        return "all channels"
    internal = " (LangGraph's own)" if is_internal(name) else ""
    return f"{channel_name(name)} · {size(checkpoint.sizes.get(name, 0))}{internal}"


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
        plain = display(value)
        if isinstance(plain, dict | list):
            json_tree(plain, levels=3)
        else:
            st.code(as_text(str(plain)), language=None)
