"""Whatever is browsed, the store's folder stays byte for byte as it was: no file changed, none added, none lost."""

import hashlib
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.timetravel.stores.written import histories
from ui.timetravel.errors import StoreError
from ui.timetravel.stores import open_store
from ui.timetravel.stores.base import Store

WRITER = Path(__file__).parents[1] / "written" / "writer.py"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    folder.mkdir()
    return folder / "checkpoints.sqlite"


@pytest.fixture
def writer(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has written 30 steps and still has the store open."""
    command = [sys.executable, str(WRITER), str(path), "30", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "written\n"
        yield process
        process.kill()


def kill(writer: subprocess.Popen[str]) -> None:
    writer.send_signal(signal.SIGKILL)
    writer.wait()


def folder_of(path: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in path.parent.iterdir()}


def browse(store: Store) -> int:
    """Look at everything, and say how many checkpoints there are."""
    for thread in store.threads().threads:
        for namespace in store.namespaces(thread.thread_id):
            ids = store.skeleton(thread.thread_id, namespace).ids
            store.headers(thread.thread_id, namespace, ids)
            for one in ids[-3:]:
                store.checkpoint(thread.thread_id, namespace, one)
                store.writes(thread.thread_id, namespace, one)
    store.change_token()
    return len(store.skeleton("t").ids)


def assert_reading_leaves_everything(path: Path, checkpoints: int) -> tuple[str, ...]:
    before = folder_of(path)
    with open_store(str(path)) as store:
        assert browse(store) == checkpoints
        notes = store.notes
    assert folder_of(path) == before
    return notes


def test_a_store_that_was_closed_properly(path: Path) -> None:
    histories.made(histories.loop, path)
    (note,) = assert_reading_leaves_everything(path, 6)
    assert "without locks" in note


def test_a_store_without_a_log(path: Path) -> None:
    histories.made(histories.loop, path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    assert assert_reading_leaves_everything(path, 6) == ()


def test_a_store_that_another_process_has_open(path: Path, writer: subprocess.Popen[str]) -> None:
    assert assert_reading_leaves_everything(path, 32) == ()


def test_a_store_whose_writer_was_killed(path: Path, writer: subprocess.Popen[str]) -> None:
    kill(writer)
    assert path.with_name(path.name + "-wal").stat().st_size > 0
    assert assert_reading_leaves_everything(path, 32) == ()


def test_a_store_whose_writer_was_killed_and_whose_index_is_missing(path: Path, writer: subprocess.Popen[str]) -> None:
    kill(writer)
    path.with_name(path.name + "-shm").unlink()
    (note,) = assert_reading_leaves_everything(path, 32)
    assert "copy" in note


def test_the_copy_of_a_store_is_removed_when_it_is_closed(
    path: Path, writer: subprocess.Popen[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill(writer)
    path.with_name(path.name + "-shm").unlink()
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    with open_store(str(path)) as store:
        browse(store)
        assert len(list(place.iterdir())) == 1
    assert list(place.iterdir()) == []


def test_a_log_that_is_empty(path: Path) -> None:
    histories.made(histories.loop, path)
    path.with_name(path.name + "-wal").touch()
    assert_reading_leaves_everything(path, 6)


def test_a_file_that_was_emptied_is_read_from_its_log_which_stays(path: Path, writer: subprocess.Popen[str]) -> None:
    kill(writer)
    path.write_bytes(b"")
    (note,) = assert_reading_leaves_everything(path, 32)
    assert "copy" in note
    assert "its log would be deleted" in note


def test_a_file_of_whose_header_one_of_the_marks_of_a_log_is_lost(path: Path) -> None:
    histories.made(histories.loop, path)
    for place in (18, 19):
        with path.open("r+b") as file:
            file.seek(18)
            file.write(b"\x02\x02")
            file.seek(place)
            file.write(b"\x01")
        before = folder_of(path)
        with suppress(StoreError), open_store(str(path)) as store:
            browse(store)
        assert folder_of(path) == before


def test_a_half_made_change_that_must_be_rolled_back(path: Path) -> None:
    histories.made(histories.loop, path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("CREATE TABLE filler AS SELECT randomblob(3000) AS x FROM checkpoints, writes")
    connection.close()
    crash = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('PRAGMA cache_size=1'); c.execute('BEGIN'); c.execute('DELETE FROM checkpoints');"
        "c.execute('UPDATE filler SET x = zeroblob(3000)'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", crash, str(path)], check=False)
    assert path.with_name(path.name + "-journal").stat().st_size > 0
    assert_reading_leaves_everything(path, 6)


def test_a_name_with_signs_that_mean_something_in_an_address(tmp_path: Path) -> None:
    path = tmp_path / "store" / "a?mode=rw#x %41 é.sqlite"
    path.parent.mkdir()
    histories.made(histories.loop, path)
    assert_reading_leaves_everything(path, 6)


def test_a_store_behind_a_symbolic_link(path: Path, tmp_path: Path, writer: subprocess.Popen[str]) -> None:
    link = tmp_path / "link.sqlite"
    link.symlink_to(path)
    before = folder_of(path)
    with open_store(str(link)) as store:
        assert browse(store) == 32
    assert folder_of(path) == before


def test_what_a_writer_adds_is_seen_at_the_next_read(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, str(WRITER), str(path), "300", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        while not path.exists() or not path.with_name(path.name + "-wal").exists():
            assert process.poll() is None
        seen = []
        while process.poll() is None:
            try:
                with open_store(str(path)) as store:
                    while process.poll() is None:
                        seen.append(browse(store))
            except Exception as error:
                assert "without LangGraph's tables" in str(error) or "empty" in str(error)  # noqa: PT017
    with open_store(str(path)) as store:
        assert browse(store) == 302
    assert seen == sorted(seen)
    assert len(set(seen)) > 2


def test_an_open_store_does_not_keep_the_writers_log_from_going_away_when_it_ends(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, str(WRITER), str(path), "100", "1"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        process.stdout.readline()
        with open_store(str(path)) as store:
            assert browse(store) == 102
            assert process.wait(timeout=30) == 0
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_file_that_is_replaced_is_read_anew(path: Path, tmp_path: Path) -> None:
    histories.made(histories.loop, path)
    other = tmp_path / "other.sqlite"
    histories.made(histories.one_node, other)
    with open_store(str(path)) as store:
        first = (browse(store), store.change_token())
        shutil.move(other, path)
        assert first[0] == 6
        assert browse(store) == 3
        assert store.change_token() != first[1]


def test_several_threads_read_at_once(path: Path, writer: subprocess.Popen[str]) -> None:
    with open_store(str(path)) as store, ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: browse(store), range(24))) == {32}
