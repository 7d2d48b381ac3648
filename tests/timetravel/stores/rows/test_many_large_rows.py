"""Rows each of which is as large as one may be, read together: what is kept of all of them is bounded."""

import json
from pathlib import Path

import pytest

from tests.support.hostile.stores.stores import (
    DECLARED,
    Checkpoint,
    Rows,
    State,
    Write,
    id_at,
    in_postgres,
    in_sqlite,
    version,
)
from tests.support.hostile.values.heavy import PLUMBING, listed
from tests.support.hostile.values.packing import Packed
from tests.support.postgres import Server
from ui.timetravel.ground.weight import weight
from ui.timetravel.model.checkpoints import Header
from ui.timetravel.stores import open_store

NUMBER = 60
MEGABYTES = 80
"""What decoding all of it would take is a multiple of that."""


def read(rows: Rows, folder: Path) -> list[Header]:
    path = in_sqlite(rows, folder / "store.sqlite", layout=DECLARED)
    with open_store(str(path)) as store:
        headers = store.headers("t", "", store.skeleton("t").ids)
        alone = store.checkpoint("t", "", headers[-1].checkpoint_id).header
        assert (alone.step, alone.source, alone.parent_id) == (headers[-1].step, "loop", headers[-1].parent_id)
        return headers


def each(state: State | None = None, metadata: object = None) -> Rows:
    made = Rows()
    for k in range(NUMBER):
        about = PLUMBING | {"step": k, "more": metadata}
        parent = id_at(k - 1, k - 1) if k else None
        made.add(Checkpoint("t", id_at(k, k), parent, state=state or State({"x": k}), metadata=about))
    return made


def test_large_metadata_of_many_is_read_in_part_and_tells_the_step_and_source_of_each(tmp_path: Path) -> None:
    headers = read(each(metadata=[{}] * 30_000), tmp_path)
    assert [header.step for header in headers] == list(range(NUMBER))
    assert {header.source for header in headers} == {"loop"}
    assert weight(headers) < MEGABYTES << 20
    assert "left out" in repr(headers[-1].metadata)[-300:]
    assert len(headers[0].metadata["more"]) == 30_000, "those that come first are read in full"
    assert {header.notes for header in headers} == {()}, "what is next is known of each: its versions are few"


def test_versions_of_many_that_are_too_many_together_are_not_known_and_that_is_said(tmp_path: Path) -> None:
    versions = {"x": version(1), "odd": Packed(listed(60_000, b"\x80"))}
    headers = read(each(State({"x": 1}, versions=versions)), tmp_path)
    assert weight(headers) < MEGABYTES << 20
    assert headers[0].notes == ()
    assert "Its versions of channels are too many to be looked at" in headers[-1].notes[0]


def test_of_the_writes_on_many_no_more_than_a_part_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("sqlite.queries", "rows.gathering"):
        monkeypatch.setattr(f"ui.timetravel.stores.{module}.MOST_KEYS", 100)
    rows = each()
    for k in range(NUMBER):
        rows.add(*(Write("t", id_at(k, k), f"task-{one}", 0, "x", one) for one in range(3)))
    headers = read(rows, tmp_path)
    assert headers[0].notes == ()
    assert headers[-1].notes == ("3 writes are on this checkpoint, of which 0 are looked at.",)


def test_of_writes_with_very_long_names_no_more_than_fit_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("sqlite.queries", "rows.gathering"):
        monkeypatch.setattr(f"ui.timetravel.stores.{module}.AT_ONCE", 50_000)
    rows = Rows()
    rows.add(Checkpoint("t", id_at(0)), *(Write("t", id_at(0), "task", k, f"{k}" + "c" * 20_000, k) for k in range(9)))
    with open_store(str(in_sqlite(rows, tmp_path / "store.sqlite", layout=DECLARED))) as store:
        assert store.headers("t", "", [id_at(0)])[0].notes == (
            "9 writes are on this checkpoint, of which 3 are looked at.",
        )
        assert len(store.writes("t", "", id_at(0))[0].writes) == 3


def test_an_ordinary_thread_of_many_channels_is_read_in_full(tmp_path: Path) -> None:
    names = [f"channel-{k}" for k in range(300)]
    state = State(
        dict.fromkeys(names, 1), seen={f"node-{k}": {names[k]: version(0)} for k in range(300)}, updated=names[:9]
    )
    headers = read(each(state, metadata={"writes": json.loads(json.dumps([{"role": "ai"}] * 300))}), tmp_path)
    assert all(header.notes == () and len(header.metadata["more"]["writes"]) == 300 for header in headers)


def test_in_postgres_what_one_read_has_no_room_for_is_read_row_by_row(
    postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.database()
    state = State({"x": 1, "join:a+b:c": ["a"], "branch:to:c": None}, versions={"x": "1", "join:a+b:c": "2"})
    assert in_postgres(each(state, metadata=["text"] * 1_000), url) == []
    with open_store(url) as store:
        ids = store.skeleton("t").ids
        at_once = store.headers("t", "", ids)
        monkeypatch.setattr("ui.timetravel.stores.postgres.queries.AT_ONCE", 50_000)
        assert store.headers("t", "", ids) == at_once
    assert [header.step for header in at_once] == list(range(NUMBER))
    assert weight(at_once) < MEGABYTES << 20
