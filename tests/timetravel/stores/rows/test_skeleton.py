import sqlite3
from contextlib import closing
from pathlib import Path

from langgraph.checkpoint.sqlite import SqliteSaver

from ui.timetravel.stores import open_store


def test_an_id_with_a_control_character_in_it_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "odd.sqlite"
    rows = [("a", None), ("b\x1fc", "a"), ("d", "b\x1fc")]
    with closing(sqlite3.connect(path)) as connection:
        SqliteSaver(connection).setup()
        connection.executemany(
            "INSERT INTO checkpoints (thread_id, checkpoint_id, parent_checkpoint_id) VALUES ('t', ?, ?)", rows
        )
        connection.commit()
    with open_store(str(path)) as store:
        skeleton = store.skeleton("t")
    assert list(zip(skeleton.ids, skeleton.parents, strict=True)) == rows


def test_a_thread_that_is_not_there_has_an_empty_skeleton(tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        SqliteSaver(connection).setup()
    with open_store(str(path)) as store:
        assert store.skeleton("nobody").ids == ()
