"""What the app holds for everybody (settings, stores, workers), and where one browser tab is in it."""

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
from ui.timetravel.model.targets import StoreKind, kind_of
from ui.timetravel.model.values import Plain
from ui.timetravel.runs.runner import LiveRun, Runner
from ui.timetravel.stores import Store
from ui.timetravel.worker.pool import WorkerPool


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """What the command was told. Raises ProjectError."""
    return Settings.from_environment()


@st.cache_resource(show_spinner=False, on_release=lambda sources: sources.close())
def sources() -> StoreRegistry:
    """Every store that is looked at, opened once for every tab. Raises ProjectError."""
    return StoreRegistry(settings())


def source(name: str = "") -> OpenedStore:
    """A store by its name; without one that of the view. Raises StoreError."""
    wanted = name or current_view().store
    found = sources().source(wanted)
    if found is None:
        raise StoreNotFound(f"The store {wanted} is not open here. Start the app with it as a TARGET.")
    return found


def store(name: str = "") -> Store:
    """How to read a store; without a name that of the view. Raises StoreError."""
    return source(name).store


def runner() -> Runner | None:
    """Who runs graphs from the store of the view: on itself, or else in the sandbox; None when there are no graphs."""
    return source().runner or sources().workers


def only_sandbox() -> bool:
    """Whether what is run from the store of the view can't be written to it, but goes to the sandbox."""
    return source().runner is None and sources().workers is not None


def run_target() -> OpenedStore | None:
    """The store that runs from the view's are written to; None where that is the sandbox, and there is none yet."""
    return sources().existing_sandbox() if only_sandbox() else source()


def is_traced() -> bool:
    """Whether this tab's sandbox runs may send traces where the environment sends those of all runs."""
    return bool(st.session_state.get(keys.SANDBOX_TRACED, False))


def is_server(name: str = "") -> bool:
    """Whether a store is a LangGraph server; without a name that of the view."""
    return kind_of(source(name).target) is StoreKind.SERVER


def in_memory() -> bool:
    """Whether the threads of the view's store are in a worker's memory, and gone when it ends."""
    keeper = source().keeper
    return keeper is not None and keeper.in_memory


@st.cache_resource(show_spinner="Importing the graph…", ttl=60, max_entries=64)
def describe(store_name: str, graph: str, edition: int, values: str = "{}") -> GraphInfo:
    """What a graph is, asked of a worker and kept until `edition` changes. Raises GraphLoadError, WorkerDied.

    `values` are those that a function makes it of, as JSON.
    """
    del edition
    running = source(store_name).runner or sources().describers
    if running is None:
        raise LookupError("no graphs")
    return running.describe(graph, configurable=json.loads(values))


def graph_info(graph: str) -> GraphInfo:
    """What a graph is, as of the last run or the last reload of its code. Raises GraphLoadError, WorkerDied."""
    info = describe(source().name, graph, code_edition(), json.dumps(values_to_make(graph)))
    st.session_state.setdefault(keys.GRAPHS_DESCRIBED, {})[source().name, graph] = info
    return info


def values_to_make(graph: str) -> dict[str, Plain]:
    """The configurable values that a person gave for a graph that can't be made, and described, without some."""
    found: dict[str, Plain] = st.session_state.get(keys.GRAPHS_MADE_OF, {}).get(graph, {})
    return found


def known_info(graph: str) -> GraphInfo | None:
    """What a graph is as far as this tab has come to know it; imports nothing."""
    found: GraphInfo | None = st.session_state.get(keys.GRAPHS_DESCRIBED, {}).get((source().name, graph))
    return found


class _Editions:
    """Numbers the readings of the graphs' code, for all tabs together: a number that two tabs came to by themselves
    would show the one what the other had read before the code changed."""

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
    """Which reading of the code this tab goes by: what is told by it is kept under this number."""
    return int(st.session_state.setdefault(keys.CODE_EDITION, _editions().last))


def reload_code() -> None:
    """Forget what graphs look like, so that the next drawing imports their code again."""
    st.session_state[keys.CODE_EDITION] = _editions().new()


def import_again() -> None:
    """Have the code imported again, also where none of its files has changed, and forget what graphs look like."""
    for each in (source().runner, sources().describers):
        if isinstance(each, WorkerPool):
            each.import_anew()
    reload_code()


