"""What the app has for all tabs (settings, stores, workers), and what this browser tab shows of it."""

import json
from dataclasses import replace
from datetime import tzinfo
from itertools import count
from typing import Any, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from ui.services.settings import Settings
from ui.services.store_registry import OpenedStore, StoreRegistry
from ui.session import keys
from ui.session.view import View
from ui.timetravel.errors import StoreNotFound
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.values import Plain
from ui.timetravel.runs.runner import LiveRun, Runner
from ui.timetravel.stores import Store
from ui.timetravel.worker.pool import WorkerPool


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """The settings that the command gave. Raises ProjectError."""
    return Settings.from_environment()


@st.cache_resource(show_spinner=False, on_release=lambda sources: sources.close())
def sources() -> StoreRegistry:
    """The registry of stores, shared by all tabs. Raises ProjectError."""
    return StoreRegistry(settings())


def source(name: str = "") -> OpenedStore:
    """An opened store by its name; without a name that of the view. Raises StoreError."""
    wanted = name or current_view().store
    found = sources().source(wanted)
    if found is None:
        raise StoreNotFound(f"The store {wanted} is not open here. Start the app with it as a TARGET.")
    return found


def store(name: str = "") -> Store:
    """A store to read, by its name; without a name that of the view. Raises StoreError."""
    return source(name).store


def runner() -> Runner | None:
    """The runner for runs from the view's store: on the store itself, or else in the sandbox; None when there are no
    graphs.
    """
    return source().runner or sources().workers


def only_sandbox() -> bool:
    """Whether runs from the view's store can't be written to it, but only to the sandbox."""
    return source().runner is None and sources().workers is not None


def run_target() -> OpenedStore | None:
    """The store to which runs from the view's store are written; None where that is the sandbox, and it does not exist
    yet.
    """
    return sources().existing_sandbox() if only_sandbox() else source()


def is_traced() -> bool:
    """Whether this tab's sandbox runs may send traces to the tools that the environment names for all runs."""
    return bool(st.session_state.get(keys.SANDBOX_TRACED, False))


def is_server(name: str = "") -> bool:
    """Whether a store is a LangGraph server; without a name that of the view."""
    return source(name).is_server


def in_memory() -> bool:
    """Whether the threads of the view's store are in a worker's memory, and lost when it ends."""
    return source().in_memory


@st.cache_resource(show_spinner="Importing the graph…", ttl=60, max_entries=64)
def describe(store: str, graph: str, edition: int, values: str = "{}") -> GraphInfo:
    """A graph's description from a worker, cached until `edition` changes. Raises GraphLoadError, WorkerDied.

    `values` are those from which a function makes the graph, as JSON.
    """
    del edition
    running = source(store).runner or sources().describers
    if running is None:
        raise LookupError("no graphs")
    return running.describe(graph, configurable=json.loads(values))


def graph_info(graph: str) -> GraphInfo:
    """A graph's description as of the last run or the last reload of its code. Raises GraphLoadError, WorkerDied."""
    info = describe(source().name, graph, code_edition(), json.dumps(values_to_make(graph)))
    st.session_state.setdefault(keys.GRAPHS_DESCRIBED, {})[source().name, graph] = info
    return info


def values_to_make(graph: str) -> dict[str, Plain]:
    """The configurable values that a person gave for a graph that needs some to be made and described."""
    found: dict[str, Plain] = st.session_state.get(keys.GRAPHS_MADE_OF, {}).get(graph, {})
    return found


def known_info(graph: str) -> GraphInfo | None:
    """A graph's description as far as this tab has it already; imports nothing."""
    found: GraphInfo | None = st.session_state.get(keys.GRAPHS_DESCRIBED, {}).get((source().name, graph))
    return found


class _Editions:
    """Numbers the editions of the graphs' code for all tabs together. If each tab counted for itself, two tabs could
    use one number for different code, and share each other's cached descriptions.
    """

    def __init__(self) -> None:
        self.last = 0
        self._numbers = count(1)

    def new(self) -> int:
        self.last = next(self._numbers)
        return self.last


@st.cache_resource(show_spinner=False)
def _editions() -> _Editions:
    return _Editions()


def code_edition() -> int:
    """The edition of the code that this tab uses. Descriptions are cached under this number."""
    return int(st.session_state.setdefault(keys.CODE_EDITION, _editions().last))


def reload_code() -> None:
    """Drop the descriptions of graphs, so that the next drawing imports their code again."""
    st.session_state[keys.CODE_EDITION] = _editions().new()


