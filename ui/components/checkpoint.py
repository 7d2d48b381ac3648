"""The selected checkpoint: one sentence that says what happened, then its changes, state, writes or raw facts."""

from dataclasses import replace

import streamlit as st

from ui import reading
from ui.components.actions import actions
from ui.components.by_hand import by_hand
from ui.components.changes import change_cards
from ui.components.compare import compare_bar, compared_with
from ui.components.fork import fork
from ui.components.plain_text import Look, plain_text
from ui.components.raw import raw
from ui.components.run_strip import followed
from ui.components.state import state
from ui.components.task_titles import task_titles
from ui.session import drawn, go, zone
from ui.timetravel.branches import without_lone_ids
from ui.timetravel.cards import cards, task_cards
from ui.timetravel.diff import diff
from ui.timetravel.headline import say
from ui.timetravel.model import Checkpoint, Task, visible
from ui.timetravel.narrate_tasks import what_state_lacks
from ui.timetravel.plain import Plain
from ui.timetravel.supersteps import Superstep, TaskState
from ui.timetravel.task_words import task_state, without_writes
from ui.timetravel.tree import Tree
from ui.timetravel.words import moment, size
from ui.view import TABS, View

WORDS = {"changes": "Changes", "state": "State", "writes": "Writes", "raw": "Raw", "fork": "Fork"}


def checkpoint(view: View, tree: Tree) -> None:
    """Draw the checkpoint that `view` names."""
    shown = reading.checkpoint(view.place)
    tasks = reading.tasks(view.place)
    _headline(view, shown)
    if view.tab != "fork":
        actions(view, shown, tasks, tree.latest or "")
    st.session_state["tab"] = view.tab
    st.segmented_control(
        "What to show of this checkpoint",
        TABS,
        format_func=WORDS.__getitem__,
        key="tab",
        label_visibility="collapsed",
        required=True,
        on_change=by_hand("tab", lambda: go(replace(drawn(), tab=st.session_state["tab"]))),
    )
    match view.tab:
        case "changes":
            _changes(view, tree, shown)
        case "state":
            plain_text(("text", what_state_lacks(reading.told(view.place).step, tasks)), key="saved_beside")
            state(view, shown)
        case "writes":
            _writes(tasks, task_titles(view, tree, shown, tasks), reading.told(view.place).step)
        case "raw":
            raw(shown)
        case _:
            fork(view, shown)


def _headline(view: View, shown: Checkpoint) -> None:
    header = shown.header
    when = f"{moment(header.created_at, zone())} · {size(header.size)} · checkpoint {header.checkpoint_id}"
    plain_text(
        ("title", say(reading.told(view.place))),
        ("quiet", when),
        *(("quiet", note) for note in shown.notes),
        key="headline",
        reveal=followed(view),
    )


def _changes(view: View, tree: Tree, shown: Checkpoint) -> None:
    compare_bar(view, tree, shown)
    other = compared_with(view, shown)
    old = visible(reading.checkpoint(other).values) if other else {}
    new = visible(shown.values)
    made = cards(diff(*(_without_ids(old, new) if view.pin else (old, new))))
    empty = "Nothing differs: both hold the same state." if view.pin else "This step changed no channel of the state."
    change_cards(made, key="changes", empty=empty)


def _without_ids(old: Plain, new: Plain) -> tuple[Plain, Plain]:
    """Both states without the ids that only one of them has, unless the person wants to see these, too."""
    bare = without_lone_ids(old, new)
    if bare == (old, new) or not st.toggle("Leave out ids that every run makes anew", value=True, key="lone_ids"):
        return old, new
    return bare


def _writes(tasks: list[Task], titles: list[str], step: Superstep) -> None:
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
    for at, task in enumerate(tasks):
        became = task_state(step, task.task_id)
        told = f"{became} · task {task.task_id}" if became else f"task {task.task_id}"
        notes: list[tuple[Look, str]] = [("quiet", note) for note in task.notes]
        plain_text(("heading", titles[at]), ("quiet", told), *notes, key=f"task_{at}")
        found = task_cards(task, waits=any(one.id in waiting for one in task.interrupts))
        change_cards(found, key=f"writes_{at}", empty="This task wrote nothing.")
    for at, (node, became) in enumerate(silent):
        plain_text(("heading", node), ("quiet", became), key=f"silent_{at}")
