"""Reads and finds threads of a store without handling its pages."""

from collections.abc import Iterator

from ui.timetravel.model.checkpoints import ThreadSummary
from ui.timetravel.stores.base import Store


def iter_threads(store: Store, search: str = "") -> Iterator[ThreadSummary]:
    """Every thread whose id contains `search`, latest change first; pages are read as they are needed.

    Raises StoreError.
    """
    cursor: str | None = None
    while True:
        page = store.threads(search=search, before=cursor)
        yield from page.threads
        cursor = page.cursor
        if cursor is None:
            return
