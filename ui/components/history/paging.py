"""The part of a long history that is shown, with buttons to the parts before and after it."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from ui.session import keys
from ui.session.context import update_view
from ui.session.view import View
from ui.timetravel.history.tree.tree import Tree
from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.presentation.row_window import GROWTH, clamp_start, keep_window, window_start


@dataclass(frozen=True, slots=True)
class HistoryRows:
    """A history from top to bottom: the row of each checkpoint, and the checkpoint of each row."""

    tree: Tree
    row_of: Callable[[CheckpointId], int]
    at: Callable[[int], CheckpointId]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A part of a history by its checkpoints, since row numbers change when rows are added above."""

    here: tuple[str, ...]
    page: int
    selected: CheckpointId
    first: CheckpointId
    last: CheckpointId
    on_top: bool


def window(view: View, rows: HistoryRows, length: int) -> slice:
    """The rows to show: those of the page that `view` names, else rows around the selected one.

    It keeps its place when another process adds rows.
    """
    total = len(rows.tree)
    found = _part(view, rows, length)
    _keep(view, rows, found, view.page)
    if found.stop - found.start < total:
        _buttons(view, rows, found, length)
    return found


def _part(view: View, rows: HistoryRows, length: int) -> slice:
    total = len(rows.tree)
    before: _Shown | None = st.session_state.get(keys.HISTORY_SHOWN)
    if before and before.here != _here(view):
        before = None
    if total <= length:
        return slice(0, total)
    here = _stayed(rows, before, length + GROWTH) if before else None
    if before and here and (before.page, before.selected) == (view.page, view.checkpoint):
        return here
    if view.page:
        start = clamp_start((view.page - 1) * length, total, length)
        return slice(start, start + length)
    selected = rows.row_of(view.checkpoint)
    if here and here.start <= selected < here.stop:
        long = here.stop - here.start
        start = window_start(selected, total, long, here.start)
        return slice(start, start + long)
    start = window_start(selected, total, length)
    return slice(start, start + length)


def _stayed(rows: HistoryRows, before: _Shown, most: int) -> slice | None:
    if before.first not in rows.tree or before.last not in rows.tree:
        return None
    return keep_window(rows.row_of(before.first), rows.row_of(before.last), before.on_top, most)


def _here(view: View) -> tuple[str, ...]:
    return view.store, view.history, view.thread, view.namespace


def _keep(view: View, rows: HistoryRows, part: slice, page: int) -> None:
    first, last = rows.at(part.start), rows.at(part.stop - 1)
    st.session_state[keys.HISTORY_SHOWN] = _Shown(_here(view), page, view.checkpoint, first, last, part.start == 0)


def _buttons(view: View, rows: HistoryRows, part: slice, length: int) -> None:
    total = len(rows.tree)

    def turn(start: int) -> None:
        """Show the part that begins at this row, and put the nearest page number into the address."""
        start = clamp_start(start, total, length)
        page = (start if start + length < total else start + length - 1) // length + 1
        _keep(view, rows, slice(start, start + length), page)
        update_view(page=page)

    with st.container(horizontal=True, vertical_alignment="center", key="history_pages"):
        st.button("Newer", disabled=part.start == 0, on_click=lambda: turn(part.start - length), key="newer")
        st.button("Older", disabled=part.stop == total, on_click=lambda: turn(part.stop), key="older")
        st.caption(f"Rows {part.start + 1:,} to {part.stop:,}")
