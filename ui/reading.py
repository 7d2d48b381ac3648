"""Reads of the store that several drawings share, each done once as long as the store stays as it is."""

from bisect import bisect_left
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from ui.checkpoint_reads import checkpoint_at, kept
from ui.graph_choice import graph_for
from ui.session import code_edition, source, sources, store
from ui.timetravel import delta
from ui.timetravel.errors import WorkerError
from ui.timetravel.headline import Account, account_of, parent_of
from ui.timetravel.model import Checkpoint, Header, Task
from ui.timetravel.plain import Plain
from ui.timetravel.run_settings import inherited
from ui.timetravel.stores.base import TellsThreads
from ui.timetravel.tree import Tree, build
from ui.view import Place

_BYTES_OF_A_PLACE = 600
"""Memory that a tree takes for each of its checkpoints, with their ids, once all of it was asked for."""


def _tree(name: str, stamp: Hashable, thread: str, namespace: str) -> Tree:
    def read() -> Tree:
        with st.spinner("Reading the history…"):
            return build(store(name).skeleton(thread, namespace))

    return kept(("tree", name, stamp, thread, namespace), read, lambda tree: _BYTES_OF_A_PLACE * len(tree))


def _headers(name: str, stamp: Hashable, thread: str, namespace: str, ids: tuple[str, ...]) -> Mapping[str, Header]:
    def read() -> Mapping[str, Header]:
        return {header.checkpoint_id: header for header in store(name).headers(thread, namespace, ids)}

    return kept(("headers", name, stamp, thread, namespace, ids), read)


def _with_deltas(name: str, stamp: Hashable, place: Place, graph: str, edition: int) -> Checkpoint:
    def read() -> Checkpoint:
        with st.spinner("Rebuilding delta channels…"):
            return _rebuilt(name, place, graph)

    return kept(("deltas", name, stamp, place, graph, edition), read)


def _rebuilt(name: str, place: Place, graph: str) -> Checkpoint:
    """A checkpoint with the values that it does not hold: rebuilt with the graph's code, else what they follow from."""
    stored = _stored(place)
    found = delta.history(store(name), stored, delta.missing(stored))
    running = sources().describers
    trouble: tuple[str, ...] = ()
    if graph and running:
        try:
            return delta.with_deltas(
                stored,
                running.rebuild(
                    graph,
                    found,
                    place.namespace,
                    configurable=_configurable(name, stored),
                    allowed=sources().allowed.of(source(name).target),
                ),
            )
        except WorkerError as error:
            trouble = (f"Rebuilding failed: {error}",)
    shown = delta.with_deltas(stored, {name: delta.marked(one) for name, one in found.items()})
    return replace(shown, notes=(*shown.notes, *trouble))


def _configurable(name: str, stored: Checkpoint) -> Mapping[str, Plain]:
    """What the checkpoint's run had, for a function that makes its graph of that."""
    return inherited(store(name), stored.header).settings.configurable


def tree(thread: str, namespace: str, store_name: str = "") -> Tree:
    """The shape of a history; without a name of a store in the one of the view, as with all of these."""
    return _tree(*_now(store_name, thread), thread, namespace)


def headers(thread: str, namespace: str, ids: Sequence[str], store_name: str = "") -> Mapping[str, Header]:
    """Headers by checkpoint id; ids that the store lacks are missing."""
    return _headers(*_now(store_name, thread), thread, namespace, tuple(ids))


def header(place: Place) -> Header | None:
    """One checkpoint's header, or None."""
    found = headers(place.thread, place.namespace, (place.checkpoint,), place.store)
    return found.get(place.checkpoint)


def at_step(thread: str, namespace: str, path: Sequence[str], step: int) -> str:
    """The first checkpoint of a branch with this step or a later one, else its last.

    Steps grow along a branch, so a few headers tell, however long it is.
    """

    def step_at(position: int) -> int:
        found = headers(thread, namespace, (path[position],)).get(path[position])
        return found.step if found else position - 1

    return path[min(bisect_left(range(len(path)), step, key=step_at), len(path) - 1)]


def checkpoint(place: Place) -> Checkpoint:
    """One checkpoint in full, its delta channels among them: see `_with_deltas`. Raises CheckpointNotFound."""
    found = _stored(place)
    if not delta.missing(found):
        return found
    graph = graph_for(place.thread, found.header.metadata).name
    return _with_deltas(*_now(place.store, place.thread), place, graph, code_edition())


def _stored(place: Place) -> Checkpoint:
    return checkpoint_at(*_now(place.store, place.thread), place.thread, place.namespace, place.checkpoint)


def _about(name: str, stamp: Hashable, thread: str) -> Mapping[str, Plain]:
    def read() -> Mapping[str, Plain]:
        found = store(name)
        return found.about(thread) if isinstance(found, TellsThreads) else {}

    return kept(("about", name, stamp, thread), read)


def about(thread: str, store_name: str = "") -> Mapping[str, Plain]:
    """What the store keeps on a thread itself, beside its checkpoints; empty where it keeps nothing of the kind."""
    return _about(*_now(store_name, thread), thread) if isinstance(store(store_name), TellsThreads) else {}


def called(thread: str, store_name: str = "") -> str:
    """What a person calls a thread: the name they gave it where its id is a server's, else the id."""
    return str(about(thread, store_name).get("timetravel_name") or thread)


def _account(name: str, stamp: Hashable, place: Place) -> Account:
    def read() -> Account:
        here = (name, stamp, place.thread, place.namespace)
        shown = checkpoint_at(*here, place.checkpoint)
        before = parent_of(shown, lambda one: checkpoint_at(*here, one))
        return account_of(store(name), _tree(*here), shown, before, tasks(replace(place, store=name)))

    return kept(("account", name, stamp, place), read)


def told(place: Place) -> Account:
    """What is known of a checkpoint beside its state: how it came to be, and what its tasks did."""
    return _account(*_now(place.store, place.thread), place)


def tasks(place: Place) -> list[Task]:
    """What was written on a checkpoint."""
    return store(place.store).writes(place.thread, place.namespace, place.checkpoint)


def namespaces(thread: str) -> list[str]:
    """The namespaces of a thread, the root first."""
    return store().namespaces(thread)


def _now(store_name: str, thread: str) -> tuple[str, Hashable]:
    """The store's full name, and its stamp as of now: what is read is kept under both."""
    found = source(store_name)
    return found.name, found.store.stamp(thread)
