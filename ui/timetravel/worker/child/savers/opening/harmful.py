"""Refuses to open a SQLite file if SQLite would delete one of the files beside it, or wait for ever on one.

The same is checked before a store is read (stores/sqlite, file_state.py and journal.py); the worker checks again, since
the files may have changed after it was asked to write.
"""

import os
import stat
from pathlib import Path

from ...errors.refused import Refused
from ...shared.files.empty_file import is_empty
from ...shared.files.super_journal import named_in


def refuse_a_harmful_opening(path: Path) -> None:
    """Raise Refused if SQLite would do harm by opening the file, whether for writing or reading."""
    _refuse_what_is_no_file(path)
    _refuse_to_lose_a_log(path)
    _refuse_to_delete_another_file(path)


def _refuse_what_is_no_file(path: Path) -> None:
    """Raise Refused for a companion that is not an ordinary file: SQLite opens it anyway, and waits for ever on a
    pipe.
    """
    for suffix in ("-wal", "-journal", "-shm"):
        companion = _beside(path, suffix)
        if os.path.lexists(companion) and not stat.S_ISREG(companion.lstat().st_mode):
            raise Refused(f"{companion.name} is no ordinary file, as SQLite needs it there. Move it away, or mend it.")


def _refuse_to_lose_a_log(path: Path) -> None:
    """Raise Refused if the file is empty and its log (-wal) is not, as after a power cut.

    SQLite takes the log of an empty file as another file's, and deletes it when the file is first opened, even if that
    is read-only (SQLite 3.40.1, pager.c, `pagerOpenWalIfPresent`).
    """
    log = _beside(path, "-wal")
    if path.is_file() and is_empty(path.stat().st_size) and log.is_file() and log.stat().st_size:
        raise Refused(
            f"{path.name} is empty, and all that it held is in {log.name}, which SQLite deletes when it opens the file."
            " So nothing is written to it. Keep a copy of both; a checkpoint of it can be forked into the sandbox."
        )


def _refuse_to_delete_another_file(path: Path) -> None:
    """Raise Refused if the journal of an unfinished change names a super-journal, as for a change to several files.

    When SQLite has rolled back the change, it deletes the file with that name, whatever it is (see super_journal.py).
    """
    journal = _beside(path, "-journal")
    if path.is_file() and not is_empty(path.stat().st_size) and journal.is_file() and (name := _other_file(journal)):
        raise Refused(
            f"{journal.name}, the journal of a change that was not finished, names another file, {name[:300]!a}, which"
            f" SQLite deletes when it opens {path.name}. So nothing is written to it. Where several SQLite files were"
            " changed at once, opening it with the sqlite3 tool finishes that; a checkpoint of it can be forked into"
            " the sandbox."
        )


def _other_file(journal: Path) -> str:
    """The file that a journal names; empty where it names none, or there is no change to roll back."""
    with journal.open("rb") as file:
        return os.fsdecode(named_in(file.fileno())[0]) if file.read(1) not in (b"", b"\0") else ""


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
