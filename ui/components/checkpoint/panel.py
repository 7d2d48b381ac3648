"""The selected checkpoint: sentences on what happened, then its changes, state, writes or raw facts."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import streamlit as st

from ui.components.base.plain_text import Look, plain_text
from ui.components.checkpoint.actions import actions
from ui.components.checkpoint.changes.cards import change_cards, draw_more, fitting, weight
from ui.components.checkpoint.changes.compare_bar import compare_bar, compared_with
from ui.components.checkpoint.fork.tab import fork
from ui.components.checkpoint.raw_tab import raw
from ui.components.checkpoint.state_tab import state
from ui.components.checkpoint.task_titles import task_titles
from ui.components.run.strip import followed
from ui.session import keys
from ui.session.by_hand import by_hand
from ui.session.context import current_view, open_view, zone
from ui.session.reads import cached_reads as reading
from ui.session.view import TABS, View
from ui.timetravel.diff.volatile_ids import has_unmatched_ids
from ui.timetravel.ground.text.formatting import format_bytes, format_date, pluralize
from ui.timetravel.history.supersteps import Superstep, TaskState
from ui.timetravel.history.tree.tree import Tree
from ui.timetravel.model.checkpoints import Checkpoint, Task, visible
from ui.timetravel.presentation.change_cards import task_cards
from ui.timetravel.presentation.narration.headline import say
from ui.timetravel.presentation.narration.task_state import task_state, without_writes
from ui.timetravel.presentation.narration.tasks import what_state_lacks

_OF_A_TASK = 4_000
"""The approximate cost of drawing a task, in characters of its cards."""
_SILENT = 50
"""The most nodes without writes that are listed one by one."""
WORDS = {"changes": "Changes", "state": "State", "writes": "Writes", "raw": "Raw", "fork": "Fork"}


def checkpoint(view: View, tree: Tree) -> None:
    """Draw the checkpoint that `view` names."""
    shown = reading.checkpoint(view.ref)
    tasks = reading.tasks(view.ref)
    _headline(view, shown)
    if view.tab != "fork":
        actions(view, shown, tasks, tree.latest or "")
    st.session_state[keys.TAB] = view.tab
    st.segmented_control(
        "What to show of this checkpoint",
        TABS,
        format_func=WORDS.__getitem__,
        key=keys.TAB,
        label_visibility="collapsed",
        required=True,
        on_change=by_hand(keys.TAB, lambda: open_view(replace(current_view(), tab=st.session_state[keys.TAB]))),
    )
    match view.tab:
        case "changes":
            _changes(view, tree, shown)
        case "state":
            plain_text(("text", what_state_lacks(reading.account(view.ref).step, tasks)), key="saved_beside")
            state(view, shown)
        case "writes":
            _writes(tasks, reading.account(view.ref).step, lambda some: task_titles(view, tree, shown, tasks, some))
        case "raw":
            raw(shown)
        case _:
            fork(view, shown)


def _headline(view: View, shown: Checkpoint) -> None:
    header = shown.header
    when = f"{format_date(header.created_at, zone())} · {format_bytes(header.size)} · checkpoint {header.checkpoint_id}"
    plain_text(
        ("title", say(reading.account(view.ref))),
        ("quiet", when),
        *(("quiet", note) for note in shown.notes),
        key="headline",
        reveal=followed(view),
    )


def _changes(view: View, tree: Tree, shown: Checkpoint) -> None:
    compare_bar(view, tree, shown)
    other = compared_with(view, shown)
    old = reading.checkpoint(other) if other else None
    lone_ids = view.pin and old and has_unmatched_ids(visible(old.values), visible(shown.values))
    leave_out = bool(lone_ids) and st.toggle("Leave out ids that every run makes anew", value=True, key="lone_ids")
    made = reading.changes(view.ref, other, shown, old, without_ids=leave_out)
    empty = "Nothing differs: both hold the same state." if view.pin else "This step changed no channel of the state."
    change_cards(made, key="changes", empty=empty)


def _writes(tasks: list[Task], step: Superstep, titles: Callable[[list[Task]], list[str]]) -> None:
    silent = without_writes(step)
    if not tasks:
        st.info(
            "No task has left anything on this checkpoint: none ran from it, or it was cut off before it was saved, or "
            "its result came from a cache, or the run saved only at its end.",
            icon=":material/edit_off:",
        )
    else:
        st.caption("What the tasks that ran from this checkpoint wrote. It becomes the state of the next one.")
    waiting = {question.id for one in step.of(TaskState.ASKS) for question in one.questions}

    @cache
    def wrote(at: int) -> list[dict[str, Any]]:
        return task_cards(tasks[at], waits=any(one.id in waiting for one in tasks[at].interrupts))

    # Cards are made while they are counted: of thousands of tasks only for those that are drawn.
    fit = fitting((_OF_A_TASK + sum(map(weight, wrote(at))) for at in range(len(tasks))), "writes")
    for at, (task, title) in enumerate(zip(tasks[:fit], titles(tasks[:fit]), strict=True)):
        became = task_state(step, task.task_id)
        told = f"{became} · task {task.task_id}" if became else f"task {task.task_id}"
        notes: list[tuple[Look, str]] = [("quiet", note) for note in task.notes]
        plain_text(("heading", title), ("quiet", told), *notes, key=f"task_{at}")
        change_cards(wrote(at), key=f"writes_{at}", empty="This task wrote nothing.")
    if fit < len(tasks):
        draw_more(len(tasks) - fit, "more task", "writes")
    for at, (node, became) in enumerate(silent[:_SILENT]):
        plain_text(("heading", node), ("quiet", became), key=f"silent_{at}")
    if len(silent) > _SILENT:
        st.caption(f"{pluralize(len(silent) - _SILENT, 'more node')} left nothing here.")
