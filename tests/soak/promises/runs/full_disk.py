"""Disks with room for little: what the app keeps is whole or not there, and the next try with more room works."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from tests.soak.promise import Case, Promise, Scale
from tests.support.small_disk import SmallDisk, small_disk
from ui.lessons.progress import LessonProgress
from ui.services.allowed_types import AllowedTypes
from ui.services.create_store import make_store
from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.worker.child.surroundings.lasting_store import LastingStore

PAGE = 4096
ENOUGH = 64 << 20


def whole_store(path: Path) -> str:
    """What is wrong with a store; empty where it is not there, or whole."""
    if not path.exists():
        return ""
    with closing(sqlite3.connect(path)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        damage = connection.execute("PRAGMA integrity_check").fetchone()[0]
    return "" if {"checkpoints", "writes"} <= tables and damage == "ok" else f"half a store: {tables}, {damage}"


def a_store(folder: Path) -> str:
    """Make the sandbox."""
    path = folder / ".timetravel" / "sandbox.sqlite"
    try:
        make_store(path)
    except StoreUnreadable as error:
        return whole_store(path) or ("" if "needs about" in str(error) else f"no room is named: {error}")
    return whole_store(path)


def memory(folder: Path) -> str:
    """Put something into long-term memory."""
    store = LastingStore(folder / "x.memory.sqlite")
    try:
        store.put(("a",), "k", {"v": "x" * 3000})
    except (sqlite3.Error, OSError):
        return ""
    found = store.get(("a",), "k")
    return "" if found is not None else "what was put is not there"


def notes(folder: Path) -> str:
    """Note a step of a lesson."""
    progress = LessonProgress(folder / "lessons.json")
    before = progress.walk("l").pressed
    try:
        progress.pressed("l", "a", f"step {len(before)}")
    except OSError:
        return "" if progress.walk("l").pressed == before else "the notes from before are gone"
    return "" if len(progress.walk("l").pressed) == len(before) + 1 else "the step is not noted"


def allowance(folder: Path) -> str:
    """Allow a type for a store."""
    allowed = AllowedTypes(folder / ".timetravel")
    before = allowed.of("x.sqlite")
    try:
        allowed.allow("x.sqlite", [("module", f"n{len(before)}")])
    except OSError:
        return "" if allowed.of("x.sqlite") == before else "the allowances from before are gone"
    return "" if len(allowed.of("x.sqlite")) == len(before) + 1 else "it is not kept"


DEEDS: tuple[Callable[[Path], str], ...] = (a_store, memory, notes, allowance)


def try_all(scale: Scale) -> Iterator[Case]:
    """Every deed with room for one page more each time, then with enough."""
    with small_disk(scale.folder / "disk", PAGE) as disk:
        if disk is None:
            yield Case(
                "nothing may be mounted here: see tests/app/services/test_full_disk.py for a limit on the size of files"
            )
            return
        pages = range(1, 80, 16 if scale.short else 1)
        for deed in DEEDS:
            for count in pages:
                yield from _tried(disk, scale.folder / "disk" / f"{deed.__name__}{count}", deed, count * PAGE)


def _tried(disk: SmallDisk, folder: Path, deed: Callable[[Path], str], room: int) -> Iterator[Case]:
    disk.resize(ENOUGH)
    folder.mkdir()
    disk.resize(disk.used() + room)
    yield Case(f"{deed.__name__} with {room} bytes", deed(folder))
    disk.resize(ENOUGH)
    yield Case(f"{deed.__name__} again, with enough", deed(folder))
    for each in sorted(folder.rglob("*"), reverse=True):
        each.rmdir() if each.is_dir() else each.unlink()


PROMISE = Promise(
    name="full disk",
    sentence="On a full disk, what the app keeps is whole or not there, and the next try with more room works.",
    try_all=try_all,
)
