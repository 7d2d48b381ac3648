"""What a folder holds at one moment: to tell that a look at a store left everything as it was."""

import hashlib
import os
import stat
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
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except PermissionError:
        return "unreadable"
