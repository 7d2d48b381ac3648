"""Which file keeps the long-term memory of runs: a SQLite file of its own, never the store of checkpoints."""

import hashlib
import os
import re
from pathlib import Path

from ui.timetravel.model.targets import StoreKind, kind_of, redacted

_SUFFIX = ".memory.sqlite"


def memory_file(target: str, folder: Path | None = None) -> str:
    """The path of the memory file for runs on this store: beside the store's file if that folder can be written to,
    else in the app's own `folder`.

    Empty where memory is kept elsewhere (in the process that holds the store, or on a server), and where there is no
    folder.
    """
    kind = kind_of(target)
    if kind is StoreKind.FILE:
        path = Path(target).absolute()
        beside = path.with_name(path.stem + _SUFFIX)
        if folder is None or beside.exists() or _takes_files(path.parent):
            return str(beside)
    elif kind is not StoreKind.POSTGRESQL:
        return ""
    return str(folder.absolute() / _name(target)) if folder else ""


def _takes_files(folder: Path) -> bool:
    """Whether files can be created in a folder. The folder is created where it does not exist yet."""
    there = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    return os.access(there, os.W_OK)


def _name(target: str) -> str:
    """A file name that differs for each store and contains nothing of a password."""
    public = redacted(target)
    readable = re.sub(r"[^A-Za-z0-9.-]+", "-", public).strip("-")[:60]
    return f"{readable}-{hashlib.sha256(public.encode()).hexdigest()[:8]}{_SUFFIX}"
