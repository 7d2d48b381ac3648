"""Problems with a disk, in sentences that say how much room is needed, and where."""

import errno
import os
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

from ui.timetravel.ground.text.formatting import format_bytes

_FULL = ("database or disk is full", "no space left on device", "[errno 28]", "disk full")
_LIMITED = ("disk quota exceeded", "file too large", "[errno 122]", "[errno 27]")
_READ_ONLY = ("attempt to write a readonly database", "read-only file system", "permission denied")
_NO_FILE = "unable to open database file"
_FILES_OF_A_STORE = 5
"""The number of files of a store: a database, its log and its index, in a folder of their own."""
_BROKEN = ("disk i/o error", "input/output error")


def disk_trouble(error: BaseException | str, what: str, path: Path, needed: int = 0) -> str:
    """Why `what` can't be written at `path`, and what to do, if the disk is the cause; else empty.

    `needed` is the number of bytes that it takes, 0 where that is not known.
    """
    folder = _there(path.parent)
    room = f"it needs about {format_bytes(needed)} in {folder}" if needed else f"it is written in {folder}"
    free = _free(folder)
    text = _text(error)
    if any(words in text for words in _LIMITED):
        return f"A quota or a limit on the size of files leaves no room for {what}: {room}. Raise it, or make room."
    full = any(words in text for words in _FULL)
    if (full or _NO_FILE in text) and _takes_no_more_files(folder):
        return f"The disk of {folder} takes no more files, so there can't be {what}. Delete files there, and try again."
    if full:
        return f"The disk has no room for {what}: {room}{_left(free)}. Make room there, and try again."
    closed = any(words in text for words in _READ_ONLY)
    if not path.parent.is_dir() and not closed:
        return f"The folder {path.parent} is not there any more, so {what} can't be written. Start the app again."
    if closed or (_NO_FILE in text and not os.access(folder, os.W_OK)):
        return f"Nothing may be written in {folder}, so there can't be {what}. Start the app in a folder of your own."
    if any(words in text for words in _BROKEN):
        if free <= needed:
            return f"The disk has no room for {what}: {room}{_left(free)}. Make room there, and try again."
        return (
            f"The disk of {folder} can't write {what} ({_short(text)}): it is broken, went away, or has a limit on the"
            f" size of files{_left(free)}."
        )
    return ""


def too_little_room(what: str, path: Path, needed: int) -> str:
    """A sentence if `what` won't fit at its place, before anything is written; empty if it fits, or that is not
    known.
    """
    folder = _there(path.parent)
    free = _free(folder)
    if free < 0 or free >= needed:
        return ""
    room = f"{format_bytes(needed)} in {folder}{_left(free)}"
    return f"The disk has no room for {what}: it needs about {room}. Make room there."


def _takes_no_more_files(folder: Path) -> bool:
    """Whether the disk has used up its file numbers (inodes); some file systems make new ones as long as there is
    room.
    """
    with suppress(OSError, AttributeError):
        found = os.statvfs(folder)
        return found.f_files > 0 and found.f_favail < _FILES_OF_A_STORE
    return False


def _left(free: int) -> str:
    return f", where {format_bytes(free)} are free" if free >= 0 else ""


def _text(error: BaseException | str) -> str:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"[errno {error.errno}]"
    if isinstance(error, sqlite3.Error):
        return f"{error} {getattr(error, 'sqlite_errorname', '')}".lower()
    return str(error).lower()


def _short(text: str) -> str:
    return text.partition("\n")[0].strip()[:120]


def _there(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next((one for one in (folder, *folder.parents) if one.is_dir()), folder)


def _free(folder: Path) -> int:
    """The free bytes, for users other than root; -1 where that is not known."""
    with suppress(OSError):
        return shutil.disk_usage(folder).free
    return -1
