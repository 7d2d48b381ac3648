"""Checkpoint stores, read only. `open_store` is the way in; `base.Store` is what comes out."""

import re

from ui.timetravel.errors import NotAStore
from ui.timetravel.stores.base import Store
from ui.timetravel.stores.postgres import PostgresStore
from ui.timetravel.stores.server import ServerStore
from ui.timetravel.stores.sqlite import SqliteStore
from ui.timetravel.targets import Kind, kind_of

__all__ = ["Store", "open_store"]

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)


def open_store(target: str) -> Store:
    """Open the store that `target` names: the path of a SQLite file ("~" is the home folder), or an address.

    An address is a postgresql:// URL, or that of a LangGraph server.

    The store is checked before it is given back. Raises StoreNotFound when nothing is there, NotAStore when it is no
    checkpoint store (or of a kind that can't be opened yet), StoreUnreadable when it can't be read now.
    """
    if kind_of(target) is Kind.SERVER:
        return ServerStore(target)
    if kind_of(target) is Kind.POSTGRESQL:
        return PostgresStore(target)
    if scheme := _SCHEME.match(target):
        raise NotAStore(
            f"This version can't open {scheme[1].lower()}:// addresses, only files, PostgreSQL databases and LangGraph"
            " servers. Name the path of a SQLite file."
        )
    return SqliteStore(target)
