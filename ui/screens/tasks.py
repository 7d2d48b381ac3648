"""The Tasks screen: texts that are written in stages, each on its own thread, several at once."""

from dataclasses import replace

import streamlit as st

from ui.components.base.page_text import label
from ui.components.base.plain_text import plain_text
from ui.components.base.timers import drawn_every
from ui.components.history.follow import follow, seen_now
from ui.components.sidebar.store import gone_with_memory
from ui.components.tasks.detail import task_history, task_output, task_status
from ui.components.tasks.form import task_form
from ui.components.tasks.list import more_tasks, tally, task_list
from ui.screens import links
from ui.services.pipeline_tasks import PIPELINE, TaskStatus
from ui.session import keys
from ui.session.context import current_view, in_memory, rerun, source, sources
from ui.session.reads.cached_tasks import all_tasks, history, is_thread, last_runs, live_tasks, status
from ui.session.view import View
from ui.timetravel.ground.read_only import WHY, is_read_only

EVERY = 0.5
"""Seconds between two drawings while tasks run."""

ELSEWHERE = (
    "Tasks run the sample graph content_pipeline. It can't write to this store, so these are on the practice store."
)
IN_MEMORY = "Tasks are kept in a worker's memory here: they are gone when the worker or the app ends."
WHAT = (
    "No task yet. A task is a text that is written in four stages: research, outline, draft, finalize. Each task has a "
    "thread of its own, and a checkpoint is saved after each stage. So a task that was stopped or has failed resumes "
    "from there, and one that went wrong is rolled back. Type a topic above, or create the examples."
)


def draw(asked: View) -> None:
    """Draw the screen for the view `asked`."""
    if is_read_only():
        plain_text(("asks", f"{WHY} Tasks are runs; their threads are shown in the Debugger."), key="tasks_read_only")
        return
    view = _on_store(asked)
    everything = replace(view, thread="", nameless=False)
    seen = seen_now(everything)
    task_form()
    if in_memory():
        st.caption(IN_MEMORY)
    view = _with_task(view)
    st.session_state[keys.VIEW] = view
    live = bool(live_tasks())
    with st.sidebar:
        follow(everything, seen, busy=live)
    if live:
        drawn_every(EVERY)(_board)(view, True)
    else:
        _board(view, False)


def _on_store(view: View) -> View:
    """The view on a store where tasks can run: the one that it names, or the practice store."""
    runner = source().runner
    if runner is not None and PIPELINE in runner.graphs:
        return view
    view = replace(view, store=sources().practice().name)
    st.session_state[keys.VIEW] = view
    st.caption(ELSEWHERE)
    return view


def _with_task(view: View) -> View:
    """The view with its task filled in: the one that it names if it exists, else the first of the list.

    That task stays selected when others are listed before it.
    """
    threads = [task.thread for task in all_tasks()]
    if view.thread in threads or status(view.thread):
        return view
    if view.thread and not is_thread(view.thread):
        lost = gone_with_memory(view.thread)
        plain_text(("text", lost) if lost else ("failed", f"There is no task {view.thread} here."), key="no_task")
    here = (view.store, view.thread)
    known: tuple[tuple[str, str], str] | None = st.session_state.get(keys.TASK_SELECTED)
    kept = known[1] if known and known[0] == here and known[1] in threads else next(iter(threads), "")
    st.session_state[keys.TASK_SELECTED] = (here, kept)
    return replace(view, thread=kept)


def _board(view: View, live: bool) -> None:
    """Draw the tasks at this moment.

    While one is `live` this is drawn again and again; after its end the whole page, once.
    """
    running = live_tasks()
    if live and (not running or current_view() != view):
        rerun()
    tasks = all_tasks()
    if not tasks:
        st.info(WHAT, icon=":material/checklist:")
        return
    left, right = st.columns([5, 7], gap="large")
    with left:
        st.caption(label(tally(tasks, running)))
        task_list(tasks, running, view.thread)
        more_tasks()
    with right:
        _selected(view, tasks)


def _selected(view: View, tasks: list[TaskStatus]) -> None:
    task = next((one for one in tasks if one.thread == view.thread), None) or status(view.thread)
    if task is None:
        st.caption("This task is gone. Choose another one.")
        return
    run = last_runs().get(task.thread)
    task_status(task, run, lambda: links.to_debugger(_in_debugger(view), "See it in the Debugger"))
    task_output(task)
    task_history(task, history(task.thread), run is not None and run.state().status.live)


def _in_debugger(view: View) -> View:
    return View(store=view.store, graph=PIPELINE, thread=view.thread, pin=view.pin, follow=view.follow)
