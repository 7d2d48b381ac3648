"""What a folder holds at one moment: to tell that a look at a store left everything as it was."""

import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

Moment = dict[str, tuple[Any, ...]]


def moment_of(folder: Path) -> Moment:
    """What is in a folder and in those below, by name: kind and mode, time of change, inode, owner, size and hash."""
    found: Moment = {}
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent) / name
            told = path.lstat()
            facts: tuple[Any, ...] = (told.st_mode, told.st_mtime_ns, told.st_ino, told.st_uid)
            if stat.S_ISREG(told.st_mode):
                facts = (*facts, told.st_size, _digest(path))
            elif stat.S_ISLNK(told.st_mode):
                facts = (*facts, str(path.readlink()))
            found[str(path.relative_to(folder))] = facts
    return found


def difference(before: Moment, after: Moment) -> str:
    """What is not the same, in words; empty where all is."""
    lines = [f"{name} appeared" for name in after if name not in before]
    lines += [f"{name} is gone" for name in before if name not in after]
    lines += [
        f"{name} changed: {before[name]} -> {after[name]}"
        for name in before
        if after.get(name, before[name]) != before[name]
    ]
    return "; ".join(lines)


def _digest(path: Path) -> str:
    """The hash of what a file holds, its holes left out: a file of terabytes may hold a few bytes."""
    made = hashlib.sha256()
    try:
        file = os.open(path, os.O_RDONLY)
    except PermissionError:
        return "unreadable"
    end, at = os.fstat(file).st_size, 0
    with suppress(OSError):  # nothing but a hole up to the end
        while at < end:
            at = os.lseek(file, at, os.SEEK_DATA)
            until = os.lseek(file, at, os.SEEK_HOLE)
            made.update(f"{at}-{until}".encode())
            while at < until and (piece := os.pread(file, min(1 << 20, until - at), at)):
                made.update(piece)
                at += len(piece)
    os.close(file)
    return made.hexdigest()
