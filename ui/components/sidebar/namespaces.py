"""The choice of a namespace: the graph itself, or a run of one of its subgraphs."""

from dataclasses import replace

import streamlit as st

from ui.components.fields.long_choice import offered, option
from ui.session import keys
from ui.session.by_hand import by_hand
from ui.session.context import current_view, open_view
from ui.session.reads import cached_reads as reading
from ui.session.view import View


def namespace_choice(view: View) -> None:
    """Draw the choice, if the thread has other namespaces than the root."""
    known = reading.namespaces(view.thread)
    if len(known) < 2 and view.namespace in (*known, ""):
        return
    every = known if view.namespace in known else [*known, view.namespace]
    options = offered(every, ["", view.namespace], keys.NAMESPACE, "namespace", _words)
    st.session_state[keys.NAMESPACE] = view.namespace
    st.selectbox(
        "Namespace",
        options,
        format_func=lambda namespace: option(_words(namespace)),
        key=keys.NAMESPACE,
        help="A subgraph keeps its own checkpoints, in a namespace of its own for each time that it ran",
        on_change=by_hand(keys.NAMESPACE, _open),
    )


def _words(namespace: str) -> str:
    """ "node:task_id" as "node › …id", nested ones one after the other."""
    if not namespace:
        return "the graph itself"
    return " › ".join(_part(part) for part in namespace.split("|"))


def _part(part: str) -> str:
    node, _, task = part.partition(":")
    return f"{node} …{task[-6:]}" if task else node


def _open() -> None:
    """Open the namespace at its latest checkpoint."""
    view, namespace = current_view(), st.session_state[keys.NAMESPACE]
    latest = reading.tree(view.thread, namespace).latest or ""
    open_view(replace(view, namespace=namespace, checkpoint=latest, pin=None, channel="", page=0, run=""))
