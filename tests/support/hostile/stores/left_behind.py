"""Stores as programs leave them behind: closed, killed after a change or in the middle of one, and damaged since.

bases = all_bases(folder)                       one store for each way to leave one, each in a folder of its own
path, what = damage(bases, folder, rng)         one of them, damaged in a way that `rng` picks; `what` says how
KINDS["a journal that names another file"] = ...    a further way
"""

import os
import random
import shutil
import socket
import sqlite3
from collections.abc import Callable
from itertools import product
from pathlib import Path

from tests.support.hostile.stores.stores import DECLARED, Rows, insert

JOURNALS = ("WAL", "DELETE", "TRUNCATE", "PERSIST")
COMPANIONS = ("-wal", "-shm", "-journal")
NAME = "store.sqlite"
JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
"""How a rollback journal begins (sqlite.org/fileformat2.html, section 3)."""


def all_bases(folder: Path) -> dict[str, Path]:
    """A store for each journal mode, with and without exclusive locking, and each way to leave it, by what it is."""
    made: dict[str, Path] = {}
    for journal, exclusive, end in product(JOURNALS, (False, True), ("closed", "killed", "killed in a change")):
        what = f"{journal}{' exclusive' if exclusive else ''}, {end}"
        made[what] = leave(folder / what.replace(" ", "_").replace(",", ""), journal, end, exclusive=exclusive)
    return made


def leave(folder: Path, journal: str, end: str, *, exclusive: bool = False) -> Path:
    """A store with the threads "healthy" and "t", as a writer of its own leaves it in a new folder."""
    folder.mkdir(parents=True)
    path = folder / NAME
    child = os.fork()
    if not child:
        status = 1
        try:
            _write(path, journal, end, exclusive=exclusive)
            status = 0
        finally:
            os._exit(status)  # nothing is closed: what a signal that can't be caught does, too
    _, status = os.waitpid(child, 0)
    assert status == 0, f"{path} could not be made"
    return path


def _write(path: Path, journal: str, end: str, *, exclusive: bool) -> None:
    rows = Rows()
    rows.healthy()
    rows.chain("t", [{"x": number, "log": ["y" * 500]} for number in range(12)])
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("PRAGMA synchronous=OFF")
    if exclusive:
        store.execute("PRAGMA locking_mode=EXCLUSIVE")
    store.execute(f"PRAGMA journal_mode={journal}")
    store.executescript(DECLARED)
    for half in (rows.rows[:8], rows.rows[8:]):
        store.execute("BEGIN")
        for row in half:
            insert(store, row.table, row.cells())
        store.execute("COMMIT")
    if end == "closed":
        store.close()
    elif end == "killed in a change":
        store.execute("PRAGMA cache_size=1")
        store.execute("BEGIN")
        store.execute("UPDATE checkpoints SET checkpoint = zeroblob(3000) WHERE thread_id = 't'")
        store.execute("DELETE FROM writes")


Damage = Callable[[Path, dict[str, Path], random.Random], str]
"""Changes what lies at a path and beside it, and says what it did."""


def damage(bases: dict[str, Path], folder: Path, rng: random.Random) -> tuple[Path, str]:
    """A copy of one of the stores in `folder`, which is emptied first, damaged in one of the ways of `KINDS`."""
    base, kind = rng.choice(sorted(bases)), rng.choice(sorted(KINDS))
    path = copy(bases[base], folder)
    return path, f"{base}: {kind}: {KINDS[kind](path, bases, rng)}"


def copy(store: Path, folder: Path) -> Path:
    """A copy of a store with all that lies beside it, in `folder`, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(store.parent, folder)
    return folder / store.name


def beside(path: Path, suffix: str) -> Path:
    """The place of one of a store's companions."""
    return path.with_name(path.name + suffix)


def _there(path: Path, rng: random.Random) -> Path:
    """The file, or one of its companions that are there and hold something."""
    all_of_them = [path, *(beside(path, suffix) for suffix in COMPANIONS)]
    return rng.choice([one for one in all_of_them if one.exists() and one.stat().st_size] or [path])


def _as_it_is(path: Path, bases: dict[str, Path], rng: random.Random) -> str:
    return "as it is"


