"""The choice of a thread for another input: those of the graph first, and a note where it belongs to another graph."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

import streamlit as st

from ui.components.base.page_text import as_text, key_of
from ui.services.opened_store import OpenedStore
from ui.session.context import is_server, only_sandbox, run_target, source
from ui.session.view import NAMELESS
from ui.timetravel.history.named_graph import graph_of_thread
from ui.timetravel.model.checkpoints import CheckpointId, ThreadSummary

LISTED = 200
"""The number of threads to choose from, the newest of all."""


def existing_thread(graph: str, *, width: int) -> tuple[str | None, str]:
    """Draw the choice; at first the newest thread of `graph` is chosen, or none if all belong to other graphs.

    Returns the thread's id, None while there is none, and the graph that made it if that is another one, else "".
    """
    where = run_target()
    found = where.store.threads(limit=LISTED).threads if where else ()
    if not where or not found:
        st.info("There is no thread yet. Choose “New thread”.", icon=":material/inbox:")
        return None, ""
    # By thread, the graph that made it, if that is another one; "" where none is named.
    others = {thread: maker for thread, maker in _makers(where, found).items() if maker != graph}
    # Its own first, then those that name no graph.
    ordered = sorted(found, key=lambda one: (one.thread_id in others, bool(others.get(one.thread_id))))
    titles = _titles(ordered, others)
    key = _key(graph)
    if st.session_state.get(key) not in titles:  # deleted since, or of another store
        st.session_state.pop(key, None)
    chosen = st.selectbox(
        "Thread to go on with",
        list(titles),
        index=None if others.get(ordered[0].thread_id) else 0,
        format_func=lambda thread: as_text(titles.get(thread, thread) or ""),
        placeholder="Choose a thread",
        key=key_of(key),
        width=width,
    )
    return chosen, others.get(chosen, "") if chosen is not None else ""


def choose_existing(graph: str, thread: str) -> None:
    """Choose this thread in the form for `graph`, at the next drawing. For callbacks."""
    st.session_state[_key(graph)] = thread


def _key(graph: str) -> str:
    return key_of(f"existing_thread_{graph}")


def _makers(where: OpenedStore, threads: Sequence[ThreadSummary]) -> Mapping[str, str]:
    """The graph of each thread; empty where none is named.

    It is not looked up on a server, which would have to send a whole state for each, and whose assistants have names
    besides.
    """
    if is_server() and not only_sandbox():
        return {one.thread_id: "" for one in threads}
    return {
        one.thread_id: _maker(where.name, one.thread_id, one.latest_id) if one.graph is None else one.graph
        for one in threads
    }


@lru_cache(maxsize=4_000)
def _maker(store: str, thread: str, head: CheckpointId) -> str:
    """The graph that a checkpoint names; cached, since a checkpoint does not change."""
    here = source(store).store
    return graph_of_thread(lambda ids: here.headers(thread, "", ids), head)


def _titles(threads: Sequence[ThreadSummary], others: Mapping[str, str]) -> dict[str, str]:
    """The title of each thread: its name or id, both where several have the same name, and the graph where it is
    another.
    """
    often = Counter(thread.name for thread in threads)

    def called(thread: ThreadSummary) -> str:
        alone = thread.name and often[thread.name] == 1
        title = thread.name if alone else f"{thread.name} {thread.thread_id}".strip()
        title = title or NAMELESS
        maker = others.get(thread.thread_id)
        return f"{title} ({maker})" if maker else title

    return {thread.thread_id: called(thread) for thread in threads}
