"""Records what an import read: the files of modules, the files and folders that code opened, and the modules it looked
for.
"""

import builtins
import importlib.machinery
import io
import os
import sqlite3
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from ...shared.files.file_stamps import changed_since, file_stamp, modules_in, names_in
from ...shared.protocol import Message

_TICK = 0.011
"""Longer than the precision of file times, in seconds (Linux: 10 ms at most)."""
_STANDARD = tuple(sysconfig.get_paths()[name] + os.sep for name in ("stdlib", "platstdlib"))
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
_NO_FILES = ("/proc/", "/sys/", "/dev/")
_LISTERS = ("importlib", "pkgutil", "importlib_metadata", "pkg_resources")


class ImportRecord:
    """Records while inside `recording`. `report` says what the import depends on, which `Freshness` checks."""

    def __init__(self) -> None:
        self.began = 0
        self._read: set[str] = set()
        self._written: set[str] = set()
        self._listed: set[str] = set()
        self._missing: set[str] = set()
        self._before = set(sys.modules)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record what is opened, listed and looked for inside this block. All hooks are removed afterwards."""
        # So a change that was made before this request is older than the import, by any clock.
        time.sleep(_TICK)
        self.began = time.time_ns()
        finder = _Missing(self._missing)
        sys.meta_path.append(finder)
        put_back = [
            _replace(builtins, "open", self._opening),
            _replace(io, "open", self._opening),
            _replace(io, "open_code", self._opening),
            _replace(os, "listdir", self._listing),
            _replace(os, "scandir", self._listing),
            _replace(sqlite3, "connect", self._connecting),
        ]
        try:
            yield
        finally:
            for each in put_back:
                each()
            if finder in sys.meta_path:
                sys.meta_path.remove(finder)

    def report(self, template_began: int) -> Message:
        """What to check in order to know whether the import would read the same again.

        `template` says whether a module has changed that was imported before this import, since `template_began`.
        """
        modules = {name: module for name, module in list(sys.modules.items()) if module is not None}
        files = {file: name for name, module in modules.items() if (file := _file_of(module))}
        stamps = {file: file_stamp(file) for file in {*files, *(self._read - self._written)}}
        return {
            "began": self.began,
            "files": stamps,
            "folders": {
                folder: [file_stamp(folder), sorted(wanted), modules_in(folder, wanted)]
                for folder, wanted in self._folders(modules).items()
            },
            "listed": {folder: names_in(folder) for folder in sorted(self._listed)},
            "template": any(
                (stamp := stamps[file]) is not None and changed_since(stamp, template_began)
                for file, name in files.items()
                if name in self._before
            ),
        }

    def _folders(self, modules: dict[str, ModuleType]) -> dict[str, set[str]]:
        """The folders in which a new file would be found in place of an imported or missing module, and its possible
        names.
        """
        inside: dict[str, set[str]] = {}
        for name in (*modules, *self._missing):
            package, _, last = name.rpartition(".")
            inside.setdefault(package, set()).add(last)
        found: dict[str, set[str]] = {}
        for package, names in inside.items():
            for place in _path_of_package(modules.get(package)) if package else sys.path:
                folder = place or str(Path.cwd())
                if not is_installed(folder + os.sep) and Path(folder).is_dir():
                    found.setdefault(folder, set()).update(names)
        return found

    def _opening(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def opening(file: Any, mode: Any = "r", *args: Any, **kwargs: Any) -> Any:
            if real is _OPEN_CODE:
                self._note(file, "r")
                return real(file)
            self._note(file, mode)
            return real(file, mode, *args, **kwargs)

        return opening

    def _note(self, file: Any, mode: Any) -> None:
        path = _path_of(file)
        if (path and not path.startswith((*_STANDARD, *_NO_FILES))) or (path and _is_package(path)):
            (self._read if set(str(mode)) <= set("rbtU") else self._written).add(path)

    def _listing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def listing(path: Any = ".") -> Any:
            place = _path_of("." if path is None else path)
            if place and not is_installed(place + os.sep) and not _by_importing(sys._getframe(1)):
                self._listed.add(place)
            return real(path)

        return listing

    def _connecting(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def connecting(database: Any, *args: Any, **kwargs: Any) -> Any:
            path = _path_of(database)
            if path and Path(path).is_file():
                self._read |= {path, f"{path}-wal"}
            return real(database, *args, **kwargs)

        return connecting


class _Missing(MetaPathFinder):
    """A finder behind all others, which is asked for modules that no other finder has found."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Note the name, and return None."""
        self._names.add(fullname)
        return None


_OPEN_CODE = io.open_code


def _replace(owner: Any, name: str, by: Callable[[Any], Any]) -> Callable[[], None]:
    """Replace a function, and return a function that undoes it if nobody has replaced ours meanwhile."""
    real = getattr(owner, name)
    made = by(real)
    setattr(owner, name, made)

    def put_back() -> None:
        if getattr(owner, name) is made:
            setattr(owner, name, real)

    return put_back


def _path_of_package(module: ModuleType | None) -> list[str]:
    try:
        return [each for each in getattr(module, "__path__", ()) if isinstance(each, str)]
    except Exception:  # sys.modules may contain any object
        return []


def _path_of(file: Any) -> str:
    """The absolute path; empty for a descriptor, and for anything that is not a path."""
    if not isinstance(file, (str, bytes, os.PathLike)):
        return ""
    try:
        return os.path.abspath(os.fsdecode(file))  # noqa: PTH100  links are left as they are
    except (OSError, ValueError, TypeError):
        return ""


def _file_of(module: ModuleType) -> str:
    """The file of a module, if it is not one of Python's own; for one in an archive, the archive."""
    try:
        file = module.__dict__.get("__file__")
    except Exception:  # sys.modules may contain any object
        return ""
    if not isinstance(file, str) or not file.startswith(os.sep) or (is_installed(file) and not _is_package(file)):
        return ""
    while file != os.sep and not Path(file).exists():
        file = str(Path(file).parent)
    return file if Path(file).is_file() else ""


def _is_package(path: str) -> bool:
    """Whether the file belongs to an installed package."""
    return any(each in path for each in _INSTALLED)


def is_installed(path: str) -> bool:
    """Whether the file belongs to Python, or to an installed package."""
    return path.startswith(_STANDARD) or _is_package(path)


def _by_importing(frame: Any) -> bool:
    """Whether a folder is listed by the import system, or by code that looks for packages."""
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name.partition(".")[0] in _LISTERS:
            return not name.startswith(("importlib._bootstrap", "importlib._abc"))
        frame = frame.f_back
    return False
