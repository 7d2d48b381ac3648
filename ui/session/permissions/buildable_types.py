"""Which types of a checkpoint a run from it would build, and which it would refuse, according to the graph's code."""

from collections.abc import Hashable, Iterable

import streamlit as st

from ui.session.context import code_edition, is_server, reload_code, source, sources
from ui.timetravel.errors import StoreError, WorkerError
from ui.timetravel.model.checkpoint_refs import CheckpointKey
from ui.timetravel.model.checkpoints import Checkpoint
from ui.timetravel.runs.typed_values import TypesHere, named_types
from ui.timetravel.worker.child.shared.standard_types import StoredType

NOTHING = TypesHere()


def types_here(shown: Checkpoint, graph: str) -> TypesHere:
    """What a run of this graph does with the types in a checkpoint and in the writes on it.

    Empty where a server runs the graph, and where the graph can't be loaded, which its own drawing explains. For a
    saver in a worker no type counts as refused beforehand: the worker accepts what it wrote itself.
    """
    if not graph or is_server():
        return NOTHING
    here = source()
    types = _named(here.name, here.store.change_token(shown.header.thread_id), shown)
    if not types:
        return NOTHING
    found = _asked(graph, types, sources().allowed.of(here.target), code_edition())
    return TypesHere(found.lost) if here.keeper is not None else found


def allow(target: str, types: Iterable[StoredType]) -> None:
    """Allow these types for a store, by its target. Cached answers about types are asked for again."""
    sources().allowed.allow(target, types)
    reload_code()


def withdraw(target: str) -> None:
    """Allow no types for a store."""
    sources().allowed.withdraw(target)
    reload_code()


@st.cache_data(
    show_spinner=False,
    max_entries=64,
    hash_funcs={Checkpoint: lambda one: (one.header.namespace, one.header.checkpoint_id)},
)
def _named(store: str, token: Hashable, shown: Checkpoint) -> tuple[StoredType, ...]:
    """The types in the checkpoint, in order of appearance."""
    del token
    try:
        tasks = source(store).store.writes(*CheckpointKey.of(shown.header))
    except StoreError:
        tasks = []
    written = [write.value for task in tasks for write in task.writes]
    return tuple(named_types(*shown.values.values(), *written))


@st.cache_data(show_spinner="Looking for the types of this state…", ttl=300, max_entries=64)
def _asked(graph: str, types: tuple[StoredType, ...], allowed: frozenset[StoredType], edition: int) -> TypesHere:
    """The worker's answer, cached for each set of types while the code is unchanged."""
    del edition
    workers = sources().workers
    if workers is None or graph not in workers.graphs:
        return NOTHING
    try:
        return workers.about_types(graph, types, allowed)
    except WorkerError:
        return NOTHING
