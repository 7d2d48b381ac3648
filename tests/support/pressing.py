"""Every button of the app's pages, pressed by hand: where that runs or writes, and where it must not."""

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.support.by_hand import Tab, pressed, tab
from tests.support.command import Served, environment, served
from ui.services.create_store import make_store
from ui.services.settings import sample_graphs
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.project import load_project
from ui.timetravel.worker.pool import WorkerPool

Widgets = Mapping[str, str]
"""What kind of element each is, by its id."""
Files = dict[str, tuple[int, str]]
"""When each file was changed and a digest of what is in it, by its name."""

STORE = "store.sqlite"
SAMPLES = ("--graphs", str(sample_graphs()))
ASKS, FAILED, FINISHED = "asks", "failed", "counts"
DEBUGGER = [f"debugger?thread={ASKS}", f"debugger?thread={ASKS}&tab=fork", f"debugger?thread={FAILED}"]
ADDRESSES = [*DEBUGGER, "run?graph=counter", "run?graph=approval", "clean", "tasks", "learn"]
OPENS_A_STORE = ["debugger?store=embedded-postgresql", "debugger?store=practice-postgresql", "debugger?store=memory:"]
BUTTONS = ("button", "download_button", "checkbox")
MOST_OF_A_KIND = 6
_ID = re.compile(r"[0-9a-f]{4,}|[0-9]+")
STARTS_A_RUN = ["run", "do_run", "do_resume", "retry_go_failed", "fork_run"]
"""Buttons that surely start a run where one may; there are others, whose names have ids in them."""


def make_threads(folder: Path) -> Path:
    """A store with a thread that asks, one that failed and one that finished."""
    store = folder / STORE
    make_store(store)
    workers = WorkerPool(load_project(sample_graphs()))
    runs = [
        workers.start(Job("approval", str(store), ASKS, Input({"request": "rent", "recipient": "ann"}))),
        workers.start(Job("task_report", str(store), FAILED, Input({"task": "x", "fail_at": "analyze"}))),
        workers.start(Job("counter", str(store), FINISHED, Input({"target": 3}))),
    ]
    assert [run.wait(60).status.value for run in runs] == ["interrupted", "failed", "finished"]
    workers.close()
    return store


def tree(folder: Path) -> Files:
    """Every file in it."""
    return {
        str(file.relative_to(folder)): (file.stat().st_mtime_ns, hashlib.sha256(file.read_bytes()).hexdigest())
        for file in folder.rglob("*")
        if file.is_file() and not file.name.endswith("-shm")
    }


@contextmanager
def app_on(made: Path, folder: Path, *arguments: str) -> Iterator[Served]:
    """The app on a copy of the store, with what an earlier start may have left beside it."""
    shutil.copy(made, folder / STORE)
    (folder / ".timetravel" / "postgres").mkdir(parents=True)
    with served(STORE, *arguments, cwd=folder, env=environment(TIMETRAVEL_SAMPLE_PAUSE="0")) as app:
        yield app


def filled(widgets: Widgets) -> list[WidgetState]:
    """What a person would have typed before a press."""
    known = {"fork_channels": ["recipient"], "answer_": "approve", "task_topic": "tides", "input_counter_target": 3}
    states = []
    for widget, kind in widgets.items():
        value = next((value for name, value in known.items() if name in widget), None)
        if kind == "multiselect" and isinstance(value, list):
            states.append(WidgetState(id=widget, string_array_value={"data": value}))
        elif kind in ("text_area", "text_input") and isinstance(value, str):
            states.append(WidgetState(id=widget, string_value=value))
    return states


def press_all(one: Tab, address: str, more: Widgets) -> None:
    """Open a page, and press every button that was ever seen in this session or is among `more`, one after the other.

    Also those that a press brings, such as one that confirms; but no more than a few of those that differ by an id
    alone, since each run brings new ones.
    """
    one.visit(address)
    done: set[str] = set()
    of_a_kind: Counter[str] = Counter()
    while left := [
        (widget, kind) for widget, kind in ({**more, **one.widgets}).items() if kind in BUTTONS and widget not in done
    ]:
        for widget, kind in left:
            done.add(widget)
            of_a_kind[same := _ID.sub("#", widget.split("-", 2)[2])] += 1
            if of_a_kind[same] <= MOST_OF_A_KIND:
                one.visit(address, [*filled({**more, **one.widgets}), pressed(widget, kind)])


def buttons_of(app: Served, addresses: Iterable[str]) -> dict[str, Widgets]:
    """The buttons of each page, by its address, after each was pressed there."""
    found = {}
    for address in addresses:
        with tab(app) as one:
            press_all(one, address, {})
            found[address] = {widget: kind for widget, kind in one.widgets.items() if kind in BUTTONS}
    return found


def names(found: Mapping[str, Widgets]) -> set[str]:
    """The keys of widgets, as the app's code calls them."""
    return {widget.split("-", 2)[2] for widgets in found.values() for widget in widgets}
