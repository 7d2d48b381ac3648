"""How much is read: a page of history reads a page of rows, and decodes no state."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts import make_big_store
from ui.timetravel.serde import decode
from ui.timetravel.stores import open_store
from ui.timetravel.stores.base import Store
from ui.timetravel.stores.sqlite import read_only as _guarded


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("big") / "big.sqlite"
    make_big_store.make(path, checkpoints=3_000, branches=100)
    return path


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(str(path)) as opened:
        yield opened


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the database is asked for: (table, column) of every read that a statement is allowed."""
    found: list[tuple[str, str]] = []
    allow = _guarded._authorize

    def note(action: int, first: str | None, second: str | None, *rest: Any) -> int:
        if action == sqlite3.SQLITE_READ:
            found.append((first or "", second or ""))
        return allow(action, first, second, *rest)

    monkeypatch.setattr(_guarded, "_authorize", note)
    return found


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of what is decoded."""
    sizes: list[int] = []
    original = decode.decode

    def note(kind: str | None, blob: bytes, *more: Any) -> Any:
        sizes.append(len(blob))
        return original(kind, blob, *more)

    monkeypatch.setattr(decode, "decode", note)
    return sizes


@pytest.fixture
def shapes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the checkpoint rows that are read."""
    from ui.timetravel.stores.sqlite import stored as _sqlite_stored

    sizes: list[int] = []
    original = _sqlite_stored.outline_of

    def note(kind: str | None, blob: bytes, *more: Any) -> Any:
        sizes.append(len(blob))
        return original(kind, blob, *more)

    monkeypatch.setattr(_sqlite_stored, "outline_of", note)
    return sizes


def test_a_page_of_headers_reads_a_page_of_rows(store: Store, shapes: list[int]) -> None:
    ids = store.skeleton("long").ids
    assert len(store.headers("long", "", ids[1000:1200])) == 200
    assert len(shapes) == 201, "the rows of the page, and the parent of its oldest"


def test_a_page_of_branches_reads_their_common_parent_once(store: Store, shapes: list[int]) -> None:
    skeleton = store.skeleton("wide")
    origin = skeleton.ids[2]
    firsts = [one for one, parent in zip(skeleton.ids, skeleton.parents, strict=True) if parent == origin]
    assert len(store.headers("wide", "", firsts)) == 100
    assert len(shapes) == 101


def test_headers_decode_no_state(store: Store, decoded: list[int]) -> None:
    store.headers("long", "", store.skeleton("long").ids[:200])
    assert sum(decoded) < 200 * 10


def test_headers_read_no_values_of_writes(store: Store, asked: list[tuple[str, str]]) -> None:
    store.headers("long", "", store.skeleton("long").ids[:200])
    assert ("writes", "channel") in asked
    assert ("writes", "value") not in asked


def test_the_skeleton_reads_ids_alone(store: Store, asked: list[tuple[str, str]]) -> None:
    store.skeleton("long")
    columns = {column for table, column in asked if table == "checkpoints"}
    assert columns == {"thread_id", "checkpoint_ns", "checkpoint_id", "parent_checkpoint_id"}


def test_one_checkpoint_is_decoded_once(store: Store, decoded: list[int]) -> None:
    store.checkpoint("long", "", store.skeleton("long").ids[-1])
    assert len([size for size in decoded if size > 1_000]) == 1


def test_the_big_store_is_one_that_langgraph_reads(path: Path) -> None:
    from langgraph.checkpoint.sqlite import SqliteSaver

    with SqliteSaver.from_conn_string(str(path)) as saver:
        graph = make_big_store.graph(saver)
        history = list(graph.get_state_history({"configurable": {"thread_id": "wide"}}))
    with open_store(str(path)) as store:
        headers = store.headers("wide", "", [s.config["configurable"]["checkpoint_id"] for s in history])
    assert [(h.due, h.step) for h in headers] == [(s.next, s.metadata["step"]) for s in history]
