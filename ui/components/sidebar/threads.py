"""The list of threads in the sidebar: search, state, last change; a click opens one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from ui.components.base.browser_component import browser_component, signature
from ui.components.base.page_text import handle, held
from ui.session import keys
from ui.session.context import current_view, live_runs, open_view, source, zone
from ui.session.reads import cached_reads as reading
from ui.session.view import NAMELESS, View
from ui.timetravel.ground.text.formatting import format_age, format_date, pluralize
from ui.timetravel.model.checkpoints import ThreadSummary

_draw = browser_component("sidebar/threads", '<div class="threads"></div>', uses=("base/pressing",))


def _open(threads: Sequence[ThreadSummary]) -> None:
    """Open the thread at its latest checkpoint, which is then named in the address."""
    pressed = st.session_state[keys.THREADS]["clicked"]
    clicked = None if pressed is None else held(pressed, (one.thread_id for one in threads))
    if clicked is not None:
        view = current_view()
        kept = View(store=view.store, graph=view.graph, history=view.history, tab=view.tab, pin=view.pin)
        latest = reading.tree(clicked, "").latest or ""
        open_view(replace(kept.of_thread(clicked), checkpoint=latest, follow=view.follow))


def _more() -> None:
    st.session_state[keys.THREADS_SHOWN] = st.session_state.get(keys.THREADS_SHOWN, reading.PAGE) + reading.PAGE


def thread_list(selected: str) -> None:
    """Draw the list, with `selected` marked."""
    by = "name or id" if source().can.names_threads else "id"
    search = st.text_input("Threads", placeholder=f"Search by thread {by}", key="thread_search")
    page = reading.threads(search.strip(), st.session_state.get(keys.THREADS_SHOWN, reading.PAGE))
    if not page.threads:
        nothing = "No threads yet. Run a graph, and its thread is here."
        st.caption(f"No thread has this in its {by}." if search else nothing)
        return
    live = live_runs()
    data = {
        "selected": handle(selected),
        "threads": [_row(thread, thread.thread_id in live) for thread in page.threads],
    }
    data |= {"signature": signature(data)}
    _draw(key=keys.THREADS, data=data, on_clicked_change=lambda: _open(page.threads))
    if page.cursor:
        st.button("More threads", key="more_threads", on_click=_more)


def _row(thread: ThreadSummary, running: bool) -> dict[str, str]:
    state = "running" if running else thread.state.value
    when = format_age(thread.updated_at, datetime.now(UTC))
    return {
        "id": handle(thread.thread_id),
        "name": thread.name or thread.thread_id or NAMELESS,
        "state": state,
        "words": f"{state}, {when}",
        "when": f"last change {format_date(thread.updated_at, zone())}",
        "count": pluralize(thread.checkpoints, "checkpoint"),
    }
