"""Which types of a checkpoint a run from it would build, and which it would refuse: asked of the graph's code."""

from collections.abc import Hashable, Iterable

import streamlit as st

from ui.session.context import code_edition, is_server, reload_code, source, sources
from ui.timetravel.errors import StoreError, WorkerError
from ui.timetravel.model.checkpoints import Checkpoint
from ui.timetravel.runs.typed_values import TypesHere, named_types
from ui.timetravel.worker.child.shared.standard_types import StoredType

NOTHING = TypesHere()


def types_here(shown: Checkpoint, graph: str) -> TypesHere:
    """What becomes of the types of a checkpoint, and of the writes on it, in a run of this graph.

    Empty where a server runs it, and where the graph can't be had: its own drawing says why. Of a saver that a worker
    holds nothing counts as refused before it is: the worker lets through what it made itself.
    """
    if not graph or is_server():
        return NOTHING
    here = source()
    types = _named(here.name, here.store.change_token(shown.header.thread_id), shown)
    if not types:
        return NOTHING
    found = _asked(graph, types, sources().allowed.of(here.target), code_edition())
    return TypesHere(found.lost) if here.keeper is not None else found


def allowed_types() -> frozenset[StoredType]:
    """What the person has allowed for the store of the view."""
    return sources().allowed.of(source().target)


def allow(target: str, types: Iterable[StoredType]) -> None:
    """Allow these types for a store, by its target; what was told by the code before is asked anew."""
    sources().allowed.allow(target, types)
    reload_code()


def withdraw(target: str) -> None:
    """Allow nothing of a store any more."""
    sources().allowed.withdraw(target)
    reload_code()


@st.cache_data(
    show_spinner=False,
    max_entries=64,
    hash_funcs={Checkpoint: lambda one: (one.header.namespace, one.header.checkpoint_id)},
)
def _named(name: str, token: Hashable, shown: Checkpoint) -> tuple[StoredType, ...]:
    """In the order in which they are met."""
    del token
    try:
        tasks = source(name).store.writes(*_place(shown))
    except StoreError:
        tasks = []
    written = [write.value for task in tasks for write in task.writes]
    return tuple(named_types(*shown.values.values(), *written))


def _place(shown: Checkpoint) -> tuple[str, str, str]:
    where = shown.header
    return where.thread_id, where.namespace, where.checkpoint_id


@st.cache_data(show_spinner="Looking for the types of this state…", ttl=300, max_entries=64)
def _asked(graph: str, types: tuple[StoredType, ...], allowed: frozenset[StoredType], edition: int) -> TypesHere:
    """Asked once for each set of types, as long as the code stays as it is."""
    del edition
    workers = sources().workers
    if workers is None or graph not in workers.graphs:
        return NOTHING
    try:
        return workers.about_types(graph, types, allowed)
    except WorkerError:
        return NOTHING
