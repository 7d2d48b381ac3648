"""Collects the facts from which `runs/write_permission.py` decides what may be written from what the screens show."""

from collections.abc import Sequence

from ui.services.opened_store import OpenedStore
from ui.session.context import is_server, source, sources
from ui.session.permissions.buildable_types import types_here
from ui.session.reads import cached_reads as reading
from ui.timetravel.model.checkpoint_refs import CheckpointKey, CheckpointRef
from ui.timetravel.model.checkpoints import Checkpoint, Header
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.jobs import RunRequest
from ui.timetravel.runs.write_permission import (
    HEADS_LOOKED_AT,
    Destination,
    Ground,
    Permission,
    foreign_store,
    permission,
)
from ui.timetravel.worker.child.shared.protocol import unsafe_change

SANDBOX_ONLY = (
    "This store is only read: what you run from here goes to a copy of this checkpoint in the local sandbox, "
    "and this store stays as it is."
)


def may_write(request: RunRequest, graph: GraphInfo | None = None, shown: Checkpoint | None = None) -> Permission:
    """Where a run that starts from the view's store may write.

    `shown` is the checkpoint that it continues from, None for an input. Raises StoreError.
    """
    here = source()
    server = is_server()
    newest = None if server else _newest(here, request.thread_id)
    ground = Ground(
        newest=newest,
        start=shown,
        others=() if newest or server else _heads(),
        ran_from_start=_ran_from(here, shown) if shown and request.edits and _mixes(graph) else False,
        read_only="" if here.runner else SANDBOX_ONLY,
        no_sandbox=_no_sandbox(here, request),
        refused_types=sorted(types_here(shown, request.graph).refused) if shown else (),
    )
    return permission(request, ground, graph)


def foreign() -> str:
    """Why nothing may be written to the view's store, because another program wrote it; else empty.

    Raises StoreError.
    """
    return "" if is_server() else foreign_store(_heads())


def destination(may: Permission, *, forks: bool) -> Destination | None:
    """The first place that a run may write to, the thread itself first; None where there is none.

    A new thread is possible only for a run that `forks`, since it leaves its own thread unchanged.
    """
    places = (Destination.THREAD, *((Destination.NEW_THREAD,) if forks else ()), Destination.SANDBOX)
    return next((place for place in places if may.allows(place)), None)


def _newest(here: OpenedStore, thread: str) -> Header | None:
    latest = reading.tree(thread, "").latest
    return reading.header(CheckpointRef(here.name, thread, "", latest)) if latest else None


def _heads() -> Sequence[Header]:
    """The newest checkpoints of the threads that changed last. The list of threads reads the same ones."""
    name, changed_last = source().name, reading.threads("", reading.PAGE).threads[:HEADS_LOOKED_AT]
    found = [reading.header(CheckpointRef(name, one.thread_id, "", one.latest_id)) for one in changed_last]
    return [header for header in found if header]


def _ran_from(here: OpenedStore, shown: Checkpoint) -> bool:
    header = shown.header
    return bool(here.store.writes(*CheckpointKey.of(header)))


def _mixes(graph: GraphInfo | None) -> bool:
    """Whether the runtime of the graph would mix the writes on a checkpoint into an edit of it."""
    return graph is not None and graph.runtime is not None and bool(unsafe_change(graph.runtime.langgraph))


def _no_sandbox(here: OpenedStore, request: RunRequest) -> str:
    """Why a run can't run in the sandbox instead; empty where it can."""
    workers = sources().workers
    if sources().is_sandbox(here) or sources().is_practice(here):
        return "This is the sandbox already." if sources().is_sandbox(here) else "Lessons have no sandbox."
    if workers is None or request.graph not in workers.graphs:
        return "The sandbox runs graphs of this app only: name this one with --graphs langgraph.json."
    if request.namespace:
        return "A subgraph can't be run alone in the sandbox. Go to the checkpoint above it, and fork that."
    return ""
