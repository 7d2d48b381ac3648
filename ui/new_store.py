"""Making a store that isn't there yet: the one thing outside the worker that LangGraph's own saver is needed for."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from langgraph.checkpoint.sqlite import SqliteSaver

from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.guard import guard
from ui.timetravel.read_only import refuse_if_read_only


def make_store(path: Path) -> None:
    """Make an empty SQLite checkpoint store at `path`, and a `.timetravel` folder for it where that is its place.

    The tables are made by LangGraph's own saver (langgraph-checkpoint-sqlite, `SqliteSaver.setup`), which leaves those
    that exist alone. The file is there only once it is whole, so that several tabs may ask for it at once. Raises
    StoreUnreadable with the reason when the folder or the file can't be made, ReadOnly where the app looks only.
    """
    refuse_if_read_only(f"new store {path}")
    try:
        make_folder(path.parent)
        if path.exists():
            _set_up(path)
            return
        folder = guard.temporary_folder(beside=path)
        try:
            made = folder / path.name
            _set_up(made)
            _put(made, path)
        finally:
            guard.remove(folder)
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise StoreUnreadable(f"The store {path} can't be made ({reason}). Name another place, as TARGET.") from error


def _put(made: Path, path: Path) -> None:
    """Give the file its name, unless somebody made one meanwhile."""
    try:
        os.link(made, path)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        made.rename(path)


def _set_up(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        SqliteSaver(connection).setup()


def make_folder(folder: Path) -> None:
    """Make the folder if it is a `.timetravel` that isn't there yet. Raises OSError when it can't be made."""
    if folder.name == ".timetravel" and not folder.exists():
        folder.mkdir(exist_ok=True)
        # A store made by trying the samples inside somebody's project does not belong in their repository.
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")


def make_tables(url: str) -> None:
    """Make LangGraph's tables in a PostgreSQL database of ours, where they aren't there or are of an older version.

    By LangGraph's own saver (langgraph-checkpoint-postgres, `PostgresSaver.setup`). Raises psycopg.Error.
    """
    # Imported only when needed: most starts have no PostgreSQL.
    from langgraph.checkpoint.postgres import PostgresSaver

    with PostgresSaver.from_conn_string(url) as saver:
        saver.setup()