def graph_names() -> list[str]:
    """The names of the graphs that can be run; empty when the store is only inspected."""
    running = runner()
    return list(running.graphs) if running else []


def graphs_looked_at() -> list[str]:
    """The names of the graphs that can be drawn and rebuild values, also where nothing is run."""
    running = runner() or sources().describers
    return list(running.graphs) if running else []


def choose_graph(thread: str, graph: str) -> None:
    """Keep which graph a person wants to run from a thread, where the thread does not tell its own."""
    st.session_state.setdefault(keys.GRAPHS_CHOSEN, {})[current_view().store, thread] = graph


def chosen_graph(thread: str) -> str:
    """The graph that a person has chosen for a thread in this tab, or come with in the address; empty without one."""
    chosen = st.session_state.get(keys.GRAPHS_CHOSEN, {})
    return str(chosen.get((current_view().store, thread)) or chosen.get(("", thread)) or "")


def zone() -> tzinfo | None:
    """The time zone of the person's browser; None (the machine's) when it doesn't say."""
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def dark() -> bool:
    """Whether the page is dark."""
    return st.context.theme.type == "dark"


def requested_view() -> View:
    """The view that the address bar asks for."""
    return View.from_query(st.query_params.to_dict())


def begin_page() -> View:
    """The view that the address bar asks for, which a drawing of the whole page begins with.

    A graph in an address that a person came with, and the server did not set, is their choice for its thread.
    """
    found, view = st.query_params.to_dict(), requested_view()
    if found != st.session_state.get(keys.ADDRESS):
        st.session_state[keys.CAME_WITH] = view
        if view.graph and view.has_thread:
            st.session_state.setdefault(keys.GRAPHS_CHOSEN, {})[view.store, view.thread] = view.graph
    st.session_state[keys.ADDRESS] = found
    return view


def came_with() -> View:
    """The view of the address that a person came with, whatever the page has made of it since by itself."""
    found = st.session_state.get(keys.CAME_WITH)
    return found if isinstance(found, View) else requested_view()


def rerun() -> NoReturn:
    """From a fragment, draw the whole page.

    The browser sends its address along, and where a timer asks before the browser knows where a click led to, it is the
    one before the click (streamlit 1.67.0, runtime/app_session.py, `request_rerun`). So the page is drawn at ours.
    """
    known = st.session_state.get(keys.ADDRESS)
    if known is not None and known != st.query_params.to_dict():
        st.query_params.from_dict(known)
    st.rerun()


def current_view() -> View:
    """The view that the page last drew, with every default filled in."""
    found = st.session_state.get(keys.VIEW)
    return found if isinstance(found, View) else requested_view()


def update_view(**changes: Any) -> None:
    """Look at something else: for callbacks, which run before the page is drawn again. Back undoes it."""
    open_view(replace(current_view(), **changes))


def open_view(view: View) -> None:
    """Put a view in the address bar; the next drawing follows it."""
    st.session_state[keys.VIEW] = view
    _tell(view)


def _tell(view: View) -> None:
    st.query_params.from_dict(view.to_query())
    st.session_state[keys.ADDRESS] = st.query_params.to_dict()


def set_title_once(view: View) -> None:
    """Name in the address what was filled in, when this tab opened without naming a checkpoint.

    Only once in a tab: written at every drawing, it would fight the Back button.
    """
    if view.checkpoint and not st.session_state.get(keys.NAMED):
        st.session_state[keys.NAMED] = True
        if not requested_view().checkpoint:
            _tell(view)


def run_of(view: View) -> LiveRun | None:
    """The run that the view names, if this app still knows it."""
    return sources().runs.get(view.run) if view.run else None


def live_runs() -> dict[str, LiveRun]:
    """The runs that go on now on the store of the view, by the thread that they write to."""
    here, found = source().target, {}
    for run in sources().runs.all():
        state = run.state()
        if state.status.live and state.job.store == here:
            found[state.job.target_thread] = run
    return found


def watched_runs() -> set[str]:
    """The runs that this tab started or saw running, and whose end it has yet to follow."""
    found: set[str] = st.session_state.setdefault(keys.RUNS_WATCHED, set())
    return found
