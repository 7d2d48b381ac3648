"""The threads of a store without its pages: all of them, or one by its id."""

from collections.abc import Iterator

from ui.timetravel.model import ThreadSummary
from ui.timetravel.stores.base import Store


def threads_of(store: Store, search: str = "") -> Iterator[ThreadSummary]:
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


def thread_of(store: Store, thread_id: str) -> ThreadSummary | None:
    """One thread; None where the store has none of this id. Raises StoreError."""
    return next((one for one in threads_of(store, thread_id) if one.thread_id == thread_id), None)
