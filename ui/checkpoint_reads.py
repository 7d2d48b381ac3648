"""Checkpoints as a store holds them, each read and decoded once as long as the store stays as it is."""

from collections.abc import Hashable

from ui.patient_reads import read_once
from ui.session import store
from ui.timetravel.model import Checkpoint


def checkpoint_at(name: str, stamp: Hashable, thread: str, namespace: str, checkpoint_id: str) -> Checkpoint:
    """A checkpoint of the store called `name`, which had this stamp. Raises CheckpointNotFound and StoreError."""
    here = store(name)
    return read_once(
        ("checkpoint", name, thread, namespace, checkpoint_id),
        stamp,
        lambda: here.checkpoint(thread, namespace, checkpoint_id),
        "Reading the checkpoint",
    )
