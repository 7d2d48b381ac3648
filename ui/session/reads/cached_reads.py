"""Reads of the store that several drawings share, each cached while the store is unchanged."""

from bisect import bisect_left
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ui.session.context import code_edition, source, sources
from ui.session.permissions.graph_choice import graph_for
from ui.session.reads.checkpoints import checkpoint_at, headers_at
from ui.session.reads.patient_reads import read_once
from ui.timetravel.diff import diff
from ui.timetravel.diff.volatile_ids import drop_unmatched_ids
from ui.timetravel.errors import WorkerError
from ui.timetravel.history.tree.tree import Tree, build
from ui.timetravel.model.checkpoint_refs import CheckpointRef
from ui.timetravel.model.checkpoints import Checkpoint, Header, Task, ThreadPage, visible
from ui.timetravel.model.values import Plain
from ui.timetravel.presentation.change_cards import cards
from ui.timetravel.presentation.narration.headline import Account, account_of, parent_of
from ui.timetravel.runs.run_settings import inherited
from ui.timetravel.stores import delta_channels as delta
from ui.timetravel.stores.base import HasThreadMetadata

PAGE = 30
"""Threads that a list shows at first."""
_CHECKPOINT = 700
"""Bytes of memory for one checkpoint of a tree, with everything computed from it."""


def _tree(store: str, token: Hashable, thread: str, namespace: str) -> Tree:
    here = source(store).store
    return read_once(
        ("tree", store, thread, namespace),
        token,
        lambda: build(here.skeleton(thread, namespace)),
        "Reading the history",
        lambda made: _CHECKPOINT * len(made),
    )


def _with_deltas(store: str, token: Hashable, ref: CheckpointRef, graph: str, edition: int) -> Checkpoint:
    """A checkpoint with the values of its delta channels: rebuilt with the graph's code, else shown as placeholders."""
    stored, here = _stored(ref), source(store).store
    running, allowed = sources().describers, sources().allowed.of(source(store).target)
    configurable = inherited(here, stored.header).settings.configurable if graph and running else {}

    def rebuilt() -> Checkpoint:
        found = delta.history(here, stored, delta.missing_channels(stored))
        trouble: tuple[str, ...] = ()
        if graph and running:
            try:
                # The settings of the checkpoint's run, for a function that makes its graph from them.
                values = running.rebuild(graph, found, ref.namespace, configurable=configurable, allowed=allowed)
                return delta.with_deltas(stored, values)
            except WorkerError as error:
                trouble = (f"Rebuilding failed: {error}",)
        shown = delta.with_deltas(stored, {name: delta.placeholder(one) for name, one in found.items()})
        return replace(shown, notes=(*shown.notes, *trouble))

    return read_once(("deltas", store, ref, graph, edition, allowed), token, rebuilt, "Rebuilding delta channels")


def tree(thread: str, namespace: str, store: str = "") -> Tree:
    """The tree of a history. Here and in the other functions an empty `store` is that of the view."""
    return _tree(*_now(store, thread), thread, namespace)


def headers(thread: str, namespace: str, ids: Sequence[str], store: str = "") -> Mapping[str, Header]:
    """Headers by checkpoint id; ids that the store lacks are missing."""
    return headers_at(*_now(store, thread), thread, namespace, ids)


def header(ref: CheckpointRef) -> Header | None:
    """One checkpoint's header; None where the store lacks it."""
    found = headers(ref.thread_id, ref.namespace, (ref.checkpoint_id,), ref.store)
    return found.get(ref.checkpoint_id)


def at_step(thread: str, namespace: str, path: Sequence[str], step: int) -> str:
    """The first checkpoint of a branch with this step number or a later one; else its last.

    Step numbers increase along a branch, so a few headers are enough, however long it is.
    """

    def step_at(position: int) -> int:
        found = headers(thread, namespace, (path[position],)).get(path[position])
        return found.step if found else position - 1

    return path[min(bisect_left(range(len(path)), step, key=step_at), len(path) - 1)]


