"""The history of a thread: a part of it, as a table, a tree or a graph that share one selection."""

from collections.abc import Iterable, Mapping

import streamlit as st

from ui.components.history.follow import new_checkpoints
from ui.components.history.graph import BROADEST, MOST, history_graph
from ui.components.history.origin import origin_line
from ui.components.history.paging import HistoryRows, window
from ui.components.history.table import history_table
from ui.components.history.tree import history_tree
from ui.session import keys
from ui.session.by_hand import by_hand
from ui.session.context import update_view
from ui.session.reads import cached_reads as reading
from ui.session.view import HISTORIES, View
from ui.timetravel.ground.text.formatting import UNNAMED, join_counted, pluralize
from ui.timetravel.history.supersteps import STEPS
from ui.timetravel.history.tree.tree import Tree
from ui.timetravel.model.checkpoints import Header
from ui.timetravel.presentation.narration.checkpoints import is_cut, made_by
from ui.timetravel.presentation.narration.headline import MOST_CHILDREN
from ui.timetravel.presentation.workflow_dot import StateNode

TABLE_ROWS = 300
TREE_ROWS = 500
KINDS = {
    "table": ":material/table_rows: Table",
    "tree": ":material/account_tree: Tree",
    "graph": ":material/hub: Graph",
}

ORDERS = {"table": "newest on top", "tree": "each branch newest on top", "graph": "oldest on top"}


def history(view: View, tree: Tree) -> None:
    """Draw the history that `view` names."""
    st.session_state[keys.HISTORY_KIND] = view.history
    st.segmented_control(
        "History as",
        HISTORIES,
        format_func=lambda kind: KINDS[kind],
        key=keys.HISTORY_KIND,
        label_visibility="collapsed",
        required=True,
        on_change=by_hand(keys.HISTORY_KIND, lambda: update_view(history=st.session_state[keys.HISTORY_KIND], page=0)),
    )
    origin_line(view, tree)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="history_summary"):
        _news(view, tree)
        st.caption(f"{_summary(tree)}, {ORDERS[view.history]}", width="content")
    if view.history == "table":
        _table(view, tree)
    elif view.history == "tree":
        _tree(view, tree)
    else:
        _graph(view, tree)


def _summary(tree: Tree) -> str:
    branches = f", {pluralize(len(tree.heads), 'branch')}" if len(tree.heads) > 1 else ""
    return f"{pluralize(len(tree), 'checkpoint')}{branches}"


def _news(view: View, tree: Tree) -> None:
    """Say how many checkpoints were added, with a button to go there, since they may be out of sight."""
    came = new_checkpoints(view, tree)
    if came:
        st.button(
            f"{came:,} new",
            icon=":material/arrow_upward:" if view.history != "graph" else ":material/arrow_downward:",
            type="tertiary",
            key="to_latest",
            help="Checkpoints that came in since you chose this one. Go to the latest.",
            on_click=lambda: update_view(checkpoint=tree.latest, page=0),
        )


def _table(view: View, tree: Tree) -> None:
    total = len(tree)
    rows = HistoryRows(tree, lambda one: total - 1 - tree.index(one), lambda row: tree.ids[total - 1 - row])
    part = window(view, rows, TABLE_ROWS)
    ids = tree.ids[total - part.stop : total - part.start][::-1]
    headers = reading.headers(view.thread, view.namespace, ids)
    marks = {one: ", ".join(_marks(tree, header, view)) for one, header in headers.items()}
    history_table(tree, ids, headers, marks, view)


def _tree(view: View, tree: Tree) -> None:
    part = window(
        view, HistoryRows(tree, tree.row_index, lambda row: tree.rows(row, row + 1)[0].checkpoint_id), TREE_ROWS
    )
    rows = tree.rows(part.start, part.stop)
    headers = reading.headers(view.thread, view.namespace, [row.checkpoint_id for row in rows])
    history_tree(
        tree,
        rows,
        headers,
        thread=f"{view.thread} {view.namespace}",
        selected=view.checkpoint,
        pinned=view.pin.checkpoint_id if view.pin else "",
        marks={one: _marks(tree, header, view, pinned=False) for one, header in headers.items()},
    )


def _graph(view: View, tree: Tree) -> None:
    near, left_out = tree.nearby(view.checkpoint, MOST, BROADEST)
    headers = reading.headers(view.thread, view.namespace, [part.checkpoint_id for part in near])
    stops = [
        StateNode(
            checkpoint_id=part.checkpoint_id,
            parent_id=part.parent_id,
            label=f"step {header.step}" + (f" · {header.source}" if header.source != "loop" else ""),
            edge=made_by(header, cut=is_cut(header, tree)),
            folded=part.folded,
            latest=part.checkpoint_id == tree.latest,
            mark=", ".join(_marks(tree, header, view)),
        )
        for part in near
        if (header := headers.get(part.checkpoint_id))
    ]
    history_graph(stops, view.checkpoint, left_out)


def _marks(tree: Tree, header: Header, view: View, pinned: bool = True) -> list[str]:
    """What is special about a checkpoint, in words for the table."""
    one = header.checkpoint_id
    children = tree.child_count(one)
    said: Mapping[str, bool] = {
        "A": pinned and view.pin is not None and view.pin.checkpoint_id == one,
        **_outcomes(tree, header, view),
        "latest": one == tree.latest,
        "end": children == 0 and one != tree.latest,
        f"{children} branches go on": children > 1,
        "deleted before": is_cut(header, tree),
    }
    return [mark for mark, holds in said.items() if holds]


def _outcomes(tree: Tree, header: Header, view: View) -> dict[str, bool]:
    """How the tasks that ran from a checkpoint ended, where that was not simply by making the next checkpoint."""
    if not (header.failed or header.interrupted or header.cancelled or (header.done and header.next)):
        return {}
    went_on = _step_was_made(tree, header, view)
    unanswered = [] if went_on else list(header.waiting)
    waiting = set(unanswered)
    answered = [node for node in header.interrupted if node not in waiting]
    return {
        f"{_who(header.failed)} failed{' first' if went_on else ''}": bool(header.failed),
        f"{_who(header.cancelled)} cancelled": bool(header.cancelled) and not went_on,
        f"{_who(unanswered)} {'asks' if header.is_newest else 'asked, not answered'}": bool(unanswered),
        f"{_who(answered)} asked": bool(answered),
        f"{_who(header.done)} done": bool(header.done and header.next),
    }


def _who(nodes: Iterable[str]) -> str:
    return join_counted(node or UNNAMED for node in nodes)


def _step_was_made(tree: Tree, header: Header, view: View) -> bool:
    """Whether a checkpoint was made from the tasks' writes. An input, an edit or a fork below it does not count."""
    below = tree.children(header.checkpoint_id)[:MOST_CHILDREN]
    return any(child.made in STEPS for child in reading.headers(view.thread, view.namespace, below).values())
