"""`kill -9` of whoever writes: somebody's app beside us, and our worker in the middle of a run."""

import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.app.command.ending import steps, writer
from tests.soak.promise import Case, Promise, Scale
from ui.services.create_store import make_store
from ui.timetravel.model.jobs import Input, Job, Resume
from ui.timetravel.model.project import from_option
from ui.timetravel.model.runs import NodeState, RunStatus
from ui.timetravel.stores import Store, open_store
from ui.timetravel.worker.child.shared.protocol import NOTHING_DUE
from ui.timetravel.worker.pool import WorkerPool

STEPS = Path(steps.__file__)
TIMES = 200


def kill_all(scale: Scale) -> Iterator[Case]:
    times = 4 if scale.short else TIMES
    yield from kill_writers(scale, times)
    yield from kill_workers(scale, times)


def kill_writers(scale: Scale, times: int) -> Iterator[Case]:
    """Each time another process writes as fast as it can, and the engine reads as fast as it can, until the kill."""
    store = scale.folder / "writer.sqlite"
    make_store(store)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.app.command.ending.writer"])
    for number in range(times):
        thread = f"w{number}"
        process = context.Process(target=writer.write, args=(str(store), thread), daemon=True)
        process.start()
        seen, began = set(), time.monotonic()
        for_seconds = scale.rng.uniform(0.02, 0.4)
        with open_store(str(store)) as reader:
            while not seen or time.monotonic() - began < for_seconds:
                seen |= _checkpoints(reader, thread)
                if not seen:
                    began = time.monotonic()
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        with open_store(str(store)) as reader:
            lost = seen - _checkpoints(reader, thread)
        what = f"a writer killed after {for_seconds:.2f} s, {len(seen)} checkpoints were shown"
        yield Case(what, f"{len(lost)} of them are gone: {sorted(lost)[:3]}" if lost else "")


def kill_workers(scale: Scale, times: int) -> Iterator[Case]:
    """Each time a run of ours is killed somewhere, and resumed to its end."""
    workers = WorkerPool(from_option(f"{STEPS}:graph"))
    try:
        for number in range(times):
            store = scale.folder / f"worker{number}.sqlite"
            make_store(store)
            yield _kill_worker(workers, store, scale.rng.uniform(0.0, 0.3))
    finally:
        workers.close()


def _kill_worker(workers: WorkerPool, store: Path, seconds: float) -> Case:
    log = store.with_suffix(".log")
    log.touch()
    run = workers.start(Job("steps", str(store), "t", Input({"log": str(log)})))
    while not run.state().checkpoints and run.state().status.live:
        time.sleep(0.002)
    time.sleep(seconds)
    with suppress(ProcessLookupError):  # it may have ended by itself
        os.kill(run._process.pid, signal.SIGKILL)
    killed = run.wait(30)
    told = {one.node for one in killed.nodes if one.state is NodeState.DONE}
    what = (
        f"a worker killed {seconds:.2f} s into its run: {len(killed.checkpoints)} checkpoints, {len(told)} nodes done"
    )
    with open_store(str(store)) as reader:
        lost = set(killed.checkpoints) - _checkpoints(reader, "t")
    if lost:
        return Case(what, f"checkpoints that were told are gone: {sorted(lost)}")
    if killed.status is RunStatus.FINISHED:
        return Case(f"{what}; it had ended")
    resumed = workers.start(Job("steps", str(store), "t", Resume())).wait(60)
    if resumed.failure and resumed.failure.message == NOTHING_DUE and len(told) == steps.STEPS * steps.TASKS:
        return Case(f"{what}; it had ended, and was killed before it said so")
    if resumed.status is not RunStatus.FINISHED:
        return Case(what, f"it did not resume: {resumed.status} {resumed.failure}")
    again = sorted(node for node, times in Counter(log.read_text().split()).items() if times > 1 and node in told)
    return Case(what, f"nodes that were told to be done ran again: {again}" if again else "")


def _checkpoints(reader: Store, thread: str) -> set[str]:
    return set(reader.skeleton(thread).ids)


PROMISE = Promise(
    "killed",
    "A kill of whoever writes takes away no checkpoint that was shown, and at Resume no node runs again that was done.",
    kill_all,
    limit=3600.0,
)
