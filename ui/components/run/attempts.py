"""The log of a run that is repeated on failure: every try, how it ended, and what follows."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import streamlit as st

from ui.components.base.page_text import key_of
from ui.components.base.plain_text import Look, plain_text
from ui.session.context import zone
from ui.timetravel.ground.text.formatting import format_duration, format_pause, format_time
from ui.timetravel.model.runs import RunState, RunStatus, Try

_ENDED = {
    RunStatus.FINISHED: ("✔", "passed"),
    RunStatus.INTERRUPTED: ("?", "paused"),
    RunStatus.FAILED: ("✖", "failed"),
    RunStatus.STOPPED: ("■", "was stopped"),
    RunStatus.DIED: ("✖", "failed: its worker died"),
}
_TALL = 6
"""The most tries that are shown without scrolling."""


def tries_log(state: RunState) -> None:
    """Draw the log, newest last; nothing if the run is not repeated."""
    if not state.most_tries:
        return
    st.caption(f"Tries, at most {state.most_tries:,}")
    height: Literal["content"] | int = 300 if len(state.tries) > _TALL else "content"
    with st.container(height=height, border=True, autoscroll=height != "content"):
        # If it did not fail in the end, the status line says this.
        notes: list[tuple[Look, str]] = [("quiet", note) for note in state.notes if state.failure]
        plain_text(*_lines(state.tries), *notes, key=f"tries_{state.id}")


def tries_popover(state: RunState) -> None:
    """Draw a button that opens the log, for places with little room."""
    if state.most_tries:
        with st.popover("Tries", icon=":material/replay:", key=key_of(f"show_tries_{state.id}"), width="content"):
            tries_log(state)


def _lines(tries: Sequence[Try]) -> list[tuple[Look, str]]:
    found: list[tuple[Look, str]] = []
    for one in tries:
        found.append(("text", _line(one)))
        if one.failure and one.status is RunStatus.FAILED:
            found.append(("quiet", f"{one.failure.type}: {one.failure.message}"))
    return found


def _line(one: Try) -> str:
    began = format_time(datetime.fromtimestamp(one.began, UTC), zone())
    if one.ended is None or one.status not in _ENDED:
        return f"▶ Try {one.number} runs, since {began}"
    mark, how = _ENDED[one.status]
    then = "" if one.pause is None else f", then a pause of {format_pause(one.pause)}"
    return f"{mark} Try {one.number} {how} · began {began}, took {format_duration(one.ended - one.began)}{then}"
