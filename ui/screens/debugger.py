"""The Debugger screen: a thread's history, and the checkpoint that is selected in it."""

from dataclasses import replace

import streamlit as st

from ui.components.base.plain_text import plain_text
from ui.components.checkpoint.panel import checkpoint
from ui.components.history.follow import follow, remember_view, remembered_view, seen_now
from ui.components.history.panel import history
from ui.components.run.strip import run_strip
from ui.components.sidebar.namespaces import namespace_choice
from ui.components.sidebar.store import gone_with_memory
from ui.components.sidebar.threads import thread_list
from ui.components.sidebar.transport import transport
from ui.components.workflow.path import path_drawing
from ui.screens import links
from ui.session import keys
from ui.session.context import graph_names, in_memory, run_of, set_title_once, store
from ui.session.reads import cached_reads as reading
from ui.session.view import NAMELESS, View
from ui.timetravel.errors import ReadingStopped
from ui.timetravel.history.change_poller import StoreStamps
from ui.timetravel.history.tree.tree import Tree


def draw(asked: View) -> None:
    """Draw the screen for the view `asked`."""
    before = remembered_view(asked)
    view = _with_thread(asked, before)
    seen = seen_now(view)
    if not view.has_thread:
        _empty(view, seen)
        return
    try:
        tree = reading.tree(view.thread, view.namespace)
    except ReadingStopped as stopped:
        _stopped(view, stopped)
        return
    view = _with_checkpoint(view, tree, before)
    st.session_state[keys.VIEW] = view
    remember_view(asked, view)
    set_title_once(view)
    _sidebar(view, tree, seen)
    if tree.ids or not in_memory() or _is_running(view):  # runs of a memory that was lost are not shown any more
        run_strip(view)
    if not tree.ids:
        _nothing_yet(view)
        return
    left, right = st.columns([5, 7], gap="medium")
    with left, st.container(key="history_panel"):
        history(view, tree)
    with right:
        checkpoint(view, tree)
    with left:
        path_drawing(view, tree)


def _with_thread(view: View, before: View | None) -> View:
    if view.has_thread:
        return view
    if before:
        return view.of_thread(before.thread)
    latest = store().threads(limit=1).threads
    return view.of_thread(latest[0].thread_id) if latest else view


def _stopped(view: View, why: ReadingStopped) -> None:
    """Draw the screen for a person who stopped waiting for a read: a button to try again, and the other threads."""
    plain_text(("asks", str(why)), key="stopped")
    st.button("Try again", icon=":material/refresh:")
    with st.sidebar:
        thread_list(view.thread)


def _with_checkpoint(view: View, tree: Tree, before: View | None) -> View:
    """The view with its checkpoint filled in: the latest, unless the address names one that exists.

    If the latest was filled in `before`, that checkpoint stays selected until the person goes somewhere else.
    """
    if view.checkpoint in tree or not tree.ids:
        return view
    if view.checkpoint:
        plain_text(
            ("failed", f"This thread has no checkpoint {view.checkpoint}. The latest one is shown."),
            key="no_checkpoint",
        )
    stays = before is not None and before.checkpoint in tree
    return replace(view, checkpoint=before.checkpoint if before and stays else tree.latest or "")


def _sidebar(view: View, tree: Tree, seen: StoreStamps) -> None:
    with st.sidebar:
        if tree.ids:
            transport(view, tree)
        follow(view, seen)
        namespace_choice(view)  # before the list, which moves everything below it out of sight
        thread_list(view.thread)


def _empty(view: View, seen: StoreStamps) -> None:
    with st.sidebar:
        follow(view, seen)
        thread_list("")
    st.info("This store holds no threads yet.", icon=":material/inbox:")
    if graph_names():
        links.to_run(view, "Run a graph to make the first one")
    else:
        st.caption("It fills as soon as a graph that uses it as its checkpointer runs.")


def _is_running(view: View) -> bool:
    run = run_of(view)
    return run is not None and run.state().status.live


def _nothing_yet(view: View) -> None:
    if _is_running(view):
        st.info("The run is starting: its first checkpoint will be here in a moment.", icon=":material/hourglass_top:")
    else:
        lost = gone_with_memory(view.thread)
        missing = f"The store has no checkpoints of thread {view.thread or NAMELESS} here."
        plain_text(("text", lost) if lost else ("failed", missing), key="no_thread")
        gone = "A worker's memory holds threads only as long as the worker lives. " if in_memory() else ""
        others = bool(store().threads(limit=1).threads)
        st.caption(f"{gone}{'Choose a thread in the sidebar.' if others else 'Run a graph to make another one.'}")
