"""What the app holds for everybody (settings, store, workers), and where one browser tab is in it."""

from dataclasses import replace
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from ui.settings import Settings
from ui.timetravel.stores import open_store
from ui.timetravel.stores.base import Store
from ui.timetravel.worker.client import Run, Workers
from ui.timetravel.worker.job import GraphInfo, Job
from ui.view import View

VIEW = "view"
"""Where the session keeps the view that the page last drew, with its defaults filled in."""
_NAMED = "named"
_WATCHED = "runs_watched"


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """What the command was told. Raises ProjectError."""
    return Settings.from_environment()


@st.cache_resource(show_spinner=False, on_release=lambda store: store.close())
def store() -> Store:
    """The store that is looked at, opened once for every tab. Raises StoreError."""
    return open_store(settings().target)


@st.cache_resource(show_spinner=False, on_release=lambda workers: workers.close() if workers else None)
def workers() -> Workers | None:
    """What runs graphs; None when the app was started without any. Raises ProjectError."""
    project = settings().project()
    return Workers(project, settings().python) if project else None


@st.cache_resource(show_spinner="Importing the graph…", ttl=60, max_entries=64)
def describe(graph: str, edition: int) -> GraphInfo:
    """What a graph is, asked of a worker and kept until `edition` changes. Raises GraphLoadError, WorkerDied."""
    del edition
    running = workers()
    if running is None:
        raise LookupError("no graphs")
    return running.describe(graph)


def graph_info(graph: str) -> GraphInfo:
    """What a graph is, as of the last run or the last reload of its code. Raises GraphLoadError, WorkerDied."""
    return describe(graph, int(st.session_state.get("code_edition", 0)))


def reload_code() -> None:
    """Forget what graphs look like, so that the next drawing imports their code again."""
    st.session_state["code_edition"] = int(st.session_state.get("code_edition", 0)) + 1


def graph_names() -> list[str]:
    """The names of the graphs that can be run; empty when the store is only inspected."""
    running = workers()
    return list(running.project.graphs) if running else []


def zone() -> tzinfo | None:
    """The time zone of the person's browser; None (the machine's) when it doesn't say."""
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def dark() -> bool:
    """Whether the page is dark."""
    return st.context.theme.type == "dark"


def asked() -> View:
    """The view that the address bar asks for."""
    return View.from_query(st.query_params.to_dict())


def drawn() -> View:
    """The view that the page last drew, with every default filled in."""
    found = st.session_state.get(VIEW)
    return found if isinstance(found, View) else asked()


def show(**changes: Any) -> None:
    """Look at something else: for callbacks, which run before the page is drawn again. Back undoes it."""
    go(replace(drawn(), **changes))


def go(view: View) -> None:
    """Put a view in the address bar; the next drawing follows it."""
    st.session_state[VIEW] = view
    st.query_params.from_dict(view.to_query())


def name_once(view: View) -> None:
    """Name in the address what was filled in, when this tab opened without naming a checkpoint.

    Only once in a tab: written at every drawing, it would fight the Back button.
    """
    if view.checkpoint and not st.session_state.get(_NAMED):
        st.session_state[_NAMED] = True
        if not asked().checkpoint:
            st.query_params.from_dict(view.to_query())


def run_of(view: View) -> Run | None:
    """The run that the view names, if this app still knows it."""
    running = workers()
    return running.get(view.run) if running and view.run else None


def live_runs() -> dict[str, Run]:
    """The runs that go on now, by the thread that they write to."""
    running = workers()
    found = {}
    for run in list(running.runs.values()) if running else []:
        state = run.state()
        if state.status.live:
            found[state.job.target_thread] = run
    return found


def watched() -> set[str]:
    """The runs that this tab started or saw running, and whose end it has yet to follow."""
    found: set[str] = st.session_state.setdefault(_WATCHED, set())
    return found


def start(job: Job, **changes: Any) -> None:
    """Start a run and look at it."""
    running = workers()
    if running is None:
        return
    run = running.start(job)
    watched().add(run.id)
    reload_code()
    show(run=run.id, graph=job.graph, thread=job.target_thread, **changes)
