"""The tasks of the view's store: those in the store, and those that runs of this app are about to create."""

from datetime import UTC, datetime

import streamlit as st

from ui.services.pipeline_tasks import PIPELINE, STAGES, Progress, Saved, TaskPage, Tasks, TaskStatus, topic_of
from ui.session import keys
from ui.session.context import source, sources
from ui.timetravel.model.checkpoints import ThreadState
from ui.timetravel.model.runs import RunState
from ui.timetravel.runs.runner import LiveRun

PAGE = 50


@st.cache_resource(show_spinner=False, max_entries=16)
def _tasks(store: str) -> Tasks:
    return Tasks(source(store).store)


def _page() -> TaskPage:
    return _tasks(source().name).newest(st.session_state.get(keys.TASKS_SHOWN, PAGE))


def more() -> bool:
    """Whether there are tasks beyond those in `all_tasks`."""
    return _page().more


def show_more() -> None:
    """Have `all_tasks` return one more page in this tab."""
    st.session_state[keys.TASKS_SHOWN] = st.session_state.get(keys.TASKS_SHOWN, PAGE) + PAGE


def last_runs() -> dict[str, LiveRun]:
    """The last run of each task on this store, by thread, in the order in which the runs began."""
    here = source().target
    states = [(run.state(), run) for run in sources().runs.all()]
    mine = [(state, run) for state, run in states if state.job.store == here and state.job.graph == PIPELINE]
    found: dict[str, LiveRun] = {}
    for state, run in sorted(mine, key=lambda each: each[0].started):
        found.pop(state.job.target_thread, None)
        found[state.job.target_thread] = run
    return found


def live_tasks() -> dict[str, LiveRun]:
    """The runs of tasks that are on in this store, by thread."""
    return {thread: run for thread, run in last_runs().items() if run.state().status.live}


def all_tasks() -> list[TaskStatus]:
    """Tasks that are running, the one that began last first; then the others, the latest change first."""
    runs, known = last_runs(), {task.thread: task for task in _page().tasks}
    begun = [_begun(thread, run.state(), known) for thread, run in reversed(runs.items())]
    running = {task.thread: task for task in begun if task and runs[task.thread].state().status.live}
    known |= {task.thread: task for task in begun if task}
    rest = [task for thread, task in known.items() if thread not in running]
    return [*running.values(), *sorted(rest, key=lambda task: task.updated, reverse=True)]


def status(thread: str) -> TaskStatus | None:
    """One task of this store; None where the store has no such task."""
    return _tasks(source().name).status(thread) if thread else None


def history(thread: str) -> list[Saved]:
    """The checkpoints of a task, newest first."""
    return _tasks(source().name).history(thread)


def is_thread(thread: str) -> bool:
    """Whether the store has a thread with this id, a task or not."""
    return bool(source().store.skeleton(thread).ids)


def _begun(thread: str, state: RunState, known: dict[str, TaskStatus]) -> TaskStatus | None:
    """The task of a run that is on, or that ended before its first checkpoint; None for any other run."""
    never_saved = thread not in known and not state.checkpoints and bool(topic_of(state.job.action))
    if not state.status.live and not never_saved:
        return None
    return known.get(thread) or status(thread) or _unsaved(thread, state)


def _unsaved(thread: str, state: RunState) -> TaskStatus:
    """A task of which the store has nothing, yet or for ever."""
    why = state.failure.message if state.failure else "Its run ended before the first checkpoint."
    return TaskStatus(
        thread=thread,
        topic=topic_of(state.job.action),
        progress=Progress(0, STAGES[:1]),
        updated=datetime.fromtimestamp(state.ended or state.started, UTC),
        state=ThreadState.UNFINISHED if state.status.live else ThreadState.FAILED,
        error="" if state.status.live else why,
    )
