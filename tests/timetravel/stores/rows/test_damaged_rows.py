"""A damaged row is shown with what is wrong with it, and what is healthy beside it reads as if it were not there."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.hostile.crawl import crawl_file
from tests.support.hostile.stores.damage_rows import SPARES, base, mutated
from tests.support.hostile.stores.stores import Checkpoint, Rows, Sql, Write, id_at, in_sqlite
from tests.support.hostile.values.odd_values import CELLS
from ui.timetravel.model.checkpoints import Header, ThreadState
from ui.timetravel.stores import Store, open_store

MIDDLE, NEIGHBOURS = 4, (3, 4, 5)
"""The row that is damaged, and those whose story it is a part of."""


def chain(**damage: Any) -> Rows:
    """Eight checkpoints of the thread "t", the fifth with some of its fields changed."""
    made = Rows()
    ids = made.chain("t", [{"x": step} for step in range(8)])
    made.rows = [replace(row, **damage) if row.id == ids[MIDDLE] else row for row in made.rows]  # type: ignore[union-attr]
    made.add(*(Write("t", one, f"task-{step}", 0, "x", step + 1) for step, one in enumerate(ids[:-1])))
    return made


def header_of(path: Path, **damage: Any) -> Header:
    with open_store(str(in_sqlite(chain(**damage), path))) as store:
        (header,) = store.headers("t", "", [id_at(MIDDLE, MIDDLE - 1)])
        return header


@pytest.mark.parametrize(
    ("damage", "note"),
    [
        ({"parent": b"\x00\xff"}, "Its parent's id is bytes (00 ff) in the store: it is shown without a parent."),
        ({"parent": Sql("CAST(x'ff' AS TEXT)")}, "Its parent's id is a text that is no UTF-8 in the store"),
        ({"kind": 5}, "What says how it is written is the number 5 in the store: it may be read wrongly."),
        ({"metadata": None}, "Its metadata is missing in the store: its step and source are guessed."),
        ({"metadata": 7}, "Its metadata is the number 7 in the store: its step and source are guessed."),
        ({"metadata": b"{"}, "Its metadata is no JSON (it is no JSON from character 2 on)"),
        ({"metadata": b"[1]"}, "Its metadata is no JSON object"),
        ({"metadata": {"source": "loop", "step": 10**400}}, "The step in its metadata is none: it is guessed."),
        ({"metadata": {"source": ["loop"], "step": 1}}, "The source in its metadata is no text."),
    ],
)
def test_a_row_with_a_wrong_cell_is_shown_with_a_note(tmp_path: Path, damage: dict[str, Any], note: str) -> None:
    header = header_of(tmp_path / "s.sqlite", **damage)
    assert any(said.startswith(note) for said in header.notes), header.notes
    with open_store(str(tmp_path / "s.sqlite")) as store:
        assert set(header.notes) <= set(store.checkpoint("t", "", header.checkpoint_id).notes)


def test_a_row_as_langgraph_writes_it_has_no_note(tmp_path: Path) -> None:
    assert header_of(tmp_path / "s.sqlite").notes == ()


@pytest.mark.parametrize(
    ("field", "cell", "note"),
    [
        ("task", b"\xff\x00", "The id of the task is bytes (ff 00) in the store."),
        ("index", "first", "The number of a write is a text that is no number in the store."),
        ("channel", None, "The channel of a write is missing in the store."),
        ("kind", 5, "What says how a write is written is the number 5 in the store."),
        ("path", Sql("CAST(x'ff' AS TEXT)"), "The path of the task is a text that is no UTF-8 in the store."),
    ],
)
def test_a_write_with_a_wrong_cell_is_shown_with_a_note(tmp_path: Path, field: str, cell: Any, note: str) -> None:
    made = Rows()
    (one,) = made.chain("t", [{"x": 1}])
    made.add(Write("t", one, "good"), replace(Write("t", one, "bad", index=1), **{field: cell}))
    with open_store(str(in_sqlite(made, tmp_path / "s.sqlite"))) as store:
        notes = [task.notes for task in store.writes("t", "", one)]
        assert sorted(notes) == [(), (note,)]


def rest(store: Store) -> list[Any]:
    """What is read of the rows that have nothing to do with the one in the middle."""
    ids = [one for at, one in enumerate(chain().rows[:8]) if at not in NEIGHBOURS for one in [one.id]]  # type: ignore[union-attr]
    return [store.headers("t", "", ids), [[store.checkpoint("t", "", one), store.writes("t", "", one)] for one in ids]]


@pytest.mark.parametrize("field", ["parent", "kind", "state", "metadata", "id", "namespace", "thread"])
def test_the_rest_of_a_thread_reads_as_before_whatever_stands_in_a_row(tmp_path: Path, field: str) -> None:
    with open_store(str(in_sqlite(chain(), tmp_path / "whole.sqlite"))) as store:
        whole = rest(store)
    cells = [cell for cell in CELLS if not (field == "id" and isinstance(cell, str) and cell > "2")]
    for cell in cells:  # an id that is later than all others is the newest of the thread, and that is no damage
        with open_store(str(in_sqlite(chain(**{field: cell}), tmp_path / "s.sqlite"))) as store:
            assert rest(store) == whole, repr(cell)[:80]


@pytest.mark.parametrize("text", ["CAST(x'ff' AS TEXT)", "CAST(x'eda080' AS TEXT)"])
@pytest.mark.parametrize("field", ["id", "namespace", "thread"])
def test_an_id_that_is_no_utf_8_is_left_out_and_told(tmp_path: Path, field: str, text: str) -> None:
    made = chain()
    made.add(replace(Checkpoint("t", id_at(50)), **{field: Sql(text)}))
    with open_store(str(in_sqlite(made, tmp_path / "s.sqlite"))) as store:
        threads = {thread.thread_id: thread for thread in store.threads().threads}
        assert threads.pop("t").latest_id == id_at(7, 6)
        assert {one.state for one in threads.values()} <= {ThreadState.UNKNOWN}
        assert store.namespaces("t") == [""]
        assert store.skeleton("t").latest == id_at(7, 6)
        assert store.headers("t", "", [id_at(7, 6)])[0].is_newest
        assert any("no text are left out ('\\ufffd" in note for note in store.notes), store.notes


def test_ids_of_other_types_that_are_left_out_are_told(tmp_path: Path) -> None:
    made = chain()
    made.add(*(Checkpoint("t", one) for one in (None, 5, b"\xff\x00")))
    with open_store(str(in_sqlite(made, tmp_path / "s.sqlite"))) as store:
        store.skeleton("t")
        assert any("left out (5, X'FF00', NULL)" in note for note in store.notes), store.notes


def test_a_healthy_thread_beside_damaged_ones_reads_as_before(tmp_path: Path) -> None:
    whole = crawl_file(str(in_sqlite(base(), tmp_path / "whole.sqlite"))).threads["healthy"]
    for seed in range(4):  # at length: make soak ARGS="--only damaged_rows"
        path, what = mutated(tmp_path / "s.sqlite", random.Random(seed), SPARES)
        found = crawl_file(str(path), most=4).threads
        assert found.get("healthy", "").replace("s.sqlite", "whole.sqlite") == whole, what