def checkpoint(ref: CheckpointRef) -> Checkpoint:
    """One whole checkpoint, with its delta channels: see `_with_deltas`. Raises CheckpointNotFound."""
    found = _stored(ref)
    if not delta.missing_channels(found):
        return found
    graph = graph_for(ref.thread_id, found.header.metadata).name
    return _with_deltas(*_now(ref.store, ref.thread_id), ref, graph, code_edition())


def _stored(ref: CheckpointRef) -> Checkpoint:
    return checkpoint_at(*_now(ref.store, ref.thread_id), ref.thread_id, ref.namespace, ref.checkpoint_id)


def _thread_metadata(store: str, token: Hashable, thread: str) -> Mapping[str, Plain]:
    found = source(store).store
    if not isinstance(found, HasThreadMetadata):
        return {}
    return read_once(("about", store, thread), token, lambda: found.thread_metadata(thread), "Asking for the thread")


def thread_metadata(thread: str, store: str = "") -> Mapping[str, Plain]:
    """The metadata that the store keeps on a thread itself; empty where it keeps none."""
    return _thread_metadata(*_now(store, thread), thread) if isinstance(source(store).store, HasThreadMetadata) else {}


def called(thread: str, store: str = "") -> str:
    """The name that a person gave a thread, where its id was chosen by a server; else the id."""
    return str(thread_metadata(thread, store).get("timetravel_name") or thread)


def _account(store: str, token: Hashable, ref: CheckpointRef) -> Account:
    at = (store, token, ref.thread_id, ref.namespace)
    here, history = source(store).store, _tree(*at)
    shown = checkpoint_at(*at, ref.checkpoint_id)
    before = parent_of(shown, lambda one: checkpoint_at(*at, one))
    wrote = tasks(replace(ref, store=store))
    return read_once(
        ("account", store, ref),
        token,
        lambda: account_of(here, history, shown, before, wrote),
        "Looking at what happened",
    )


def account(ref: CheckpointRef) -> Account:
    """The facts about a checkpoint beside its state: how it came to be, and what its tasks did."""
    return _account(*_now(ref.store, ref.thread_id), ref)


def changes(
    ref: CheckpointRef, other: CheckpointRef | None, shown: Checkpoint, old: Checkpoint | None, *, without_ids: bool
) -> list[dict[str, Any]]:
    """The differences between two checkpoints, as cards (see change_cards.py).

    `without_ids` leaves out ids that only one of them has.
    """

    def made() -> list[dict[str, Any]]:
        return cards(diff(*(drop_unmatched_ids(*both) if without_ids else both)))

    both = visible(old.values) if old else {}, visible(shown.values)
    if shown.deltas or (old and old.deltas):  # rebuilt values depend on more than the stores
        return made()
    return read_once(("changes", ref, other, without_ids), _stamps(ref, other), made, "Comparing")


def _stamps(ref: CheckpointRef, other: CheckpointRef | None) -> Hashable:
    here = _now(ref.store, ref.thread_id)
    return here, _now(other.store, other.thread_id) if other else None


def tasks(ref: CheckpointRef) -> list[Task]:
    """The tasks that ran from a checkpoint, with their writes."""
    store, token = _now(ref.store, ref.thread_id)
    here = source(store).store
    return read_once(
        ("tasks", store, ref.thread_id, ref.namespace, ref.checkpoint_id),
        token,
        lambda: here.writes(ref.thread_id, ref.namespace, ref.checkpoint_id),
        "Reading what was written",
    )


def threads(search: str, limit: int) -> ThreadPage:
    """The threads of the view's store whose id contains `search`, latest change first."""
    here = source()
    return read_once(
        ("threads", here.name, search, limit),
        here.store.change_token(),
        lambda: here.store.threads(search=search, limit=limit),
        "Looking for threads",
    )


def namespaces(thread: str) -> list[str]:
    """The namespaces of a thread, the root first."""
    store, token = _now("", thread)
    here = source(store).store
    return read_once(("namespaces", store, thread), token, lambda: here.namespaces(thread), "Looking for namespaces")


def _now(store: str, thread: str) -> tuple[str, Hashable]:
    """The store's full name and its change token as of now. Reads are cached under both."""
    found = source(store)
    return found.name, found.store.change_token(thread)
