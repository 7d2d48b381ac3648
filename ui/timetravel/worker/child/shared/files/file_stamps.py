"""How the debugger and its workers notice that a file or a folder has changed.

Only the standard library here.
"""

import os
import time
from collections.abc import Container, Sequence

_TICK = 10_000_000
"""The precision of a file system's times, in nanoseconds (Linux: 10 ms at most)."""
_SECOND = 1_000_000_000
_CODE = ("py", "pyc", "so", "pyd")


def file_stamp(path: str) -> list[int] | None:
    """A list that differs once a file, or the file with this name, has changed: times in nanoseconds, size, inode.

    None: no file.
    """
    try:
        found = os.stat(path)  # noqa: PTH116  for thousands of files, and a Path takes longer than this
    except (OSError, ValueError):
        return None
    return [found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino]


def names_in(folder: str) -> list[str]:
    """The names in a folder, sorted, without hidden ones; empty where it can't be read."""
    try:
        names = os.listdir(folder)  # noqa: PTH208  as above
    except OSError:
        return []
    return sorted(name for name in names if not name.startswith((".", "__pycache__")))


def modules_in(folder: str, wanted: Container[str]) -> list[str]:
    """Those of the wanted modules that a folder has, sorted: files of code, and folders."""
    found = set()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                stem, dot, rest = entry.name.partition(".")
                if stem in wanted and (rest.endswith(_CODE) if dot else entry.is_dir()):
                    found.add(entry.name)
    except OSError:
        return []
    return sorted(found)


def changed_since(stamp: Sequence[int], began: int) -> bool:
    """Whether a file was changed at or after this time (in nanoseconds), as far as its file system shows it.

    A time in the future counts as unknown, and so as unchanged.
    """
    now = time.time_ns() + _TICK
    whole_seconds = not any(each % _SECOND for each in stamp[:2])
    earliest = began - (2 * _SECOND if whole_seconds else _TICK)
    return any(earliest <= each <= now for each in stamp[:2])
