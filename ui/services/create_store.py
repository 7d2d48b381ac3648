"""Creates stores: the only thing outside a worker for which LangGraph's own savers are needed."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from langgraph.checkpoint.sqlite import SqliteSaver

from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.ground.disk_room import disk_trouble
from ui.timetravel.ground.guard import guard
from ui.timetravel.ground.own_files import FOLDER, is_own, make_own_folder
from ui.timetravel.ground.read_only import refuse_if_read_only
from ui.timetravel.worker.child.shared.files.empty_file import is_empty

EMPTY_STORE_BYTES = 200_000
"""The room that a store takes while it is created, with its log and index (langgraph-checkpoint-sqlite 3.1.2)."""


def make_store(path: Path) -> None:
    """Create an empty SQLite checkpoint store at `path`, and the `.timetravel` folder if the path is in one.

    The tables are made by LangGraph's own saver (langgraph-checkpoint-sqlite, `SqliteSaver.setup`), which does not
    change existing ones. The file appears only when it is complete, so that several tabs may create it at once; a file
    of 0 bytes, as a full disk leaves it, is replaced. In `.timetravel` only its owner can read it. Raises
    StoreUnreadable with the reason when the folder or the file can't be created, ReadOnly where the app was started
    with `--read-only`.
    """
    refuse_if_read_only(f"new store {path}")
    try:
        make_folder(path.parent)
        if is_made(path):
            _set_up(path)
            return
        folder = guard.temporary_folder(beside=path)
        try:
            made = folder / path.name
            _set_up(made)
            _check_whole(made)
            _put(made, path)
        finally:
            guard.remove(folder)
    except (OSError, sqlite3.Error) as error:
        if trouble := disk_trouble(error, f"the new store {path.name}", path, EMPTY_STORE_BYTES):
            raise StoreUnreadable(trouble) from error
        reason = error.strerror if isinstance(error, OSError) else error
        raise StoreUnreadable(f"The store {path} can't be made ({reason}). Name another place, as TARGET.") from error


def is_made(path: Path) -> bool:
    """Whether a store of ours exists. A file of 0 bytes without a log was left by a full disk, and does not count."""
    log = path.with_name(f"{path.name}-wal")
    return path.exists() and (not is_empty(path.stat().st_size) or (log.exists() and log.stat().st_size > 0))


def _put(made: Path, path: Path) -> None:
    """Give the file its name, unless somebody made one meanwhile."""
    if is_own(path):
        made.chmod(0o600)
    if path.exists() and not is_made(path):
        made.replace(path)
        return
    try:
        os.link(made, path)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        made.rename(path)


def _set_up(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        SqliteSaver(connection).setup()


def _check_whole(made: Path) -> None:
    """Raise sqlite3.OperationalError if a part of the store is still in its log, which SQLite failed to merge."""
    log = made.with_name(f"{made.name}-wal")
    if log.exists() and log.stat().st_size:
        with closing(sqlite3.connect(made)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if log.exists() and log.stat().st_size:
            raise sqlite3.OperationalError("database or disk is full")
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("SELECT 1 FROM checkpoints, writes LIMIT 1").fetchall()
    descriptor = os.open(made, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Create the folder if it is a `.timetravel`, for its owner alone. Raises OSError when it can't be created."""
    if folder.name == FOLDER:
        make_own_folder(folder)


def make_tables(url: str) -> None:
    """Create LangGraph's tables in a PostgreSQL database of ours, or bring older ones to the present version.

    By LangGraph's own saver (langgraph-checkpoint-postgres, `PostgresSaver.setup`). Raises psycopg.Error.
    """
    # Imported only when needed: most starts have no PostgreSQL.
    from langgraph.checkpoint.postgres import PostgresSaver

    with PostgresSaver.from_conn_string(url) as saver:
        saver.setup()
