"""Which files SQLite considers empty."""

_LARGEST = 1


def is_empty(size: int) -> bool:
    """Whether SQLite considers a file of this size empty, and so deletes the log and the journal beside it.

    One byte counts as empty: some file systems can't lock an empty file, so SQLite writes one byte into it there
    (3.40.1, os_unix.c, `unixFileSize` and `findInodeInfo`).
    """
    return size <= _LARGEST
