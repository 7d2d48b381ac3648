"""Deletes from the app's stores: what is possible in each, what does it, and which threads are left alone meanwhile."""

from collections.abc import Callable, Collection
from dataclasses import replace

from ui.services.opened_store import OpenedStore
from ui.timetravel.cleanup.plan import Plan
from ui.timetravel.errors import WorkerError
from ui.timetravel.ground.read_only import WHY, is_read_only, refuse_if_read_only
from ui.timetravel.model.jobs import Deleted, Shrunk
from ui.timetravel.worker.pool import WorkerPool

SERVER = (
    "A LangGraph server keeps its threads itself, so nothing is deleted here. With langgraph_sdk, "
    "client.threads.delete(thread_id) deletes a thread, and client.threads.prune(thread_ids, strategy="
    '"keep_latest") all but the latest checkpoint of each. To have it done by age, set a "ttl" for the "checkpointer" '
    "in the server's langgraph.json."
)
READ_ONLY = (
    "This store is only read, so nothing is deleted. To delete, start the app with graphs (--graphs or --graph), "
    "without --sandbox, and with a user who may write to the store."
)
WHOLE_ONLY = (
    "The saver of this graph can delete whole threads only. To delete single checkpoints, open its database itself as "
    "TARGET: a SQLite file or a postgresql:// address."
)


def refusal(source: OpenedStore) -> str:
    """Why nothing can be deleted from a store, and what to do instead; empty where deletion is possible."""
    if is_read_only():
        return WHY
    if not source.can.delete:
        return SERVER
    return "" if source.runner is not None else READ_ONLY


def delete_plan(
    source: OpenedStore,
    plan: Plan,
    busy: Collection[str] = (),
    on_progress: Callable[[Deleted], None] = lambda so_far: None,
) -> Deleted:
    """Delete the checkpoints in a plan from the store for which it was made, with LangGraph's savers in a worker.

    A thread that has changed since, one in `busy`, and one in which a run of this app is on are not touched, and named
    in the notes. `on_progress` is called with what has been deleted so far; if it raises, the deletion ends. Raises
    WorkerError where nothing was deleted, or the deletion failed midway; the message says what has been deleted.
    """
    if why := refusal(source):
        raise WorkerError(why)
    live = {*busy, *live_threads(source)}
    notes = tuple(
        f'Nothing of the thread "{thread.thread_id}" was deleted: a run is on in it.'
        for thread in plan.threads
        if thread.thread_id in live
    )
    rest = replace(plan, threads=tuple(thread for thread in plan.threads if thread.thread_id not in live))
    if not rest.threads:
        raise WorkerError(" ".join(notes) or "There is nothing to delete.")
    if source.keeper is not None:
        gone = source.keeper.delete(rest, on_progress)
    else:
        gone = _workers(source).delete(rest, source.target, on_progress=on_progress)
    return replace(gone, notes=(*gone.notes, *notes))


def live_threads(source: OpenedStore) -> set[str]:
    """The threads of a store in which its runner has runs."""
    runs = source.runner.runs.values() if source.runner else ()
    states = [run.state() for run in list(runs)]
    return {state.job.target_thread for state in states if state.status.live and state.job.store == source.target}


def shrink(source: OpenedStore, on_progress: Callable[[], None] = lambda: None) -> Shrunk:
    """Give the space of deleted rows back to the disk: `WorkerPool.shrink`.

    Raises WorkerError, also while a run is on.
    """
    refuse_if_read_only("shrinking of files")
    if live := live_threads(source):
        raise WorkerError(f'A run is on in the thread "{min(live)}". Shrink the file when it is over.')
    return _workers(source).shrink(source.target, on_progress=on_progress)


def _workers(source: OpenedStore) -> WorkerPool:
    if not isinstance(source.runner, WorkerPool):
        raise WorkerError(READ_ONLY)
    return source.runner
