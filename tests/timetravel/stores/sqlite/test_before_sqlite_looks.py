"""What lies in a store's folder is looked at before SQLite sees it, which would repair, delete, wait or believe it."""

import os
import random
import sqlite3
import stat
import subprocess
import sys
from collections import namedtuple
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.hostile.stores import left_behind
from tests.support.hostile.stores.folders import difference, moment_of
from tests.support.hostile.stores.left_behind import beside, leave, name_in_its_journal, odd
from ui.timetravel.errors import StoreError, StoreUnreadable
from ui.timetravel.stores import open_store
from ui.timetravel.stores.base import Store

READ = [f"step {number}" for number in range(3)]


def healthy(store: Store) -> object:
    """What the newest checkpoint of the healthy thread holds under "log"."""
    ids = store.skeleton("healthy").ids
    return store.checkpoint("healthy", "", ids[-1]).values["log"]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that copies are made in, and nothing else."""
    folder = tmp_path / "copies"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("journal", left_behind.JOURNALS)
@pytest.mark.parametrize("end", ["closed", "killed", "killed in a change"])
def test_however_a_writer_ended_all_is_read_and_nothing_is_touched(
    tmp_path: Path, journal: str, end: str, exclusive: bool
) -> None:
    path = leave(tmp_path / "store", journal, end, exclusive=exclusive)
    before = moment_of(tmp_path)
    with open_store(str(path)) as store:
        assert healthy(store) == READ
        assert len(store.writes("healthy", "", store.skeleton("healthy").ids[0])) == 1, "the change was undone"
    assert difference(before, moment_of(tmp_path)) == ""


def test_a_copy_says_why_there_is_one_and_only_its_owner_can_read_it(tmp_path: Path, place: Path) -> None:
    path = leave(tmp_path / "store", "DELETE", "killed in a change")
    path.chmod(0o644)
    with open_store(str(path)) as store:
        healthy(store)
        (folder,) = place.iterdir()
        modes = [stat.S_IMODE(one.stat().st_mode) for one in (folder, *folder.iterdir())]
        assert modes == [0o700, 0o600]
        assert store.notes[0].endswith(
            "a program was stopped in the middle of a change, which reading in place would undo in the file."
        )
    assert list(place.iterdir()) == []


def test_a_store_that_there_is_no_room_to_copy_says_how_much_it_needs(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = leave(tmp_path / "store", "DELETE", "killed in a change")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(1000, 0, 1000))
    with pytest.raises(StoreUnreadable, match=r"that needs [\d.]+ kB, and only 1.0 kB are free in .* set TMPDIR"):
        open_store(str(path))
    assert list(place.iterdir()) == []


def test_the_holes_of_a_file_are_not_copied(tmp_path: Path, place: Path) -> None:
    path = leave(tmp_path / "store", "DELETE", "killed in a change")
    os.truncate(path, 1 << 40)
    before = moment_of_a_large(path)
    with open_store(str(path)) as store:
        assert healthy(store) == READ
        assert sum(file.stat().st_blocks * 512 for file in place.rglob("*")) < 1 << 24
    assert moment_of_a_large(path) == before


def moment_of_a_large(path: Path) -> tuple[int, int, int]:
    told = path.stat()
    return told.st_ino, told.st_size, told.st_mtime_ns


@pytest.mark.parametrize("kind", ["folder", "pipe", "socket", "link to nothing", "link to a file", "device"])
@pytest.mark.parametrize("suffix", left_behind.COMPANIONS)
def test_what_is_no_ordinary_file_beside_a_store_is_named_and_left_alone(
    tmp_path: Path, suffix: str, kind: str
) -> None:
    path = leave(tmp_path / "store", "WAL", "closed")
    odd(beside(path, suffix), kind)
    before = moment_of(tmp_path)
    with pytest.raises(StoreUnreadable, match=f"{path.name}{suffix} is no ordinary file"):
        open_store(str(path))
    assert difference(before, moment_of(tmp_path)) == ""


@pytest.mark.parametrize("kind", ["folder", "pipe", "socket", "link to nothing", "link to itself", "device"])
def test_a_store_that_is_no_ordinary_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    odd(tmp_path / "store", kind)
    with pytest.raises(StoreError):
        open_store(str(tmp_path / "store"))


def test_a_file_that_a_journal_names_is_never_deleted(tmp_path: Path) -> None:
    path = leave(tmp_path / "store", "DELETE", "killed in a change")
    victim = tmp_path / "of somebody"
    victim.write_text("something")
    name_in_its_journal(path, victim)
    before = moment_of(tmp_path)
    with open_store(str(path)) as store:
        assert healthy(store) == READ
        assert "its journal names another file" in store.notes[0]
        assert not store.writable
    assert difference(before, moment_of(tmp_path)) == ""
    sqlite3.connect(path).execute("SELECT count(*) FROM writes").fetchone()
    assert not victim.exists(), "which is what SQLite itself does"


def test_where_a_journal_names_a_file_that_is_gone_nothing_is_undone(tmp_path: Path) -> None:
    path = leave(tmp_path / "store", "DELETE", "killed in a change")
    name_in_its_journal(path, tmp_path / "gone")
    before = moment_of(tmp_path)
    with suppress(StoreError), open_store(str(path)) as store:
        assert any("can't be read" in note for note in store.checkpoint("t", "", store.skeleton("t").ids[0]).notes)
    assert difference(before, moment_of(tmp_path)) == ""


@pytest.mark.parametrize("wrong", ["checksum", "length"])
def test_a_change_is_undone_where_its_journal_names_a_file_that_sqlite_does_not_believe(
    tmp_path: Path, wrong: str
) -> None:
    path = leave(tmp_path / "store", "DELETE", "killed in a change")
    name = tmp_path / ("gone" if wrong == "checksum" else "long" * 150)
    name_in_its_journal(path, name, checksum=7 if wrong == "checksum" else None)
    with open_store(str(path)) as store:
        assert healthy(store) == READ
        assert len(store.writes("healthy", "", store.skeleton("healthy").ids[0])) == 1
        assert store.writable
    found = sqlite3.connect(path).execute("SELECT count(*) FROM writes WHERE thread_id = 'healthy'").fetchone()
    assert found, "as SQLite does"


def test_a_name_of_other_letters_than_ascii_is_believed_as_sqlite_believes_it(tmp_path: Path) -> None:
    path = leave(tmp_path / "store", "DELETE", "killed in a change")
    victim = tmp_path / "déjà vu"
    victim.write_text("something")
    name_in_its_journal(path, victim)
    before = moment_of(tmp_path)
    with open_store(str(path)) as store:
        assert healthy(store) == READ
        assert not store.writable
    assert difference(before, moment_of(tmp_path)) == ""
    sqlite3.connect(path).execute("SELECT count(*) FROM writes").fetchone()
    assert not victim.exists(), "which is what SQLite itself does"


def test_a_file_without_a_log_in_which_a_change_is_half_done_is_copied(tmp_path: Path) -> None:
    path = leave(tmp_path / "store", "DELETE", "killed in a change")
    data = bytearray(path.read_bytes())
    data[18:20] = b"\2\2"
    path.write_bytes(data)
    with open_store(str(path)) as store:
        assert healthy(store) == READ
        assert "undo" in store.notes[0]


def test_an_empty_file_beside_something_that_is_no_log_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.touch()
    beside(path, "-wal").write_bytes(random.Random(1).randbytes(5000))
    before = moment_of(tmp_path)
    with pytest.raises(StoreError, match="is not its log"):
        open_store(str(path))
    assert difference(before, moment_of(tmp_path)) == ""


def test_a_file_that_grows_all_the_time_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "ui.timetravel.stores.sqlite.file_state._SETTLED_AFTER_NS", 10**9
    )  # whoever writes may have to wait
    path = leave(tmp_path / "store", "DELETE", "killed in a change")
    grow = "import sys\nwith open(sys.argv[1], 'ab', 0) as file:\n  print(flush=True)\n  while file.write(b'.'): pass"
    with subprocess.Popen([sys.executable, "-c", grow, str(path)], stdout=subprocess.PIPE) as growing:
        try:
            assert growing.stdout
            growing.stdout.read(1)
            with pytest.raises(StoreUnreadable, match="changed every time"):
                open_store(str(path))
        finally:
            growing.kill()
