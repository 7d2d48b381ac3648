"""The history as a tree of branches, newest on top: a click or the arrow keys select a checkpoint."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

import streamlit as st

from ui.components.base.browser_component import browser_component, signature
from ui.components.base.page_text import handle, held
from ui.session import keys
from ui.session.context import update_view, zone
from ui.timetravel.ground.text.formatting import format_time
from ui.timetravel.history.tree.tree import Tree, TreeRow
from ui.timetravel.model.checkpoints import CheckpointId, Header
from ui.timetravel.presentation.narration.checkpoints import is_cut, made_by

HEIGHT = 520

_draw = browser_component(
    "history/tree",
    '<div class="tree" tabindex="0" role="listbox" aria-label="History as a tree, newest on top"></div>',
    uses=("base/pressing",),
)


def history_tree(
    tree: Tree,
    rows: Sequence[TreeRow],
    headers: Mapping[str, Header],
    *,
    thread: str,
    selected: str,
    pinned: str,
    marks: Mapping[str, Sequence[str]],
) -> None:
    """Draw the part `rows` of `Tree.rows()`, with the lines that come from above it and continue below.

    The branch of the selected checkpoint is highlighted.
    """
    first = rows[0].index if rows else 0
    path = tree.path(selected)
    where = zone()
    data = {
        "rows": [
            [
                *_place(row, first, _on(path, tree, row.checkpoint_id)),
                *_words(headers.get(row.checkpoint_id), tree, where),
                *marks.get(row.checkpoint_id, ()),
            ]
            for row in rows
        ],
        "fromAbove": [
            [line.lane, line.parent_index - first, _comes_down(path, tree, line.parent_id, first)]
            for line in tree.lines_from_above(first)
        ],
        "selected": handle(selected),
        "pinned": handle(pinned),
        "height": HEIGHT,
        "history": handle(thread),
    }
    data |= {"signature": signature(data)}
    _draw(key=keys.HISTORY_TREE, data=data, on_clicked_change=lambda: _pick([row.checkpoint_id for row in rows]))


def _pick(ids: Sequence[CheckpointId]) -> None:
    clicked = held(st.session_state[keys.HISTORY_TREE]["clicked"] or "", ids)
    if clicked:
        update_view(checkpoint=clicked, page=0)


def _on(path: Sequence[CheckpointId], tree: Tree, one: CheckpointId) -> bool:
    """Whether a checkpoint is on the branch `path`, in the same time however long that is."""
    depth = tree.depth(one)
    return depth < len(path) and path[depth] == one


def _comes_down(path: Sequence[CheckpointId], tree: Tree, parent: CheckpointId, first: int) -> bool:
    """Whether the branch `path` enters from above row `first` and leads down to `parent`."""
    below = tree.depth(parent) + 1
    return _on(path, tree, parent) and below < len(path) and tree.row_index(path[below]) < first


def _place(row: TreeRow, first: int, on_path: bool) -> list[Any]:
    """A row in the form that tree.js reads: lists, since hundreds of key names would be most of the data sent at each
    click.
    """
    up = None if row.parent_index is None else row.parent_index - first
    kind = "end" if row.is_head else "fork" if row.is_fork else "quiet"
    return [handle(row.checkpoint_id), row.lane, up, row.parent_lane, on_path, kind]


def _words(header: Header | None, tree: Tree, where: tzinfo | None) -> list[str]:
    if header is None:
        return ["", "", ""]
    return [str(header.step), made_by(header, cut=is_cut(header, tree)), format_time(header.created_at, where)]
