"""What the journal of an unfinished change says of other files (super_journal.py), and what comes of it."""

import os
import stat
from pathlib import Path

from ui.timetravel.stores.sqlite.file_state import FileState, beside, is_journal, opened
from ui.timetravel.worker.child.shared.empty_file import is_empty
from ui.timetravel.worker.child.shared.super_journal import named_in


def names_another_file(path: Path, lie: FileState) -> bool:
    """Whether opening a store to write to it would delete what its journal names, where that is there."""
    if is_empty(lie.main[2]) or not is_journal(path, lie):
        return False
    try:
        descriptor = opened(beside(path, "-journal"))
    except OSError:
        return False
    with os.fdopen(descriptor, "rb") as journal:
        return bool(named_in(journal.fileno())[0])


def without_super_journal(journal: Path) -> None:
    """Have a journal undo the same without naming another file.

    A change to several files is done with when the super-journal that they name is gone: then nothing is undone.
    """
    if not journal.exists():
        return
    with journal.open("r+b") as file:
        name, takes = named_in(file.fileno())
        if not name:
            return
        if _exists(name):
            file.truncate(max(0, file.seek(0, os.SEEK_END) - takes))
            return
    journal.unlink()


def _exists(name: bytes) -> bool:
    """Whether SQLite takes the file for one that is there: not where it is empty (unixAccess in SQLite 3.40.1)."""
    try:
        told = Path(os.fsdecode(name)).stat()
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(told.st_mode) or told.st_size > 0
