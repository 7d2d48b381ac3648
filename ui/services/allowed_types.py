"""The types that a person allows to be built from a store.

Saved by the app, since a store must not allow them itself.
"""

import json
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ui.timetravel.ground.own_files import FOLDER, make_own_folder, write_own
from ui.timetravel.ground.read_only import refuse_if_read_only
from ui.timetravel.ground.text.formatting import shorten
from ui.timetravel.model.targets import StoreKind, kind_of, redacted
from ui.timetravel.worker.child.shared.standard_types import StoredType

FILE = "allowed_types.json"


class AllowedTypes:
    """Allowed types by store, in a file that only its owner can read. Safe to use from several threads.

    A store that is a file is identified by its path and the file's inode number: another file at the same path has
    none. A damaged file allows nothing.
    """

    def __init__(self, folder: Path, code: str = "") -> None:
        """`folder` is the app's, and need not exist yet.

        `code` identifies the graphs to which "memory:" and "saver:NAME" refer.
        """
        self._path = folder / FILE
        self._code = code
        self._lock = threading.Lock()

    def of(self, target: str) -> frozenset[StoredType]:
        """The types that are allowed for a store, by its target."""
        return frozenset(self._read().get(self._key(target), ()))

    def allow(self, target: str, types: Iterable[StoredType]) -> None:
        """Allow these types for a store, too. Raises OSError if that can't be saved."""
        with self._lock:
            known = self._read()
            key = self._key(target)
            self._write({**known, key: known.get(key, set()) | set(types)})

    def withdraw(self, target: str) -> None:
        """Allow no types for a store. Raises OSError if that can't be saved."""
        with self._lock:
            known = self._read()
            if known.pop(self._key(target), None):
                self._write(known)

    def _key(self, target: str) -> str:
        return f"{target} of {self._code}" if kind_of(target).in_worker else _key(target)

    def _read(self) -> dict[str, set[StoredType]]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            return {str(key): {(str(module), str(name)) for module, name in types} for key, types in found.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}

    def _write(self, known: dict[str, set[StoredType]]) -> None:
        refuse_if_read_only("allowance of types")
        folder = self._path.parent
        if folder.name == FOLDER:
            make_own_folder(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_own(self._path, json.dumps({key: sorted(map(list, types)) for key, types in known.items()}, indent=1))


def meaning(types: Iterable[StoredType]) -> str:
    """Sentences on what it means to allow these types, shown before a person does."""
    names = ", ".join(shorten(f"{module}.{name}") for module, name in types)
    return (
        f"To allow {names} means: whenever a run reads this store, or a delta channel of it is rebuilt to be shown, "
        "Python imports the module and calls that with whatever the store holds. Whoever can write to the store "
        "decides what it is called with. Allow only what you know, and only if you trust this store. It holds for this "
        "store alone, and can be withdrawn."
    )


def _key(target: str) -> str:
    if kind_of(target) is not StoreKind.FILE:
        return redacted(target)
    path = Path(target).absolute()
    with suppress(OSError):
        there = path.stat()
        return f"{path.resolve()} ({there.st_dev}:{there.st_ino})"
    return str(path)
