"""A SQLite file that must not be opened: SQLite would delete, or wait for ever on, what lies beside it.

The same is looked for before a store is read (stores/sqlite, file_state.py and journal.py); the worker looks by itself,
since what lies there may change after it was asked to write.
"""

import os
import stat
from pathlib import Path

from ...errors.refused import Refused
from ...shared.files.empty_file import is_empty
from ...shared.files.super_journal import named_in


def refuse_a_harmful_opening(path: Path) -> None:
    """Raise Refused where SQLite would do harm by opening the file, be it to write or to read."""
    _refuse_what_is_no_file(path)
    _refuse_to_lose_a_log(path)
    _refuse_to_delete_another_file(path)


def _refuse_what_is_no_file(path: Path) -> None:
    """SQLite opens whatever stands in the place of a companion, and waits for ever on a pipe."""
    for suffix in ("-wal", "-journal", "-shm"):
        companion = _beside(path, suffix)
        if os.path.lexists(companion) and not stat.S_ISREG(companion.lstat().st_mode):
            raise Refused(f"{companion.name} is no ordinary file, as SQLite needs it there. Move it away, or mend it.")


def _refuse_to_lose_a_log(path: Path) -> None:
    """The file is empty and its log (-wal) is not, as a power cut leaves them.

    SQLite takes the log of an empty file for another one's, and deletes it at the first look, also at one that can
    only read (SQLite 3.40.1, pager.c, `pagerOpenWalIfPresent`).
    """
    log = _beside(path, "-wal")
    if path.is_file() and is_empty(path.stat().st_size) and log.is_file() and log.stat().st_size:
        raise Refused(
            f"{path.name} is empty, and all that it held is in {log.name}, which SQLite deletes when it opens the file."
            " So nothing is written to it. Keep a copy of both; a checkpoint of it can be forked into the sandbox."
        )


def _refuse_to_delete_another_file(path: Path) -> None:
    """The journal of a change that was not finished names a super-journal, as one does that is made to several files.

    SQLite deletes what it names when it has undone the change, whatever file that is (see super_journal.py).
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
    """The file that a journal names; empty where it names none, or where no change is left to undo."""
    with journal.open("rb") as file:
        return os.fsdecode(named_in(file.fileno())[0]) if file.read(1) not in (b"", b"\0") else ""


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
