"""Nodes that print, send, raise, ask or spread without measure: our memory, the time to stop, what is kept."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.soak.promise import Case, Promise, Scale
from ui.services.create_store import make_store
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.project import load_project
from ui.timetravel.worker.pool import WorkerPool

PROJECT = Path(__file__).parents[3] / "timetravel" / "worker" / "projects"
MEGABYTES = 100
"""What a flood may add to the most memory that the app's process has had."""
STOP_SECONDS = 2.0
ANSWER_SECONDS = 0.5
"""How long the state of a run may take to be told, while it floods."""


@dataclass(frozen=True)
class Flood:
    """What a node does, how much of it, and what must be said of what was left out."""

    how: str
    size: int
    said: str


SHORT = [
    Flood("prints", 1_000, "left out"),
    Flood("raises_a_long_message", 10_000_000, "left out"),
    Flood("writes_to_our_pipe", 1_000_000, "own channel"),
]
LONG = [
    Flood("prints", 1_000, "left out"),
    Flood("prints_pieces", 1, "left out"),
    Flood("prints_one_line", 1_000_000_000, "left out"),
    Flood("writes_garbage", 100_000, "left out"),
    Flood("writes_past_python", 10_000, "left out"),
    Flood("has_a_child_that_prints", 0, "left out"),
    Flood("sends_parts", 1_000, "left out"),
    Flood("sends_one_part", 100_000_000, "left out"),
    Flood("raises_a_long_message", 100_000_000, "left out"),
    Flood("raises_many_notes", 1_000_000, "left out"),
    Flood("raises_from_many_causes", 1_000_000, "left out"),
    Flood("raises_a_group", 1_000_000, "left out"),
    Flood("raises_nested_groups", 100_000, "group"),
    Flood("raises_deep", 1_000_000, "left out"),
    Flood("raises_without_text", 0, "can't be had"),
    Flood("raises_with_endless_text", 0, "can't be had"),
    Flood("asks", 100_000_000, "too big"),
    Flood("writes_to_our_pipe", 1_000_000_000, "own channel"),
    Flood("sends many tasks", 20_000, "unlisted"),
    Flood("sends many tasks", 100_000, ""),
    Flood("returns", 400_000_000, ""),
    Flood("returns", 1_100_000_000, ""),
    Flood("logs", 1_000, "left out"),
    Flood("prints_escapes", 100, "left out"),
    Flood("has_a_shown_repr", 100_000_000, "left out"),
    Flood("has_many_threads_that_print", 1_000, "left out"),
]

ENDLESS = {
    "logs",
    "prints_escapes",
    "has_many_threads_that_print",
    "prints",
    "prints_pieces",
    "writes_garbage",
    "writes_past_python",
    "has_a_child_that_prints",
    "sends_parts",
}


def flood_all(scale: Scale) -> Iterator[Case]:
    """One run after another; what does not end by itself is stopped."""
    workers = WorkerPool(load_project(PROJECT))
    store = scale.folder / "store.sqlite"
    make_store(store)
    try:
        for flood in SHORT if scale.short else LONG:
            yield _flood(workers, store, flood, 4.0 if scale.short else 60.0, busy=scale.short)
    finally:
        workers.close()


def _flood(workers: WorkerPool, store: Path, flood: Flood, seconds: float, *, busy: bool) -> Case:
    """`busy`: other tests have the processors, so times are not held against it."""
    _forget_peak()
    before, slowest = _peak(), 0.0
    run = workers.start(Job("flooding", str(store), flood.how, Input({"how": flood.how, "size": flood.size})))
    while not run.state().nodes and run.state().status.live:
        time.sleep(0.01)
    began = time.monotonic()
    endless = flood.how in ENDLESS
    while run.state().status.live and time.monotonic() - began < seconds:
        if endless and time.monotonic() - began > 10 and any("left out" in note for note in run.state().notes):
            break
        asked = time.monotonic()
        run.state()
        slowest = max(slowest, time.monotonic() - asked)
        time.sleep(0.05)
    pressed = time.monotonic()
    stopped = run.state().status.live
    run.stop()
    state = run.wait(60)
    took, more = time.monotonic() - pressed, _peak() - before
    told = [*state.notes, *(each.text for each in state.output), *(str(each.value) for each in state.interrupts)]
    told += [state.failure.message, state.failure.traceback] if state.failure else []
    told += ["unlisted"] if state.unlisted else []
    what = f"{flood.how} {flood.size:,}: {more} MB more, " + (
        f"stopped in {took:.1f} s" if stopped else "ended by itself"
    )
    wrong = []
    if state.status.live:
        wrong.append("it does not stop")
    if more > MEGABYTES:
        wrong.append(f"{more} MB more memory than before")
    if took > STOP_SECONDS + 0.2 and not busy:
        wrong.append(f"{took:.1f} s from Stop to the end")
    if slowest > ANSWER_SECONDS and not busy:
        wrong.append(f"{slowest:.1f} s until the state was told")
    if flood.said and not any(flood.said in text for text in told):
        wrong.append(f"nothing says “{flood.said}”: {state.status}, {[text[:200] for text in told[:5]]}")
    return Case(what, "; ".join(wrong))


def _peak() -> int:
    """The most memory that this process has had, in MB, since it was last forgotten; 0 where that can't be told."""
    if sys.platform != "linux":
        return 0
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


def _forget_peak() -> None:
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")


PROMISE = Promise(
    "floods",
    "Whatever a run prints, sends, raises or asks, our memory stays bounded, Stop works, and what is missing is said.",
    flood_all,
    limit=3600.0,
)
