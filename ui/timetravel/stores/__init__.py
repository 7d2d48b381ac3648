"""Checkpoint stores, read only. `open_store` is the way in; `base.Store` is what comes out."""

from ui.timetravel.errors import NotAStore
from ui.timetravel.ground.redaction.redact import know
from ui.timetravel.ground.redaction.secret_values import of_address
from ui.timetravel.model.targets import StoreKind, kind_of
from ui.timetravel.stores.base import Store
from ui.timetravel.stores.sqlite.store import SqliteStore

__all__ = ["Store", "open_store"]


def open_store(target: str) -> Store:
    """Open the store that `target` names: the path of a SQLite file ("~" is the home folder), or an address.

    An address is a postgresql:// URL, or that of a LangGraph server. The store is checked before it is returned. Raises
    StoreNotFound when there is nothing at that place, NotAStore when it is not a checkpoint store (or a kind that can't
    be opened), StoreUnreadable when it can't be read now.
    """
    know(*of_address(target))
    # Each kind's modules are imported only when a store of that kind is opened: importing all would double the start's
    # time.
    match kind_of(target):
        case StoreKind.SERVER:
            from ui.timetravel.stores.server.store import ServerStore

            return ServerStore(target)
        case StoreKind.POSTGRESQL:
            from ui.timetravel.stores.postgres.store import PostgresStore

            return PostgresStore(target)
        case StoreKind.FILE:
            return SqliteStore(target)
        case StoreKind.MEMORY | StoreKind.SAVER:
            raise NotAStore(f"{target} lives in a worker process: it can be opened only by the app that runs it.")
    scheme = target.partition("://")[0].lower()
    dialect, plus, _ = scheme.partition("+")
    if plus and dialect in ("postgresql", "postgres"):
        raise NotAStore(
            f"{scheme}:// is how SQLAlchemy writes the address of a PostgreSQL database. Write postgresql:// instead,"
            " and the rest as it is."
        )
    raise NotAStore(
        f"This version can't open {scheme}:// addresses, only files, PostgreSQL databases and LangGraph servers. Name"
        " the path of a SQLite file."
    )
