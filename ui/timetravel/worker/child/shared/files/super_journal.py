"""The file that a SQLite journal names, read as SQLite does, by both the debugger and its workers.

A change to several databases at once has a super-journal, which each of their journals names at its end: its name, the
name's length, its checksum, and the magic number of journals (sqlite.org/fileformat2.html, section 3). When SQLite has
rolled back such a change it deletes the file with that name, whatever it is (`pager_delsuper` in SQLite 3.40.1,
pager.c).

Only the standard library here.
"""

import os

_MAGIC = bytes.fromhex("d9d505f920a163d7")
_ENDS = 16
"""The bytes after the name: its length, its checksum, and the magic number again."""
_BEFORE = 4
"""The bytes before the name: the number of a page that does not exist."""
_LONGEST_NAME = 512
"""SQLite ignores a longer name (unixVfs, MAX_PATHNAME)."""


def named_in(journal: int) -> tuple[bytes, int]:
    """The name in the journal that is open at this descriptor, and the size of that entry at its end; else an empty
    name, and 0.

    As SQLite reads it (`readSuperJournal`): a name whose checksum is wrong is ignored, and the change is rolled back.
    The checksum adds up C's chars, which have a sign on some processors and none on others. Raises OSError.
    """
    end = os.fstat(journal).st_size
    ends = os.pread(journal, _ENDS, max(0, end - _ENDS))
    length, told = int.from_bytes(ends[:4], "big"), int.from_bytes(ends[4:8], "big")
    if ends[8:] != _MAGIC or not 0 < length <= min(end - _ENDS, _LONGEST_NAME):
        return b"", 0
    name = os.pread(journal, length, end - _ENDS - length)
    signed = sum(byte - 256 if byte > 127 else byte for byte in name)
    if told not in (signed % 2**32, sum(name)):
        return b"", 0
    return name.partition(b"\0")[0], _BEFORE + length + _ENDS
