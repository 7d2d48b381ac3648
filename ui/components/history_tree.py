"""The history as a tree of branches, newest on top: a click or the arrow keys select a checkpoint."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from ui.components.assets import browser_component, signature
from ui.session import show, zone
from ui.timetravel.model import Header
from ui.timetravel.narrate import made_by
from ui.timetravel.tree import Row
from ui.timetravel.words import clock

KEY = "history_tree"
HEIGHT = 520

_draw = browser_component(
    "tree", '<div class="tree" tabindex="0" role="listbox" aria-label="History as a tree, newest on top"></div>'
)


def history_tree(
    rows: Sequence[Row],
    headers: Mapping[str, Header],
    *,
    thread: str,
    selected: str,
    pinned: str,
    path: frozenset[str],
    marks: Mapping[str, Sequence[str]],
) -> None:
    """Draw rows of `Tree.rows()`; `path` is the selected branch, which is drawn strong."""
    first = rows[0].index if rows else 0
    shown = [_row(row, first, headers.get(row.checkpoint_id), path, marks.get(row.checkpoint_id, ())) for row in rows]
    data = {"rows": shown, "selected": selected, "pinned": pinned, "height": HEIGHT, "thread": thread}
    _draw(key=KEY, data=data | {"signature": signature(data)}, on_clicked_change=_pick)


def _pick() -> None:
    clicked = st.session_state[KEY]["clicked"]
    if clicked:
        show(checkpoint=clicked)


def _row(row: Row, first: int, header: Header | None, path: frozenset[str], marks: Sequence[str]) -> dict[str, Any]:
    return {
        "id": row.checkpoint_id,
        "lane": row.lane,
        "up": None if row.parent_index is None else row.parent_index - first,
        "upLane": row.parent_lane,
        "onPath": row.checkpoint_id in path,
        "step": str(header.step) if header else "",
        "label": made_by(header) if header else "",
        "time": clock(header.created_at, zone()) if header else "",
        "hint": row.checkpoint_id,
        "tone": _tone(row, marks),
        "marks": [{"text": mark, "tone": TONES.get(mark, "")} for mark in marks],
    }


TONES = {"failed": "failed", "asks": "asks", "latest": "latest"}


def _tone(row: Row, marks: Sequence[str]) -> str:
    """The look of the dot: what the marks say in words, once more."""
    for mark in ("failed", "asks"):
        if mark in marks:
            return mark
    return "end" if row.is_head else "fork" if row.is_fork else "quiet"
