"""How much a store holds, shown before anything is deleted."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import streamlit as st

from ui.session.context import source
from ui.timetravel.ground.text.formatting import format_bytes
from ui.timetravel.model.checkpoints import ThreadSummary
from ui.timetravel.stores.threads import iter_threads

MOST = 1000
"""The most threads that are counted: a store with more is called "over 1,000"."""
DAYS = 30


@dataclass(frozen=True, slots=True)
class Overview:
    """The threads of a store, latest change first; `whole` says whether these are all of them."""

    threads: tuple[ThreadSummary, ...]
    whole: bool

    @property
    def checkpoints(self) -> int:
        """The number of checkpoints in the root namespaces of these threads."""
        return sum(thread.checkpoints for thread in self.threads)


def overview() -> Overview:
    """An overview of the view's store. Raises StoreError."""
    return _overview(source().name, source().store.change_token())


@st.cache_resource(show_spinner="Counting the threads…", max_entries=8)
def _overview(store: str, token: Hashable) -> Overview:
    del token
    found = tuple(islice(iter_threads(source(store).store), MOST + 1))
    return Overview(found[:MOST], len(found) <= MOST)


def overview_line(found: Overview) -> None:
    """Draw the overview as four numbers."""
    here = source()
    before = datetime.now(UTC) - timedelta(days=DAYS)
    old = sum(thread.updated_at < before for thread in found.threads)
    more = "" if found.whole else "over "
    parts = st.columns(4 if here.file else 3)
    parts[0].metric("Threads", f"{more}{len(found.threads):,}")
    parts[1].metric("Checkpoints", f"{more}{found.checkpoints:,}", help="Those of subgraphs are not counted here.")
    idle = f"{old:,}" if found.whole else "see Preview"  # the threads that were counted are the newest
    parts[2].metric(f"Idle for {DAYS} days", idle, help="Threads that have not changed for that long.")
    if here.file:
        parts[3].metric("Size of the file", format_bytes(file_size(here.file)), help="With its write-ahead log.")


def file_size(path: Path) -> int:
    """The bytes of a store's file and its log; 0 where it no longer exists."""
    return sum(map(_bytes, (path, path.with_name(path.name + "-wal"))))


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # the log is deleted when the last program that has the store open closes it
        return 0
