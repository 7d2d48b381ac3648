"""Reads of the store that several drawings share, each cached while the store is unchanged."""

from bisect import bisect_left
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ui.session.context import code_edition, source, sources, store
from ui.session.permissions.graph_choice import graph_for
from ui.session.reads.checkpoints import checkpoint_at, headers_at
from ui.session.reads.patient_reads import read_once
from ui.session.view import CheckpointRef
from ui.timetravel.diff import diff
from ui.timetravel.diff.volatile_ids import drop_unmatched_ids
from ui.timetravel.errors import WorkerError
from ui.timetravel.history.tree.tree import Tree, build
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


def _tree(name: str, token: Hashable, thread: str, namespace: str) -> Tree:
    here = store(name)
    return read_once(
        ("tree", name, thread, namespace),
        token,
        lambda: build(here.skeleton(thread, namespace)),
        "Reading the history",
        lambda made: _CHECKPOINT * len(made),
    )


def _with_deltas(name: str, token: Hashable, place: CheckpointRef, graph: str, edition: int) -> Checkpoint:
    """A checkpoint with the values of its delta channels: rebuilt with the graph's code, else shown as placeholders."""
    stored, here = _stored(place), store(name)
    running, allowed = sources().describers, sources().allowed.of(source(name).target)
    configurable = inherited(here, stored.header).settings.configurable if graph and running else {}

    def rebuilt() -> Checkpoint:
        found = delta.history(here, stored, delta.missing_channels(stored))
        trouble: tuple[str, ...] = ()
        if graph and running:
            try:
                # The settings of the checkpoint's run, for a function that makes its graph from them.
                values = running.rebuild(graph, found, place.namespace, configurable=configurable, allowed=allowed)
                return delta.with_deltas(stored, values)
            except WorkerError as error:
                trouble = (f"Rebuilding failed: {error}",)
        shown = delta.with_deltas(stored, {name: delta.placeholder(one) for name, one in found.items()})
        return replace(shown, notes=(*shown.notes, *trouble))

    return read_once(("deltas", name, place, graph, edition, allowed), token, rebuilt, "Rebuilding delta channels")


def tree(thread: str, namespace: str, store_name: str = "") -> Tree:
    """The tree of a history. In this function and the others, no name means the store of the view."""
    return _tree(*_now(store_name, thread), thread, namespace)


def headers(thread: str, namespace: str, ids: Sequence[str], store_name: str = "") -> Mapping[str, Header]:
    """Headers by checkpoint id; ids that the store lacks are missing."""
    return headers_at(*_now(store_name, thread), thread, namespace, ids)


def header(place: CheckpointRef) -> Header | None:
    """One checkpoint's header; None where the store lacks it."""
    found = headers(place.thread, place.namespace, (place.checkpoint,), place.store)
    return found.get(place.checkpoint)


def at_step(thread: str, namespace: str, path: Sequence[str], step: int) -> str:
    """The first checkpoint of a branch with this step number or a later one; else its last.

    Step numbers increase along a branch, so a few headers are enough, however long it is.
    """

    def step_at(position: int) -> int:
        found = headers(thread, namespace, (path[position],)).get(path[position])
        return found.step if found else position - 1

    return path[min(bisect_left(range(len(path)), step, key=step_at), len(path) - 1)]


def checkpoint(place: CheckpointRef) -> Checkpoint:
    """One whole checkpoint, with its delta channels: see `_with_deltas`. Raises CheckpointNotFound."""
    found = _stored(place)
    if not delta.missing_channels(found):
        return found
    graph = graph_for(place.thread, found.header.metadata).name
    return _with_deltas(*_now(place.store, place.thread), place, graph, code_edition())


def _stored(place: CheckpointRef) -> Checkpoint:
    return checkpoint_at(*_now(place.store, place.thread), place.thread, place.namespace, place.checkpoint)


def _thread_metadata(name: str, token: Hashable, thread: str) -> Mapping[str, Plain]:
    found = store(name)
    if not isinstance(found, HasThreadMetadata):
        return {}
    return read_once(("about", name, thread), token, lambda: found.thread_metadata(thread), "Asking for the thread")


def thread_metadata(thread: str, store_name: str = "") -> Mapping[str, Plain]:
    """The metadata that the store keeps on a thread itself; empty where it keeps none."""
    return (
        _thread_metadata(*_now(store_name, thread), thread) if isinstance(store(store_name), HasThreadMetadata) else {}
    )


def called(thread: str, store_name: str = "") -> str:
    """The name that a person gave a thread, where its id was chosen by a server; else the id."""
    return str(thread_metadata(thread, store_name).get("timetravel_name") or thread)


def _account(name: str, token: Hashable, place: CheckpointRef) -> Account:
    at = (name, token, place.thread, place.namespace)
    here, history = store(name), _tree(*at)
    shown = checkpoint_at(*at, place.checkpoint)
    before = parent_of(shown, lambda one: checkpoint_at(*at, one))
    wrote = tasks(replace(place, store=name))
    return read_once(
        ("account", name, place),
        token,
        lambda: account_of(here, history, shown, before, wrote),
        "Looking at what happened",
    )


def account(place: CheckpointRef) -> Account:
    """The facts about a checkpoint beside its state: how it came to be, and what its tasks did."""
    return _account(*_now(place.store, place.thread), place)


def changes(
    place: CheckpointRef, other: CheckpointRef | None, shown: Checkpoint, old: Checkpoint | None, *, without_ids: bool
) -> list[dict[str, Any]]:
    """The differences between two checkpoints, as cards (see change_cards.py).

    `without_ids` leaves out ids that only one of them has.
    """

    def made() -> list[dict[str, Any]]:
        return cards(diff(*(drop_unmatched_ids(*both) if without_ids else both)))

    both = visible(old.values) if old else {}, visible(shown.values)
    if shown.deltas or (old and old.deltas):  # rebuilt values depend on more than the stores
        return made()
    return read_once(("changes", place, other, without_ids), _stamps(place, other), made, "Comparing")


def _stamps(place: CheckpointRef, other: CheckpointRef | None) -> Hashable:
    here = _now(place.store, place.thread)
    return here, _now(other.store, other.thread) if other else None


def tasks(place: CheckpointRef) -> list[Task]:
    """The tasks that ran from a checkpoint, with their writes."""
    name, token = _now(place.store, place.thread)
    here = store(name)
    return read_once(
        ("tasks", name, place.thread, place.namespace, place.checkpoint),
        token,
        lambda: here.writes(place.thread, place.namespace, place.checkpoint),
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
    name, token = _now("", thread)
    here = store(name)
    return read_once(("namespaces", name, thread), token, lambda: here.namespaces(thread), "Looking for namespaces")


def _now(store_name: str, thread: str) -> tuple[str, Hashable]:
    """The store's full name and its change token as of now. Reads are cached under both."""
    found = source(store_name)
    return found.name, found.store.change_token(thread)
