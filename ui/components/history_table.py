"""The history as a table, newest first: a click, or the arrow keys, select a checkpoint."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo

import pandas as pd
import streamlit as st

from ui.components.assets import browser_component
from ui.session import show, zone
from ui.timetravel.model import Header
from ui.timetravel.narrate import made_by
from ui.timetravel.words import clock, listing, size

KEY = "history_table"
HEIGHT = 520
ROW = 35
"""Pixels of a row, as Streamlit 1.67 draws it: the script beside this file scrolls by it."""

_scroll = browser_component("table", "")


def history_table(ids: Sequence[str], headers: Mapping[str, Header], selected: str, marks: Mapping[str, str]) -> None:
    """Draw a part of the checkpoints; `marks` says in a word or two what is special about one of them."""
    rows = [headers[one] for one in ids if one in headers]
    where = zone()
    shown = [_row(header, marks.get(header.checkpoint_id, ""), where) for header in rows]
    at = next((row for row, header in enumerate(rows) if header.checkpoint_id == selected), None)
    cells = [] if at is None else [(at, "Made by")]
    st.session_state[KEY] = {"selection": {"rows": [], "columns": [], "cells": cells}}

    def pick() -> None:
        chosen = st.session_state[KEY]["selection"]["cells"]
        if chosen:
            show(checkpoint=rows[chosen[0][0]].checkpoint_id, page=0)

    st.dataframe(
        pd.DataFrame(shown, columns=list(COLUMNS)),
        key=KEY,
        on_select=pick,
        selection_mode="single-cell",
        hide_index=True,
        height=HEIGHT if len(rows) > 13 else "content",
        row_height=ROW,
        column_config=COLUMNS,
    )
    _scroll(
        key="history_table_scroll", data={"row": at, "rowHeight": ROW, "shown": f"{ids[0]} {selected}", "table": KEY}
    )


COLUMNS = {
    "Step": st.column_config.NumberColumn(width=50, help="The superstep. It repeats across branches."),
    "Made by": st.column_config.TextColumn(
        width=130, help="What made it: an input, the nodes that ran, an edit, a fork"
    ),
    "Note": st.column_config.TextColumn(width=110, help="Failed, waiting, latest, a fork point, A of a comparison"),
    "Next": st.column_config.TextColumn(width=90, help="The nodes that are due after it"),
    "Wrote": st.column_config.TextColumn(width=150, help="The channels that were written, also with the same value"),
    "Time": st.column_config.TextColumn(width=85, help="In your time zone"),
    "Size": st.column_config.TextColumn(width=75, help="Of the whole state, as stored"),
    "Source": st.column_config.TextColumn(width=65, help="LangGraph's own word: input, loop, update or fork"),
}


def _row(header: Header, mark: str, where: tzinfo | None) -> dict[str, object]:
    return {
        "Step": header.step,
        "Made by": made_by(header),
        "Note": mark,
        "Next": listing(node.strip("_") for node in header.next) or "—",
        "Wrote": listing(header.changed) or "—",
        "Time": clock(header.created_at, where),
        "Size": size(header.size),
        "Source": header.source,
    }
