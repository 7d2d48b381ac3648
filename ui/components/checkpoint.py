"""The selected checkpoint: one sentence that says what happened, then its changes, state, writes or raw facts."""

from dataclasses import replace

import streamlit as st

from ui import reading
from ui.components.actions import actions
from ui.components.by_hand import by_hand
from ui.components.changes import change_cards
from ui.components.compare import compare_bar, compared_with
from ui.components.fork import fork
from ui.components.plain_text import plain_text
from ui.components.raw import raw
from ui.components.run_strip import followed
from ui.components.state import state
from ui.components.task_titles import task_titles
from ui.session import drawn, go, zone
from ui.timetravel.branches import without_lone_ids
from ui.timetravel.cards import cards, task_cards
from ui.timetravel.diff import diff
from ui.timetravel.edit import to_text
from ui.timetravel.model import Checkpoint, Header, Task, answered_tasks, visible
from ui.timetravel.narrate import sentence
from ui.timetravel.plain import Plain
from ui.timetravel.tree import Tree
from ui.timetravel.words import moment, shorten, size
from ui.view import TABS, View

WORDS = {"changes": "Changes", "state": "State", "writes": "Writes", "raw": "Raw", "fork": "Fork"}


def checkpoint(view: View, tree: Tree) -> None:
    """Draw the checkpoint that `view` names."""
    shown = reading.checkpoint(view.place)
    tasks = reading.tasks(view.place)
    _headline(view, shown, tasks)
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
            state(view, shown)
        case "writes":
            _writes(tasks, task_titles(view, tree, shown, tasks))
        case "raw":
            raw(shown)
        case _:
            fork(view, shown)


def _headline(view: View, shown: Checkpoint, tasks: list[Task]) -> None:
    header = shown.header
    parent = reading.header(replace(view.place, checkpoint=header.parent_id)) if header.parent_id else None
    answered = answered_tasks(tasks)
    asked = [(task.task_id, one.value) for task in tasks for one in task.interrupts if isinstance(one.value, str)]
    questions = tuple(shorten(question) for task, question in asked if task not in answered)
    errors = [shorten(_said(task.error)) for task in tasks if task.error is not None]
    exact = replace(header, next=shown.next, changed=_really_changed(view, shown, parent))
    said = sentence(exact, parent, questions, errors[0] if errors else "", answered=bool(answered))
    when = f"{moment(header.created_at, zone())} · {size(header.size)} · checkpoint {header.checkpoint_id}"
    plain_text(
        ("title", said),
        ("quiet", when),
        *(("quiet", note) for note in shown.notes),
        key="headline",
        reveal=followed(view),
    )


def _really_changed(view: View, shown: Checkpoint, parent: Header | None) -> tuple[str, ...]:
    """The channels that were written, without those whose value stayed the same."""
    header = shown.header
    if parent is None:
        return header.changed
    before = reading.checkpoint(replace(view.place, checkpoint=parent.checkpoint_id)).values
    missing = object()
    written = [(name, before.get(name, missing), shown.values.get(name, missing)) for name in header.changed]
    return tuple(name for name, old, new in written if old is missing or new is missing or diff(old, new))


def _said(value: object) -> str:
    """A value as short text for a sentence."""
    return value if isinstance(value, str) else to_text(value)


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


def _writes(tasks: list[Task], titles: list[str]) -> None:
    if not tasks:
        st.info("No task has written anything on this checkpoint: nothing ran from it.", icon=":material/edit_off:")
        return
    st.caption("What the tasks that ran from this checkpoint wrote. It becomes the state of the next one.")
    for at, task in enumerate(tasks):
        plain_text(("heading", titles[at]), ("quiet", f"task {task.task_id}"), key=f"task_{at}")
        change_cards(task_cards(task), key=f"writes_{at}", empty="This task wrote nothing.")
