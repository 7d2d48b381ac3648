"""Stores that older versions wrote, and rows that are not as they should be."""

import json
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from tests.timetravel.stores.written import histories
from ui.timetravel.model.values import Typed
from ui.timetravel.stores import open_store
from ui.timetravel.stores.rows.tasks.rows import interrupts_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints.sqlite"


def change(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_store_without_task_paths_is_read(path: Path) -> None:
    histories.made(histories.failed, path)
    change(path, "ALTER TABLE writes DROP COLUMN task_path")
    with open_store(str(path)) as store:
        headers = store.headers("t", "", store.skeleton("t").ids)
        assert [h.ran for h in headers] == [(), ("__start__",), ("start",)]
        assert store.writes("t", "", headers[-1].checkpoint_id)[0].path == ""


def test_without_task_paths_a_task_is_named_where_one_node_is_due(path: Path) -> None:
    histories.made(histories.one_node, path)
    change(path, "ALTER TABLE writes DROP COLUMN task_path")
    with open_store(str(path)) as store:
        (task,) = store.writes("t", "", store.skeleton("t").ids[1])
        assert task.node == "only"


def test_rows_of_json_are_read(path: Path) -> None:
    histories.made(histories.one_node, path)
    checkpoint = {
        "v": 1,
        "ts": "2024-06-01T12:00:00+00:00",
        "id": "1ef1f000-0000-6000-8001-000000000000",
        "channel_values": {"n": 1, "branch:to:only": None, "text": "é"},
        "channel_versions": {"n": 2, "branch:to:only": 2},
        "versions_seen": {"only": {"branch:to:only": 1}},
        "pending_sends": [],
    }
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO checkpoints VALUES ('old', '', ?, NULL, 'json', ?, ?)",
        (checkpoint["id"], json.dumps(checkpoint), json.dumps({"source": "loop", "step": 1, "writes": {"only": 1}})),
    )
    connection.commit()
    connection.close()
    with open_store(str(path)) as store:
        found = store.checkpoint("old", "", "1ef1f000-0000-6000-8001-000000000000")
    assert found.values["text"] == "é"
    assert found.next == ("only",)
    assert found.header.next == ("only",)
    assert found.format == 1


def test_rows_without_a_type_are_read(path: Path) -> None:
    histories.made(histories.one_node, path)
    change(path, "UPDATE checkpoints SET type = NULL", "UPDATE writes SET type = NULL")
    with open_store(str(path)) as store:
        ids = store.skeleton("t").ids
        assert store.checkpoint("t", "", ids[-1]).values["log"] == ["only"]
        assert store.headers("t", "", [ids[1]])[0].next == ("only",)


@pytest.mark.parametrize("value", ["NULL", "x''", "x'ff00'", "'text'", "17"])
def test_a_checkpoint_that_can_not_be_read_is_told_and_the_rest_is_shown(path: Path, value: str) -> None:
    histories.made(histories.one_node, path)
    change(
        path, f"UPDATE checkpoints SET checkpoint = {value} WHERE json_extract(CAST(metadata AS TEXT), '$.step') = 1"
    )
    with open_store(str(path)) as store:
        ids = store.skeleton("t").ids
        assert [h.step for h in store.headers("t", "", ids)] == [-1, 0, 1]
        found = store.checkpoint("t", "", ids[-1])
    assert found.values == {}
    assert "can't be read" in found.notes[0]


@pytest.mark.parametrize("value", ["NULL", "x'ff'", "'[1]'", "'nonsense'", "''"])
def test_broken_metadata_leaves_the_step_that_the_id_tells(path: Path, value: str) -> None:
    histories.made(histories.one_node, path)
    change(path, f"UPDATE checkpoints SET metadata = {value}")
    with open_store(str(path)) as store:
        assert [h.step for h in store.headers("t", "", store.skeleton("t").ids)] == [-1, 0, 1]


def test_an_id_that_tells_no_time_leaves_the_time_in_the_row(path: Path) -> None:
    (_, _, first) = histories.made(histories.one_node, path)
    change(path, "UPDATE checkpoints SET checkpoint_id = '0' WHERE parent_checkpoint_id IS NULL")
    with open_store(str(path)) as store:
        (header,) = store.headers("t", "", ["0"])
    assert header.created_at == datetime.fromisoformat(first.created_at)


def test_text_that_is_no_utf8_does_not_hide_the_rest(path: Path) -> None:
    histories.made(histories.one_node, path)
    change(path, "INSERT INTO checkpoints (thread_id, checkpoint_id) VALUES (CAST(x'6bff' AS TEXT), '1')")
    with open_store(str(path)) as store:
        assert {thread.thread_id for thread in store.threads().threads} == {"t", "k�"}


def test_a_parent_that_is_gone_leaves_the_row(path: Path) -> None:
    histories.made(histories.loop, path)
    change(path, "DELETE FROM checkpoints WHERE json_extract(CAST(metadata AS TEXT), '$.step') = 2")
    with open_store(str(path)) as store:
        skeleton = store.skeleton("t")
        orphan = next(h for h in store.headers("t", "", skeleton.ids) if h.step == 3)
    assert orphan.parent_id not in skeleton.ids
    assert orphan.ran == ()
    assert orphan.changed == ("log", "n")


def test_old_interrupts_have_no_id() -> None:
    old = Typed(
        "langgraph.types", "Interrupt", {"value": "ok?", "resumable": True, "ns": ["a:1"], "when": "during"}, "kwargs"
    )
    (found,) = interrupts_of([old])
    assert (found.id, found.value) == ("", "ok?")
