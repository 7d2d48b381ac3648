"""The tab to change channel values at the selected checkpoint, and run from there in this thread or in a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from ui.components.base.page_text import as_text, key_of, label
from ui.components.base.plain_text import plain_text
from ui.components.checkpoint.fork.channel_choice import channel_choice, said_doubts
from ui.components.checkpoint.fork.graph_choice import graph_choice, new_thread_id
from ui.components.checkpoint.fork.lost_types import lost_types
from ui.components.checkpoint.fork.permissions import changed_code
from ui.components.fields.long_choice import offered, option
from ui.components.run.settings.form import run_settings
from ui.components.run.settings.surroundings import fork_notice
from ui.session.context import is_server, only_sandbox, open_view, source
from ui.session.permissions.writes import SANDBOX_ONLY, may_write
from ui.session.reads import cached_reads as reading
from ui.session.start_run import start_run
from ui.session.view import View
from ui.timetravel.errors import EditError
from ui.timetravel.history.inferred_node import is_ambiguous
from ui.timetravel.model.channel_names import channel_name
from ui.timetravel.model.checkpoints import Checkpoint, visible
from ui.timetravel.model.graphs import ChannelInfo, GraphInfo
from ui.timetravel.model.jobs import Edits, Resume, RunRequest
from ui.timetravel.model.values import Plain
from ui.timetravel.presentation.forms.channel_schema import channel_doubts
from ui.timetravel.runs.run_settings import inherited
from ui.timetravel.runs.write_permission import Destination
from ui.timetravel.serde.editable_json import from_text, to_field, to_text
from ui.timetravel.worker.child.shared.protocol import AMBIGUOUS
from ui.timetravel.worker.child.shared.reserved_names import END, START

INFER = "(LangGraph decides)"
SAME, NEW, SANDBOX = "This thread", "New thread", "Sandbox"
WAYS = {Destination.THREAD: SAME, Destination.NEW_THREAD: NEW, Destination.SANDBOX: SANDBOX}
APPEND, REPLACE = "Append", "Replace"
_DOUBTED = (
    "A value below is not what the graph’s schema says of its channel. LangGraph checks no change against that: nodes "
    "get what is written. Where the graph’s own types or a reducer refuse it, that is said and nothing is written."
)


@dataclass(frozen=True)
class _Typed:
    """The value that was typed for one channel."""

    channel: str
    text: str
    replace: bool
    doubts: tuple[str, ...] = ()
    """Where the value does not fit the graph's schema of the channel."""
    wrong: tuple[str, ...] = ()


def fork(view: View, shown: Checkpoint) -> None:
    """Draw the form, with the buttons that fork."""
    if view.namespace:
        _only_above(view, shown)
        return
    info = graph_choice(shown)
    if info is None:
        return
    here = shown.header.checkpoint_id
    changed_code(shown, info)
    lost_types(shown, info.name)
    chosen = _channel_choice(shown, info, here)
    draft = RunRequest(info.name, view.thread, Resume(), view.checkpoint, edits=Edits({}) if chosen else None)
    may = may_write(draft, info, shown)
    ways = [WAYS[place] for place in Destination if may.allows(place)]
    go_on, only = _buttons(bool(ways), bool(chosen), bool(shown.header.due))
    said = st.container()
    if not only_sandbox() and (why := may.why_not()):
        plain_text(("asks", why), key="why_not")
    if not ways:
        return
    typed = _editors(shown, info, chosen, here)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="fork_row"):
        as_node, into, thread = _settings(view, info, here, ways)
    _about_place(into, info.name)
    settings = run_settings(info, here, inherited(source().store, shown.header))
    with said:
        sure = _is_sure([doubt for one in typed for doubt in one.doubts], here)
    if not (go_on or only):
        return
    with said:
        values = _values(typed)
        unsure = [AMBIGUOUS] if chosen and as_node is None and _is_ambiguous(shown, info) else []
        wrong = [*unsure, *settings.wrong, *settings.missing]
        if values is not None and sure and (thread is None or _is_id(thread)) and _fit(wrong):
            made = _edits(values, typed, as_node)
            request = RunRequest(
                info.name,
                view.thread,
                Resume(),
                view.checkpoint,
                view.namespace,
                made,
                thread,
                go_on,
                settings=settings.settings,
            )
            start_run(request, sandbox=into == SANDBOX, tab="changes")
            st.rerun()


