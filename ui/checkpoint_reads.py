"""What was read of a store, each read and decoded once as long as the store stays as it is, and bounded in bytes."""

from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st

from ui.session import store
from ui.timetravel.model import Checkpoint
from ui.timetravel.weighed_cache import Cache
from ui.timetravel.weight import weight

T = TypeVar("T")

KEPT_BYTES = 256 << 20
"""Memory that all that is kept of stores may take, of every session together: one state may take 50 MB."""


@st.cache_resource(show_spinner=False)
def _kept() -> Cache[Hashable, object]:
    return Cache(KEPT_BYTES)


def kept(key: tuple[Hashable, ...], read: Callable[[], T], weigh: Callable[[T], int] = weight) -> T:
    """What `read` gives, or gave for the same key before, as long as there is room for it. Raises what `read` raises.

    What was kept is shared by all sessions, so nobody may change it.
    """
    found = _kept().get(key)
    if found is None:
        made = read()
        _kept().put(key, made, weigh(made))
        return made
    return found  # type: ignore[return-value]


def checkpoint_at(name: str, stamp: Hashable, thread: str, namespace: str, checkpoint_id: str) -> Checkpoint:
    """A checkpoint of the store called `name`, which had this stamp. Raises CheckpointNotFound and StoreError."""
    key = ("checkpoint", name, stamp, thread, namespace, checkpoint_id)
    return kept(key, lambda: store(name).checkpoint(thread, namespace, checkpoint_id))
