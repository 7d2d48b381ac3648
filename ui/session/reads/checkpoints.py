"""Checkpoints as a store holds them, each read and decoded once while the store is unchanged."""

from collections.abc import Hashable, Mapping, Sequence

from ui.session.context import source
from ui.session.reads.patient_reads import NOT_KEPT, keep, known, read_once
from ui.timetravel.model.checkpoints import Checkpoint, Header


def checkpoint_at(store: str, token: Hashable, thread: str, namespace: str, checkpoint_id: str) -> Checkpoint:
    """One checkpoint of this store, by its name, cached under the store's change token.

    Raises CheckpointNotFound and StoreError.
    """
    here = source(store).store
    return read_once(
        ("checkpoint", store, thread, namespace, checkpoint_id),
        token,
        lambda: here.checkpoint(thread, namespace, checkpoint_id),
        "Reading the checkpoint",
    )


def headers_at(store: str, token: Hashable, thread: str, namespace: str, ids: Sequence[str]) -> Mapping[str, Header]:
    """Headers by checkpoint id; ids that the store lacks are missing. Raises StoreError.

    Each header is cached, and one read fetches all others, since drawings need the same ones again and again.
    """
    here = source(store).store
    wanted = tuple(dict.fromkeys(ids))
    found = {one: known(("header", store, thread, namespace, one), token) for one in wanted}
    lacking = tuple(one for one in wanted if found[one] is None)
    if lacking:
        read: Mapping[str, Header] = read_once(
            ("headers", store, thread, namespace, lacking),
            token,
            lambda: {header.checkpoint_id: header for header in here.headers(thread, namespace, lacking)},
            "Reading what the checkpoints are",
            lambda _: NOT_KEPT,
        )
        for one, header in read.items():
            keep(("header", store, thread, namespace, one), token, header)
        found |= read
    return {one: header for one, header in found.items() if isinstance(header, Header)}
