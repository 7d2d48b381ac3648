"""What the journal of an unfinished change says of other files.

A change to several databases at once has a super-journal, which each of their journals names at its end: its name, the
name's length, its checksum, and the magic number of journals (sqlite.org/fileformat2.html, section 3). When SQLite has
undone such a change it deletes the file of that name, whatever it is (`pager_delsuper` in SQLite 3.40.1, pager.c).
"""

import os
import stat
from pathlib import Path

from ui.timetravel.stores._lying import JOURNAL_MAGIC, Lie, beside, is_journal, opened

_ENDS = 16
"""The bytes after the name: its length, its checksum, and the magic number again."""
_BEFORE = 4
"""The bytes before the name: the number of a page that is none."""
_LONGEST_NAME = 512
"""SQLite takes a longer name for none (unixVfs, MAX_PATHNAME)."""


def names_another_file(path: Path, lie: Lie) -> bool:
    """Whether opening a store to write to it would delete what its journal names, where that is there."""
    if not lie.main[2] or not is_journal(path, lie):
        return False
    try:
        descriptor = opened(beside(path, "-journal"))
    except OSError:
        return False
    with os.fdopen(descriptor, "rb") as journal:
        return bool(_name_in(journal.fileno())[0])


def without_super_journal(journal: Path) -> None:
    """Have a journal undo the same without naming another file.

    A change to several files is done with when the super-journal that they name is gone: then nothing is undone.
    """
    if not journal.exists():
        return
    with journal.open("r+b") as file:
        name, length = _name_in(file.fileno())
        if not name:
            return
        if _exists(name):
            file.truncate(max(0, file.seek(0, os.SEEK_END) - _ENDS - length - _BEFORE))
            return
    journal.unlink()


def _name_in(journal: int) -> tuple[bytes, int]:
    """The name in a journal, as SQLite reads it (`readSuperJournal`), and how many bytes it takes; else nothing.

    A name whose checksum is wrong counts for nothing: then the change is undone. The checksum adds up C's chars, which
    have a sign on some processors and none on others.
    """
    end = os.fstat(journal).st_size
    ends = os.pread(journal, _ENDS, max(0, end - _ENDS))
    length, told = int.from_bytes(ends[:4], "big"), int.from_bytes(ends[4:8], "big")
    if ends[8:] != JOURNAL_MAGIC or not 0 < length <= min(end - _ENDS, _LONGEST_NAME):
        return b"", 0
    name = os.pread(journal, length, end - _ENDS - length)
    signed = sum(byte - 256 if byte > 127 else byte for byte in name)
    if told not in (signed % 2**32, sum(name)):
        return b"", 0
    return name.partition(b"\0")[0], length


def _exists(name: bytes) -> bool:
    """Whether SQLite takes the file for one that is there: not where it is empty (unixAccess in SQLite 3.40.1)."""
    try:
        told = Path(os.fsdecode(name)).stat()
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(told.st_mode) or told.st_size > 0
