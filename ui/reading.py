"""Reads of the store that several drawings share, each done once as long as the store stays as it is."""

from collections.abc import Hashable, Sequence

import streamlit as st

from ui.session import store
from ui.timetravel.model import Checkpoint, Header, Task
from ui.timetravel.tree import Tree, build
from ui.view import Place


@st.cache_resource(show_spinner="Reading the history…", max_entries=8)
def _tree(name: str, stamp: Hashable, thread: str, namespace: str) -> Tree:
    del name, stamp
    return build(store().skeleton(thread, namespace))


@st.cache_resource(show_spinner=False, max_entries=32)
def _headers(name: str, stamp: Hashable, thread: str, namespace: str, ids: tuple[str, ...]) -> dict[str, Header]:
    del name, stamp
    return {header.checkpoint_id: header for header in store().headers(thread, namespace, ids)}


@st.cache_resource(show_spinner=False, max_entries=32)
def _checkpoint(name: str, stamp: Hashable, thread: str, namespace: str, checkpoint_id: str) -> Checkpoint:
    del name, stamp
    return store().checkpoint(thread, namespace, checkpoint_id)


def tree(thread: str, namespace: str) -> Tree:
    """The shape of a history."""
    return _tree(store().name, store().stamp(), thread, namespace)


def headers(thread: str, namespace: str, ids: Sequence[str]) -> dict[str, Header]:
    """Headers by checkpoint id; ids that the store lacks are missing."""
    return _headers(store().name, store().stamp(), thread, namespace, tuple(ids))


def header(place: Place) -> Header | None:
    """One checkpoint's header, or None."""
    return headers(place.thread, place.namespace, (place.checkpoint,)).get(place.checkpoint)


def checkpoint(place: Place) -> Checkpoint:
    """One checkpoint in full. Raises CheckpointNotFound."""
    return _checkpoint(store().name, store().stamp(), place.thread, place.namespace, place.checkpoint)


def tasks(place: Place) -> list[Task]:
    """What was written on a checkpoint."""
    return store().writes(place.thread, place.namespace, place.checkpoint)


def namespaces(thread: str) -> list[str]:
    """The namespaces of a thread, the root first."""
    return store().namespaces(thread)