def _cut(path: Path, bases: dict[str, Path], rng: random.Random) -> str:
    one = _there(path, rng)
    size = one.stat().st_size
    new = rng.choice([0, 1, 24, 32, 100, 512, size - 1, size // 2 // 4096 * 4096, rng.randrange(size + 1)])
    os.truncate(one, min(new, size))
    return f"{one.name} cut to {new}"


def _grown(path: Path, bases: dict[str, Path], rng: random.Random) -> str:
    one = _there(path, rng)
    more = rng.choice([1, 511, 4096, 1 << 20, 1 << 41])
    os.truncate(one, one.stat().st_size + more)
    return f"{one.name} grown by {more}"


def _bytes(path: Path, bases: dict[str, Path], rng: random.Random) -> str:
    one = _there(path, rng)
    data = bytearray(one.read_bytes())
    places = [rng.randrange(min(len(data), rng.choice([100, 4096, len(data)]))) for _ in range(rng.choice([1, 3, 200]))]
    for place in places:
        data[place] = rng.randrange(256)
    one.write_bytes(data)
    return f"{one.name}: {len(places)} bytes, the first at {places[0]}"


def _random_companion(path: Path, bases: dict[str, Path], rng: random.Random) -> str:
    suffix, size = rng.choice(COMPANIONS), rng.choice([0, 1, 31, 136, 512, 4152, 32768, 70_000])
    beside(path, suffix).write_bytes(rng.randbytes(size))
    return f"{suffix} of {size} random bytes"


def _lost(path: Path, bases: dict[str, Path], rng: random.Random) -> str:
    lost = [suffix for suffix in COMPANIONS if beside(path, suffix).exists() and rng.random() < 0.6]
    for suffix in lost:
        beside(path, suffix).unlink()
    return f"{lost} lost"


def _emptied(path: Path, bases: dict[str, Path], rng: random.Random) -> str:
    os.truncate(path, 0)
    if rng.random() < 0.5:
        beside(path, "-shm").unlink(missing_ok=True)
    return "the file emptied"


def _of_another(path: Path, bases: dict[str, Path], rng: random.Random) -> str:
    other = bases[rng.choice(sorted(bases))]
    taken = [suffix for suffix in ("", *COMPANIONS) if beside(other, suffix).exists() and rng.random() < 0.5]
    for suffix in taken:
        shutil.copyfile(beside(other, suffix), beside(path, suffix))
    return f"{taken} of {other.parent.name}"


def _odd_companion(path: Path, bases: dict[str, Path], rng: random.Random) -> str:
    one = beside(path, rng.choice(COMPANIONS))
    one.unlink(missing_ok=True)
    kind = rng.choice(["folder", "pipe", "socket", "link to nothing", "link to a file", "link to itself", "device"])
    odd(one, kind)
    return f"{one.name} is a {kind}"


def _odd_file(path: Path, bases: dict[str, Path], rng: random.Random) -> str:
    kind = rng.choice(["folder", "pipe", "socket", "link to nothing", "link to itself", "device", "link", "hard link"])
    if kind in ("link", "hard link"):
        real = path.parent / "elsewhere" / NAME
        real.parent.mkdir()
        for suffix in ("", *COMPANIONS):
            if beside(path, suffix).exists():
                beside(path, suffix).rename(beside(real, suffix))
        path.symlink_to(real) if kind == "link" else path.hardlink_to(real)
    else:
        path.unlink()
        odd(path, kind)
    return f"the file is a {kind}"


def odd(path: Path, kind: str) -> None:
    """Make something at `path` that is no ordinary file."""
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "socket":
            with socket.socket(socket.AF_UNIX) as made:
                # A socket's whole path may have no more than 107 characters.
                here = os.open(path.parent, os.O_RDONLY)
                made.bind(f"/proc/self/fd/{here}/{path.name}")
                os.close(here)
        case "link to nothing":
            path.symlink_to("nothing")
        case "link to itself":
            path.symlink_to(path.name)
        case "link to a file":
            (path.parent / "victim").write_bytes(b"something of somebody's" * 100)
            path.symlink_to("victim")
        case "device":
            path.symlink_to("/dev/zero")


def _header(path: Path, bases: dict[str, Path], rng: random.Random) -> str:
    place = rng.choice([0, 15, 16, 17, 18, 19, 20, 21, 24, 27, 28, 31, 40, 47, 52, 56, 59, 92, 96])
    data = bytearray(path.read_bytes())
    data[place] = rng.choice([0, 1, 2, 3, 255, rng.randrange(256)])
    path.write_bytes(data)
    return f"byte {place} is {data[place]}"


def _made_journal(path: Path, bases: dict[str, Path], rng: random.Random) -> str:
    pages = path.stat().st_size // 4096
    numbers = (rng.choice([0, 2, 2**32 - 1]), rng.getrandbits(32), rng.choice([0, pages, 2**32 - 1]), 512, 4096)
    head = JOURNAL_MAGIC + b"".join(number.to_bytes(4, "big") for number in numbers)
    beside(path, "-journal").write_bytes(head.ljust(512, b"\0") + rng.randbytes(rng.choice([0, 4104, 8208])))
    return f"a journal of {numbers}"


def name_in_its_journal(path: Path, other: Path, checksum: int | None = None) -> None:
    """Have a store's journal name another file, as that of a change to several databases does."""
    name = os.fsencode(other)
    right = sum(byte - 256 if byte > 127 else byte for byte in name) % 2**32  # C's chars have a sign on x86
    numbers = (len(name), right if checksum is None else checksum)
    with beside(path, "-journal").open("ab") as journal:
        journal.write((2**30 // 4096 + 1).to_bytes(4, "big") + name)
        journal.write(b"".join(number.to_bytes(4, "big") for number in numbers) + JOURNAL_MAGIC)


def _journal_naming(path: Path, bases: dict[str, Path], rng: random.Random) -> str:
    victim = path.parent / rng.choice(["victim", "victim d\u00e9j\u00e0 vu", "v" * 250])
    kind = rng.choice(["a file", "an empty file", "itself", "nothing", "a folder", "a file by a wrong checksum"])
    if kind.startswith("a file"):
        victim.write_bytes(b"something of somebody's" * 100)
    elif kind == "an empty file":
        victim.touch()
    elif kind == "a folder":
        victim.mkdir()
    journal = beside(path, "-journal")
    start = journal.read_bytes() if journal.exists() else b""
    if not start.startswith(JOURNAL_MAGIC):
        _made_journal(path, bases, rng)
    name_in_its_journal(path, path if kind == "itself" else victim, 7 if kind.endswith("checksum") else None)
    return f"a journal that names {kind} ({victim.name[:10]})"


KINDS: dict[str, Damage] = {
    "as it is": _as_it_is,
    "cut": _cut,
    "grown": _grown,
    "bytes": _bytes,
    "random companion": _random_companion,
    "lost companions": _lost,
    "emptied": _emptied,
    "of another store": _of_another,
    "odd companion": _odd_companion,
    "odd file": _odd_file,
    "header": _header,
    "made journal": _made_journal,
    "journal that names a file": _journal_naming,
}
"""The ways to damage a store's files; more may be added."""