def import_again() -> None:
    """Have the code imported again, even if none of its files has changed, and drop the descriptions of graphs."""
    for each in (source().runner, sources().describers):
        if isinstance(each, WorkerPool):
            each.import_anew()
    reload_code()


def graph_names() -> list[str]:
    """The names of the graphs that can be run; empty when the store is only inspected."""
    running = runner()
    return list(running.graphs) if running else []


def graphs_looked_at() -> list[str]:
    """The names of the graphs that can be drawn and rebuild values, even where nothing can be run."""
    running = runner() or sources().describers
    return list(running.graphs) if running else []


def choose_graph(thread: str, graph: str) -> None:
    """Remember which graph a person wants to run from a thread that does not name its own."""
    st.session_state.setdefault(keys.GRAPHS_CHOSEN, {})[current_view().store, thread] = graph


def chosen_graph(thread: str) -> str:
    """The graph that a person chose for a thread in this tab, or that the address named; empty where there is none."""
    chosen = st.session_state.get(keys.GRAPHS_CHOSEN, {})
    return str(chosen.get((current_view().store, thread)) or chosen.get(("", thread)) or "")


def zone() -> tzinfo | None:
    """The time zone of the person's browser; None (the machine's) where the browser does not state it."""
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def dark() -> bool:
    """Whether the page is dark."""
    return st.context.theme.type == "dark"


def requested_view() -> View:
    """The view that the address bar names."""
    return View.from_query(st.query_params.to_dict())


def begin_page() -> View:
    """The view that the address bar names, with which a drawing of the whole page begins.

    If a person opened an address that names a graph, that is their choice of graph for its thread.
    """
    found, view = st.query_params.to_dict(), requested_view()
    if found != st.session_state.get(keys.ADDRESS):
        st.session_state[keys.CAME_WITH] = view
        if view.graph and view.has_thread:
            st.session_state.setdefault(keys.GRAPHS_CHOSEN, {})[view.store, view.thread] = view.graph
    st.session_state[keys.ADDRESS] = found
    return view


def came_with() -> View:
    """The view of the address that the person opened, whatever the page has changed since by itself."""
    found = st.session_state.get(keys.CAME_WITH)
    return found if isinstance(found, View) else requested_view()


def rerun() -> NoReturn:
    """Called in a fragment: draw the whole page.

    The browser sends its address with a request. If a timer makes a request before the browser has processed a click,
    that is the address before the click (streamlit 1.67.0, runtime/app_session.py, `request_rerun`). So the page is
    drawn at the address that this session has.
    """
    known = st.session_state.get(keys.ADDRESS)
    if known is not None and known != st.query_params.to_dict():
        st.query_params.from_dict(known)
    st.rerun()


def current_view() -> View:
    """The view that the page last drew, with all defaults filled in."""
    found = st.session_state.get(keys.VIEW)
    return found if isinstance(found, View) else requested_view()


def update_view(**changes: Any) -> None:
    """Change the view. For callbacks, which run before the page is drawn again. The Back button undoes it."""
    open_view(replace(current_view(), **changes))


def open_view(view: View) -> None:
    """Put a view into the address bar; the next drawing shows it."""
    st.session_state[keys.VIEW] = view
    _tell(view)


def _tell(view: View) -> None:
    st.query_params.from_dict(view.to_query())
    st.session_state[keys.ADDRESS] = st.query_params.to_dict()


def set_title_once(view: View) -> None:
    """Put the defaults that were filled in into the address, if this tab was opened without naming a checkpoint.

    Done only once in a tab: at every drawing, it would fight the Back button.
    """
    if view.checkpoint and not st.session_state.get(keys.NAMED):
        st.session_state[keys.NAMED] = True
        if not requested_view().checkpoint:
            _tell(view)


def run_of(view: View) -> LiveRun | None:
    """The run that the view names, if this app still remembers it; else None."""
    return sources().runs.get(view.run) if view.run else None


def live_runs() -> dict[str, LiveRun]:
    """The runs that are on in the view's store, by the thread that they write to."""
    here, found = source().target, {}
    for run in sources().runs.all():
        state = run.state()
        if state.status.live and state.job.store == here:
            found[state.job.target_thread] = run
    return found


def watched_runs() -> set[str]:
    """The ids of runs that this tab started or saw running, and whose end it has not shown yet."""
    found: set[str] = st.session_state.setdefault(keys.RUNS_WATCHED, set())
    return found