def _buttons(may: bool, changes: bool, due: bool) -> tuple[bool, bool]:
    """Draw the buttons. Returns whether to run the fork, and whether to write the change alone."""
    with st.container(horizontal=True, gap="small"):
        go_on = st.button(
            "Fork and run",
            type="primary",
            icon=":material/fork_right:",
            key="fork_run",
            disabled=not may or (not changes and not due),
            help=None if changes or due else "No node is due here: the run is finished. Change a channel first.",
        )
        only = st.button(
            "Only change",
            icon=":material/edit:",
            key="fork_only",
            disabled=not may or not changes,
            help="Write the change as a new checkpoint, and run nothing",
        )
    return go_on, only


def _is_ambiguous(shown: Checkpoint, info: GraphInfo) -> bool:
    nodes = {START, *(node.name for node in info.nodes if ":" not in node.name and node.name != END)}
    return is_ambiguous(shown.versions_seen, nodes)


def _only_above(view: View, shown: Checkpoint) -> None:
    """Say that the fork must be made in the outer graph: LangGraph 1.2.22 runs a subgraph again from its start, so
    changes inside would be lost.
    """
    st.info(
        "A subgraph's checkpoint can't be changed: LangGraph would run the subgraph again from its start, without the "
        "change. Change the checkpoint of the graph above it instead.",
        icon=":material/info:",
    )
    above = shown.header.metadata.get("parents")
    found = above.get("") if isinstance(above, Mapping) else None
    if isinstance(found, str):
        place = replace(view, namespace="", checkpoint=found, page=0)
        st.button(
            "Go to the checkpoint above", icon=":material/arrow_upward:", key="above", on_click=lambda: open_view(place)
        )


def _settings(view: View, info: GraphInfo, here: str, ways: Sequence[str]) -> tuple[str | None, str, str | None]:
    """Draw the choices.

    Returns the node that the change counts as, the destination, and the id of the new thread (None without one).
    """
    as_node = st.selectbox(
        "Change made as",
        [INFER, *info.own_nodes],
        format_func=as_text,
        key=key_of(f"fork_as_{here}"),
        width=210,
        help="The node after which the run goes on. LangGraph takes the one that ran last; where two did, choose.",
    )
    into = st.segmented_control(
        "Fork into",
        ways,
        default=ways[0],
        required=True,
        key=key_of(f"fork_into_{here}"),
        help="A new thread begins with a copy of this checkpoint, and this one stays as it is."
        + (" The sandbox is a local file of its own, so that this store stays as it is." if SANDBOX in ways else ""),
    )
    thread = None
    if into != SAME:
        proposed = new_thread_id(reading.called(view.thread))
        title = "Name of the new thread" if into == NEW and source().can.names_threads else "Id of the new thread"
        thread = st.text_input(title, value=as_text(proposed), key=key_of(f"fork_thread_{here}"), width=240).strip()
    return None if as_node == INFER else as_node, into, thread


def _about_place(into: str, graph: str) -> None:
    """Say what a person must know about the fork's destination."""
    if only_sandbox():
        st.caption(SANDBOX_ONLY)
    elif into == SANDBOX:
        st.caption("The checkpoint is copied to the local sandbox and runs there. This store stays as it is.")
    elif into == NEW and is_server():
        st.caption("A server copies the whole thread, with its history up to now. The fork goes on in the copy.")
    fork_notice("fork", graph, in_sandbox=into == SANDBOX)


