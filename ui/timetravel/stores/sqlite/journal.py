"""References to other files in the journal of an unfinished change (see super_journal.py), and their consequences."""

import os
import stat
from pathlib import Path

from ui.timetravel.stores.sqlite.file_state import FileState, beside, is_journal, opened
from ui.timetravel.worker.child.shared.files.empty_file import is_empty
from ui.timetravel.worker.child.shared.files.super_journal import named_in


def names_another_file(path: Path, state: FileState) -> bool:
    """Whether opening the store for writing would delete a file that its journal names, and which exists."""
    if is_empty(state.main[2]) or not is_journal(path, state):
        return False
    try:
        descriptor = opened(beside(path, "-journal"))
    except OSError:
        return False
    with os.fdopen(descriptor, "rb") as journal:
        return bool(named_in(journal.fileno())[0])


def without_super_journal(journal: Path) -> None:
    """Change a journal so that it rolls back the same without naming another file.

    A change to several files counts as complete when the super-journal that they all name has been deleted: then
    nothing is rolled back.
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
    """Whether SQLite considers the file to exist: an empty one does not (unixAccess in SQLite 3.40.1)."""
    try:
        told = Path(os.fsdecode(name)).stat()
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(told.st_mode) or told.st_size > 0
