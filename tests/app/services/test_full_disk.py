"""What a full disk, a limit, a folder that is only read or goes away leave behind, and what is said of it."""

import errno
import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from graphs.parts import node_runs
from tests.support.command import environment
from tests.support.small_disk import SmallDisk, small_disk
from ui.services.create_store import is_made, make_store
from ui.services.settings import Settings, default_store
from ui.services.store_registry import StoreRegistry
from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.ground.disk_room import disk_trouble, too_little_room
from ui.timetravel.ground.own_files import narrow, write_own
from ui.timetravel.stores import open_store
from ui.timetravel.worker.child.surroundings.lasting_store import LastingStore

PAGE = 4096
LIMITED = """
import resource, signal, sys
from pathlib import Path
from ui.services.create_store import make_store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
for _ in range(2):
    try:
        make_store(Path(sys.argv[1]))
        print("made")
    except Exception as error:
        print(type(error).__name__, error)
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", PAGE) as made:
        if made is None:
            pytest.skip("Nothing may be mounted here")
        yield made


def is_whole(path: Path) -> bool:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {"checkpoints", "writes"} <= {name for (name,) in tables}


def why_not_made(path: Path) -> str:
    try:
        make_store(path)
    except StoreUnreadable as error:
        return str(error)
    return ""


def test_a_store_is_made_whole_or_not_at_all_however_little_room_there_is(disk: SmallDisk) -> None:
    path = disk.folder / ".timetravel" / "sandbox.sqlite"
    refused = 0
    for pages in range(1, 60):
        disk.resize(pages * PAGE)
        if said := why_not_made(path):
            refused += 1
            assert "The disk has no room for" in said
            assert "about 200.0 kB in" in said
            assert not path.exists()
        else:
            assert is_whole(path)
            path.unlink()
        assert not [one.name for one in disk.folder.glob(".timetravel/.new-*")]
    assert 3 < refused < 50


@pytest.mark.parametrize("most", [0, 1, 4096, 8192, 20000, 30000])
def test_a_limit_on_the_size_of_files_leaves_no_half_store_either(tmp_path: Path, most: int) -> None:
    path = tmp_path / "sandbox.sqlite"
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path), str(most)],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert not path.exists() or is_whole(path)
    assert path.exists() or done.stdout.count("StoreUnreadable") == 2
    assert path.exists() or "limit on the size of files" in done.stdout, done.stdout


def test_a_file_of_0_bytes_that_a_full_disk_left_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / ".timetravel"
    folder.mkdir()
    for name in ("sandbox.sqlite", "practice.sqlite", "checkpoints.sqlite"):
        (folder / name).touch()
    assert default_store(tmp_path) == folder / "checkpoints.sqlite"
    settings = Settings((str(folder / "checkpoints.sqlite"),), sandbox=str(folder / "sandbox.sqlite"))
    sources = StoreRegistry(settings)
    try:
        assert sources.existing_sandbox() is None
        assert sources.existing_practice() is None
        made = sources.sandbox()
        assert made.store.threads(limit=1).threads == ()
        assert sources.targets == (settings.targets[0], settings.sandbox)
    finally:
        sources.close()
    assert is_whole(folder / "checkpoints.sqlite")
    assert is_whole(folder / "sandbox.sqlite")


def test_what_holds_something_is_never_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.touch()
    (tmp_path / "store.sqlite-wal").write_bytes(b"everything")
    assert is_made(path)


def test_memory_that_was_begun_on_a_full_disk_is_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / ".timetravel" / "x.memory.sqlite"
    path.parent.mkdir()
    path.touch()
    assert LastingStore(path, read_only=True).get(("a",), "k") is None
    LastingStore(path).put(("a",), "k", {"v": 1})
    found = LastingStore(path, read_only=True).get(("a",), "k")
    assert found is not None
    assert found.value == {"v": 1}


def test_notes_of_lessons_are_the_old_ones_or_the_new_ones(disk: SmallDisk) -> None:
    disk.resize(3 * PAGE)
    file = disk.folder / "lessons.json"
    write_own(file, "old")
    with pytest.raises(OSError, match="No space"):
        write_own(file, "new" * 10_000)
    assert [one.name for one in disk.folder.iterdir()] == ["lessons.json"]
    assert file.read_text() == "old"
    disk.resize(100 * PAGE)
    write_own(file, "new" * 10_000)
    assert file.read_text() == "new" * 10_000


def test_a_line_of_the_nodes_log_that_was_left_half_written_takes_no_other_along(tmp_path: Path) -> None:
    file = tmp_path / "node-runs.jsonl"
    file.write_text('{"thread": "t", "node": "a"}\n{"thread": "t", "no')
    node_runs._add(file, {"thread": "t", "node": "b"})
    node_runs._add(file, {"thread": "t", "node": "c"})
    assert node_runs.runs("t", str(file)) == {"a": 1, "b": 1, "c": 1}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "The disk has no room for a fork: it needs about 3.0 MB in"),
        (OSError(122, "Disk quota exceeded"), "A quota or a limit on the size of files leaves no room for a fork"),
        (sqlite3.OperationalError("database or disk is full"), "The disk has no room for a fork"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "Nothing may be written in"),
        (OSError(30, "Read-only file system"), "Nothing may be written in"),
        (OSError(5, "Input/output error"), "it is broken, went away, or has a limit"),
        (ValueError("anything else"), ""),
    ],
)
def test_the_reason_is_said_with_the_room_that_is_needed_and_where(tmp_path: Path, error: Exception, said: str) -> None:
    told = disk_trouble(error, "a fork", tmp_path / "sandbox.sqlite", 3_000_000)
    assert said in told
    assert bool(said) == bool(told)
    assert not said or str(tmp_path) in told or "quota" in told


def test_a_folder_that_went_away_is_named(tmp_path: Path) -> None:
    gone = tmp_path / "gone" / "sandbox.sqlite"
    error = sqlite3.OperationalError("unable to open database file")
    assert "is not there any more" in disk_trouble(error, "a fork", gone)


def test_a_disk_that_takes_no_more_files_is_said_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(os.statvfs(tmp_path))
    found[5:8] = [1_000, 2, 2]
    monkeypatch.setattr(os, "statvfs", lambda folder: os.statvfs_result(found))
    for error in (
        OSError(errno.ENOSPC, "No space left on device"),
        sqlite3.OperationalError("unable to open database file"),
    ):
        said = disk_trouble(error, "the new store x", tmp_path / "x.sqlite", 200_000)
        assert said.startswith(f"The disk of {tmp_path} takes no more files, so there can't be the new store x.")


def test_a_folder_that_can_not_be_made_is_not_said_to_be_gone(tmp_path: Path) -> None:
    error = OSError(errno.EROFS, "Read-only file system")
    said = disk_trouble(error, "the new store x", tmp_path / ".timetravel" / "x.sqlite", 200_000)
    assert said.startswith(f"Nothing may be written in {tmp_path}, so there can't be the new store x.")


def test_room_is_asked_for_before_anything_is_written(tmp_path: Path) -> None:
    assert too_little_room("a fork", tmp_path / "x", 1000) == ""
    assert "it needs about 1.0 EB" in too_little_room("a fork", tmp_path / "x", 10**18)


def test_what_the_app_keeps_is_its_owners_alone_also_where_it_was_open_before(tmp_path: Path) -> None:
    folder = tmp_path / ".timetravel"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    (folder / "sandbox.sqlite").touch()
    (folder / "node-runs.jsonl").write_text("{}")
    (folder / "node-runs.jsonl").chmod(0o666)
    make_store(folder / "sandbox.sqlite")
    make_store(folder / "checkpoints.sqlite")
    write_own(folder / "lessons.json", json.dumps({}))
    LastingStore(folder / "x.memory.sqlite").put(("a",), "k", {"v": 1})
    assert narrow(folder) == []
    for each in (folder, *folder.iterdir()):
        assert stat.S_IMODE(each.stat().st_mode) & 0o077 == 0, each
    with open_store(str(folder / "sandbox.sqlite")) as store:
        assert store.threads(limit=1).threads == ()


def test_a_store_of_the_users_own_folder_keeps_the_rights_that_the_user_gives_files(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    make_store(tmp_path / "mine.sqlite")
    assert (tmp_path / "mine.sqlite").stat().st_mode == plain.stat().st_mode