def _channel_choice(shown: Checkpoint, info: GraphInfo, here: str) -> list[str]:
    values = visible(shown.values)
    key = key_of(f"fork_channels_{here}")
    every = [*values, *(channel.name for channel in info.channels if channel.name not in values)]
    return st.multiselect(
        "Channels to change",
        offered(every, st.session_state.get(key, []), key, "channel", channel_name),
        format_func=lambda name: option(channel_name(name)),
        placeholder="None: run again from here as it is",
        key=key,
    )


def _editors(shown: Checkpoint, info: GraphInfo, chosen: list[str], here: str) -> list[_Typed]:
    declared = {channel.name: channel for channel in info.channels}
    return [_editor(info, name, shown.values.get(name), declared.get(name), here) for name in chosen]


def _editor(info: GraphInfo, name: str, value: Plain, channel: ChannelInfo | None, here: str) -> _Typed:
    try:
        text, too_large = to_field(value), ""
    except EditError as error:
        text, too_large = "", f" {error} What you write here replaces it."
    plain_text(("text", f"{channel_name(name)}, {_about(channel)}{too_large}"), key=f"fork_about_{here}_{name}")
    how = REPLACE
    if channel and channel.reducer:
        how = st.segmented_control(
            f"How the value goes in ({label(channel.reducer)})",
            [REPLACE, APPEND],
            default=REPLACE,
            required=True,
            key=key_of(f"fork_how_{here}_{name}"),
            help="Append hands the value to the channel's reducer, as a node's write would be. Replace sets it.",
        )
    if how == REPLACE and (choice := channel_choice(info, name, value, f"{here}_{name}")) is not None:
        said_doubts(choice.doubts, f"fork_doubts_{here}_{name}")
        chosen = to_text(choice.value) if choice.given else ""
        return _Typed(name, chosen, True, choice.doubts, choice.wrong)
    typed = st.text_area(
        "New value, as JSON" if how == REPLACE else "What to add, as JSON",
        value=text if how == REPLACE else "[]" if isinstance(value, list) else text,
        height=min(420, max(90, 26 * (text.count("\n") + 2))) if how == REPLACE else 120,
        key=key_of(f"fork_value_{here}_{name}_{how}"),
    )
    doubts = channel_doubts(info, name, typed)
    said_doubts(doubts, f"fork_doubts_{here}_{name}")
    return _Typed(name, typed, how == REPLACE, doubts)


def _about(channel: ChannelInfo | None) -> str:
    if channel is None:
        return "not a channel of the graph that is loaded"
    return f"of type {channel.type}" + (f", reduced by {channel.reducer}" if channel.reducer else "")


def _values(typed: list[_Typed]) -> Mapping[str, Plain] | None:
    """The values; None after drawing what is wrong with one."""
    values: dict[str, Plain] = {}
    wrong = []
    for one in typed:
        if one.wrong:
            wrong += [f"{channel_name(one.channel)}: {each}" for each in one.wrong]
            continue
        try:
            values[one.channel] = from_text(one.text)
        except EditError as error:
            wrong.append(f"{channel_name(one.channel)}: {error}")
    for at, message in enumerate(wrong):
        plain_text(("failed", message), key=f"fork_wrong_{at}")
    return None if wrong else values


def _is_sure(doubts: Sequence[str], here: str) -> bool:
    """Whether the change may be sent: it fits the graph's schema, or a person has confirmed it."""
    if not doubts:
        return True
    st.caption(_DOUBTED)
    return st.checkbox("Fork all the same", key=key_of(f"fork_sure_{here}_{hash(tuple(doubts))}"))


def _is_id(thread: str) -> bool:
    if not thread:
        plain_text(("failed", "Type an id for the new thread."), key="fork_no_thread")
    return bool(thread)


def _fit(wrong: Sequence[str]) -> bool:
    for at, message in enumerate(wrong):
        plain_text(("failed", message), key=f"fork_settings_wrong_{at}")
    return not wrong


def _edits(values: Mapping[str, Plain], typed: list[_Typed], as_node: str | None) -> Edits | None:
    return Edits(values, frozenset(one.channel for one in typed if one.replace), as_node) if values else None
