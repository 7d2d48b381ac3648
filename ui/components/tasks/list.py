"""The list of tasks: each with its progress in a bar and in words, and Stop while it runs; a click opens one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import streamlit as st

from ui.components.base.browser_component import browser_component, signature
from ui.components.base.page_text import handle, held
from ui.services.pipeline_tasks import TaskStatus
from ui.session import keys
from ui.session.context import update_view, zone
from ui.session.reads.cached_tasks import more, show_more
from ui.timetravel.ground.text.formatting import format_date, join_limited, pluralize
from ui.timetravel.model.checkpoints import ThreadState
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.runs.runner import LiveRun

WORDS = {ThreadState.INTERRUPTED: "waits"}
"""The words for a state, where they are not the state's own name."""
STATES = ("running", "waits", "failed", "unfinished", "finished")

_draw = browser_component("tasks/list", '<div class="tasks"></div>')


def state_of(task: TaskStatus, running: bool) -> str:
    """The state of a task in a word: running, waits, failed, unfinished, finished."""
    return "running" if running else WORDS.get(task.state, task.state.value)


def tally(tasks: Sequence[TaskStatus], live: Mapping[str, LiveRun]) -> str:
    """The number of tasks, and how many are in each state."""
    often = Counter(state_of(task, task.thread in live) for task in tasks)
    parts = join_limited((f"{often[state]} {state}" for state in STATES if often[state]), limit=len(STATES))
    return f"{pluralize(len(tasks), 'task')}: {parts}"


def more_tasks() -> None:
    """Draw a button to show more, if there are more."""
    if more():
        st.button("More tasks", key="more_tasks", on_click=show_more)


def task_list(tasks: Sequence[TaskStatus], live: Mapping[str, LiveRun], selected: str) -> None:
    """Draw the list, with `selected` marked; `live` are the runs that are on, by thread."""

    def stop() -> None:
        run = live.get(held(st.session_state[keys.TASK_LIST]["stopped"] or "", live) or "")
        if run is not None:
            run.stop()

    data = {"selected": handle(selected), "tasks": [_row(task, live.get(task.thread)) for task in tasks]}
    data |= {"signature": signature(data)}
    threads = [task.thread for task in tasks]
    _draw(key=keys.TASK_LIST, data=data, on_clicked_change=lambda: _open(threads), on_stopped_change=stop)


def _open(threads: Sequence[str]) -> None:
    clicked = held(st.session_state[keys.TASK_LIST]["clicked"] or "", threads)
    if clicked:
        update_view(thread=clicked, run="", checkpoint="")


def _row(task: TaskStatus, run: LiveRun | None) -> dict[str, object]:
    state = state_of(task, run is not None)
    now = _now(run)
    return {
        "id": handle(task.thread),
        "name": task.name or task.thread,
        "topic": task.topic or "(no topic)",
        "state": state,
        "now": f": {now}" if now else "",
        "progress": task.progress.words,
        "done": task.progress.done,
        "of": task.progress.of,
        "part": {"running": "runs", "failed": "failed"}.get(state, ""),
        "updated": _when(task.updated),
        "moment": format_date(task.updated, zone()),
        "stops": run is not None,
        "stopping": run is not None and run.state().status is RunStatus.STOPPING,
    }


def _when(updated: datetime) -> str:
    """The time of day, or for another day its date: there is little room."""
    there = updated.astimezone(zone())
    return f"{there:%H:%M:%S}" if there.date() == datetime.now(zone()).date() else f"{there:%Y-%m-%d}"


def _now(run: LiveRun | None) -> str:
    return "" if run is None else join_limited(one.node for one in run.state().nodes if one.ended is None)
