"""Which files SQLite takes for empty."""

_LARGEST = 1


def is_empty(size: int) -> bool:
    """Whether SQLite takes a file of so many bytes for an empty one, and so deletes the log and the journal beside it.

    One byte counts as none: some file systems can't lock an empty file, so there SQLite writes one into it (3.40.1,
    os_unix.c, `unixFileSize` and `findInodeInfo`).
    """
    return size <= _LARGEST
