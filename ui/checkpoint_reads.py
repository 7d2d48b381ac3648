"""Checkpoints as a store holds them, each read and decoded once as long as the store stays as it is."""

from collections.abc import Hashable

import streamlit as st

from ui.session import store
from ui.timetravel.model import Checkpoint


@st.cache_resource(show_spinner=False, max_entries=64)
def checkpoint_at(name: str, stamp: Hashable, thread: str, namespace: str, checkpoint_id: str) -> Checkpoint:
    """A checkpoint of the store called `name`, which had this stamp. Raises CheckpointNotFound and StoreError."""
    del stamp
    return store(name).checkpoint(thread, namespace, checkpoint_id)
