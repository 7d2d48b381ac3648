"""Forking: change channel values at the selected checkpoint, then run from there, in this thread or in a new one."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from ui.components.forking import graph_choice, new_thread_id
from ui.components.plain_text import plain_text
from ui.session import start
from ui.timetravel.edit import from_text, to_text
from ui.timetravel.errors import EditError
from ui.timetravel.model import Checkpoint, Task, visible
from ui.timetravel.plain import Plain
from ui.timetravel.worker.job import ChannelInfo, Edits, GraphInfo, Job, Resume
from ui.view import View

INFER = "(LangGraph decides)"
SAME, NEW = "This thread", "A new thread"
APPEND, REPLACE = "Append", "Replace"


@dataclass(frozen=True)
class _Typed:
    """What was typed for one channel."""

    channel: str
    text: str
    replace: bool


def fork(view: View, shown: Checkpoint, tasks: list[Task]) -> None:
    """Draw the form."""
    del tasks
    info = graph_choice(shown)
    if info is None:
        return
    here = shown.header.checkpoint_id
    typed = _channels(shown, info, here)
    left, right = st.columns(2)
    with left:
        as_node = st.selectbox(
            "The change counts as made by",
            [INFER, *(node.name for node in info.nodes if ":" not in node.name and not node.name.startswith("__"))],
            key=f"fork_as_{here}",
            help="The node after which the run goes on. LangGraph infers the one that ran last; with two it can't.",
        )
    with right:
        into = st.segmented_control("Fork into", [SAME, NEW], default=SAME, required=True, key=f"fork_into_{here}")
        thread = ""
        if into == NEW:
            proposed = new_thread_id(view.thread)
            thread = st.text_input("Id of the new thread", value=proposed, key=f"fork_thread_{here}").strip()
    with st.container(horizontal=True):
        go_on = st.button("Fork and run", type="primary", icon=":material/fork_right:", key="fork_run")
        only = st.button("Only change", icon=":material/edit:", key="fork_only", help="Write the change; run nothing")
    if (go_on or only) and (into != NEW or _is_id(thread)):
        values = _values(typed)
        if values is not None:
            _start(view, info, values, typed, None if as_node == INFER else as_node, thread or None, go_on)


def _channels(shown: Checkpoint, info: GraphInfo, here: str) -> list[_Typed]:
    declared = {channel.name: channel for channel in info.channels}
    values = visible(shown.values)
    chosen = st.multiselect(
        "Channels to change",
        [*values, *(name for name in declared if name not in values)],
        placeholder="None: run again from here as it is",
        key=f"fork_channels_{here}",
    )
    return [_editor(name, values.get(name), declared.get(name), here) for name in chosen]


def _editor(name: str, value: Plain, channel: ChannelInfo | None, here: str) -> _Typed:
    text = to_text(value)
    plain_text(("heading", name), ("quiet", _about(channel)), key=f"fork_about_{here}_{name}")
    how = REPLACE
    if channel and channel.reducer:
        how = st.segmented_control(
            f"How the value goes in ({channel.reducer})",
            [REPLACE, APPEND],
            default=REPLACE,
            required=True,
            key=f"fork_how_{here}_{name}",
            help="Append hands the value to the channel's reducer, as a node's write would be. Replace sets it.",
        )
    typed = st.text_area(
        "New value, as JSON" if how == REPLACE else "What to add, as JSON",
        value=text if how == REPLACE else "[]" if isinstance(value, list) else text,
        height=min(420, max(90, 26 * (text.count("\n") + 2))) if how == REPLACE else 120,
        key=f"fork_value_{here}_{name}_{how}",
    )
    return _Typed(name, typed, how == REPLACE)


def _about(channel: ChannelInfo | None) -> str:
    if channel is None:
        return "The graph that is loaded does not declare this channel."
    return channel.type + (f", reduced by {channel.reducer}" if channel.reducer else "")


def _values(typed: list[_Typed]) -> Mapping[str, Plain] | None:
    """The values, or None once it was said what is wrong with one."""
    values: dict[str, Plain] = {}
    wrong = []
    for one in typed:
        try:
            values[one.channel] = from_text(one.text)
        except EditError as error:
            wrong.append(f"{one.channel}: {error}")
    for at, message in enumerate(wrong):
        plain_text(("failed", message), key=f"fork_wrong_{at}")
    return None if wrong else values


def _is_id(thread: str) -> bool:
    if not thread:
        plain_text(("failed", "Type an id for the new thread."), key="fork_no_thread")
    return bool(thread)


def _start(
    view: View,
    info: GraphInfo,
    values: Mapping[str, Plain],
    typed: list[_Typed],
    as_node: str | None,
    copy_to: str | None,
    run: bool,
) -> None:
    from ui.session import settings

    edits = Edits(values, frozenset(one.channel for one in typed if one.replace), as_node) if values else None
    start(
        Job(
            graph=info.name,
            store=settings().target,
            thread_id=view.thread,
            action=Resume(),
            checkpoint_id=view.checkpoint,
            namespace=view.namespace,
            edits=edits,
            copy_to=copy_to,
            run=run,
        ),
        tab="changes",
    )
    st.rerun()
