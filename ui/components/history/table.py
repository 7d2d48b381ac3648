"""The history as a table, newest first: a click, or the arrow keys, select a checkpoint."""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import Any
from unicodedata import east_asian_width

import streamlit as st

from ui.components.base.browser_component import browser_component
from ui.components.base.fault import on_its_own
from ui.components.base.page_text import handle, table
from ui.session import keys
from ui.session.by_hand import by_hand
from ui.session.context import update_view, zone
from ui.session.view import View
from ui.timetravel.ground.text.formatting import format_bytes, format_time, join_limited
from ui.timetravel.history.tree.tree import Tree
from ui.timetravel.model.channel_names import channel_name
from ui.timetravel.model.checkpoints import CheckpointId, Header
from ui.timetravel.presentation.narration.checkpoints import is_cut, made_by, next_names

HEIGHT = 520
ROW = 35
"""The height of a row in pixels, as Streamlit 1.67 draws it: the script beside this file scrolls by it."""

_scroll = browser_component("history/table", "", uses=("history/streamlit_table",))


def history_table(
    tree: Tree, ids: Sequence[CheckpointId], headers: Mapping[str, Header], marks: Mapping[str, str], view: View
) -> None:
    """Draw the part `ids` of a history; `marks` are a word or two on what is special about one of them."""
    rows = [headers[one] for one in ids if one in headers]
    where = zone()
    shown = [_row(header, tree, marks.get(header.checkpoint_id, ""), where) for header in rows]
    at = next((row for row, header in enumerate(rows) if header.checkpoint_id == view.checkpoint), None)
    cells = [] if at is None else [(at, "Made by")]
    st.session_state[keys.HISTORY_TABLE] = {"selection": {"rows": [], "columns": [], "cells": cells}}
    history, top = handle(f"{view.store} {view.thread} {view.namespace}"), tree.index(ids[0])

    def pick() -> None:
        chosen = st.session_state[keys.HISTORY_TABLE]["selection"]["cells"]
        if chosen:
            row = int(chosen[0][0])
            told = st.session_state.get(keys.HISTORY_TABLE_SCROLL, {})
            pressed = told.get("pressed") or {"history": history, "top": top}
            moved = pressed["history"] == history and pressed["top"] != top
            update_view(checkpoint=_then(tree, pressed["top"], row) if moved else rows[row].checkpoint_id, page=0)

    def pick_late() -> None:
        clicked = st.session_state[keys.HISTORY_TABLE_SCROLL]["clicked"]
        if clicked and clicked["history"] == history:
            update_view(checkpoint=_then(tree, clicked["top"], clicked["row"]), page=0)
            st.session_state[keys.HISTORY_TABLE_PICKED_LATE] = True

    st.dataframe(
        table(shown, list(COLUMNS)),
        key=keys.HISTORY_TABLE,
        on_select=by_hand(keys.HISTORY_TABLE, pick),
        selection_mode="single-cell",
        hide_index=True,
        height=HEIGHT if len(rows) > 13 else "content",
        row_height=ROW,
        column_config=_columns(shown),
    )
    _mind_scrolling(
        {
            "row": at,
            "rows": len(rows),
            "rowHeight": ROW,
            "history": history,
            "selected": handle(view.checkpoint),
            "page": view.page,
            "top": top,
            "table": keys.HISTORY_TABLE,
        },
        pick_late,
    )


def _then(tree: Tree, top: int, row: int) -> CheckpointId:
    """The checkpoint that a row showed when the first row showed the one at the place `top`: new checkpoints move
    rows.
    """
    return tree.ids[min(max(0, int(top) - int(row)), len(tree) - 1)]


@st.fragment
@on_its_own
def _mind_scrolling(data: dict[str, Any], pick_late: Callable[[], None]) -> None:
    """Draw the script beside the table. It is in a fragment, so that its reports on clicks redraw nothing else."""
    _scroll(key=keys.HISTORY_TABLE_SCROLL, data=data, on_pressed_change=lambda: None, on_clicked_change=pick_late)
    if st.session_state.pop(keys.HISTORY_TABLE_PICKED_LATE, False):
        st.rerun()


COLUMNS = {
    "Step": "The superstep. It repeats across branches.",
    "Made by": "What made it: an input, the nodes that ran, an edit, a fork",
    "Note": "Failed, waiting, latest, how many branches go on, A of a comparison, deleted before: earlier are gone",
    "Next": "The nodes that are due after it",
    "Wrote": "The channels that were written, also with the same value",
    "Time": "In your time zone",
    "Size": "Of the whole state, as stored",
    "Source": "LangGraph's own word: input, loop, update or fork",
}
"""The columns, with the help texts of their heads."""
_BROADEST = {"Step": 50, "Made by": 150, "Note": 130, "Next": 110, "Wrote": 150, "Time": 85, "Size": 75, "Source": 65}
_BROAD = 110
"""Pixels that a column takes at most which is not named there."""
_LETTER, _ROUND = 7, 18
"""Pixels of a letter, and of the space around a cell's text: approximate, and rather too large (Streamlit 1.67)."""


def _columns(rows: Sequence[Mapping[str, object]]) -> dict[str, Any]:
    """The columns, as wide as their content up to a limit, so that in a small window the first ones are fully
    visible.
    """
    found: dict[str, Any] = {}
    for name, about in COLUMNS.items():
        longest = max([len(name), *(_breadth(str(row[name])) for row in rows)])
        width = min(_BROADEST.get(name, _BROAD), longest * _LETTER + _ROUND)
        kind = st.column_config.NumberColumn if name == "Step" else st.column_config.TextColumn
        found[name] = kind(width=width, help=about)
    return found


def _breadth(text: str) -> int:
    """A text's width in letters; Chinese characters and emoji count as two."""
    return len(text) if text.isascii() else sum(1 + (east_asian_width(letter) in "WF") for letter in text)


def _row(header: Header, tree: Tree, mark: str, where: tzinfo | None) -> dict[str, object]:
    return {
        "Step": header.step,
        "Made by": made_by(header, cut=is_cut(header, tree)),
        "Note": mark,
        "Next": next_names(header.next) or ("not known" if header.undecided else "—"),
        "Wrote": join_limited(map(channel_name, header.changed)) or "—",
        "Time": format_time(header.created_at, where),
        "Size": format_bytes(header.size),
        "Source": header.source,
    }
