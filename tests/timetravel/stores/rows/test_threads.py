"""The list of threads."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from langgraph.checkpoint.base.id import uuid6
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.timetravel.stores.written import histories
from ui.timetravel.model.checkpoints import ThreadState
from ui.timetravel.stores import open_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints.sqlite"


def fill(path: Path, *threads: str, namespace: str = "") -> None:
    """One empty checkpoint for each thread, in this order of time."""
    with SqliteSaver.from_conn_string(str(path)) as saver:
        saver.setup()
        rows = ((thread, namespace, str(uuid6())) for thread in threads)
        saver.conn.executemany(
            "INSERT INTO checkpoints (thread_id, checkpoint_ns, checkpoint_id) VALUES (?, ?, ?)", rows
        )
        saver.conn.commit()


def names(path: Path, **asked: Any) -> list[str]:
    with open_store(str(path)) as store:
        return [thread.thread_id for thread in store.threads(**asked).threads]


def test_the_latest_change_comes_first(path: Path) -> None:
    fill(path, "b", "a", "c", "b")
    assert names(path) == ["b", "c", "a"]


def test_a_store_without_threads_gives_an_empty_page(path: Path) -> None:
    fill(path)
    assert names(path) == []


def test_a_search_finds_part_of_a_name_in_any_case(path: Path) -> None:
    fill(path, "Order-17", "guest", "REORDERED", "Ärger", "订单-5")
    assert names(path, search="order") == ["REORDERED", "Order-17"]
    assert names(path, search="ÄRG") == ["Ärger"]
    assert names(path, search="订单") == ["订单-5"]


@pytest.mark.parametrize("sign", ["%", "_", "\\", "'", "*", "?", "["])
def test_a_search_takes_every_sign_for_itself(path: Path, sign: str) -> None:
    fill(path, "plain", f"with{sign}sign")
    assert names(path, search=sign) == [f"with{sign}sign"]


def test_pages_follow_each_other_without_gap_or_repeat(path: Path) -> None:
    fill(path, *(f"thread {i}" for i in range(25)))
    seen: list[str] = []
    with open_store(str(path)) as store:
        page = store.threads(limit=10)
        while True:
            seen += [thread.thread_id for thread in page.threads]
            if page.cursor is None:
                break
            page = store.threads(limit=10, before=page.cursor)
    assert seen == [f"thread {i}" for i in reversed(range(25))]


def test_the_last_page_has_no_cursor_even_when_it_is_full(path: Path) -> None:
    fill(path, "a", "b")
    with open_store(str(path)) as store:
        assert store.threads(limit=2).cursor is None


def test_a_cursor_of_somebody_elses_gives_an_empty_page(path: Path) -> None:
    fill(path, "a")
    assert names(path, before="nonsense") == []


def test_a_thread_that_has_only_subgraphs_appears(path: Path) -> None:
    fill(path, "root")
    fill(path, "nested", namespace="sub:1")
    with open_store(str(path)) as store:
        nested, root = store.threads().threads
    assert (nested.thread_id, nested.checkpoints) == ("nested", 0)
    assert (root.thread_id, root.checkpoints) == ("root", 1)


def test_a_change_in_a_subgraph_does_not_move_the_thread(path: Path) -> None:
    fill(path, "a", "b")
    fill(path, "a", namespace="sub:1")
    assert names(path) == ["b", "a"]


@pytest.mark.parametrize(
    ("make", "state"),
    [
        (histories.loop, ThreadState.FINISHED),
        (histories.answered, ThreadState.FINISHED),
        (histories.failed_then_resumed, ThreadState.FINISHED),
        (histories.functional, ThreadState.FINISHED),
        (histories.interrupted, ThreadState.INTERRUPTED),
        (histories.interrupted_twice, ThreadState.INTERRUPTED),
        (histories.functional_interrupted, ThreadState.INTERRUPTED),
        (histories.functional_that_caught_a_failure, ThreadState.INTERRUPTED),
        (histories.failed, ThreadState.FAILED),
        (histories.sends_that_fail, ThreadState.FAILED),
        (histories.static_interrupts, ThreadState.UNFINISHED),
        (histories.updates_before_any_run, ThreadState.UNFINISHED),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_the_state_tells_how_the_thread_was_left(path: Path, make: Callable[..., Any], state: ThreadState) -> None:
    histories.made(make, path)
    with open_store(str(path)) as store:
        assert [thread.state for thread in store.threads().threads] == [state]


def test_what_is_added_appears(path: Path) -> None:
    fill(path, "a")
    with open_store(str(path)) as store:
        store.threads()
        for number in range(20):
            fill(path, f"b{number}")
            assert store.threads().threads[0].thread_id == f"b{number}"


def test_the_first_page_of_ten_thousand_threads_is_quick(path: Path) -> None:
    fill(path, *(f"thread {i}" for i in range(10_000)))
    with open_store(str(path)) as store:
        start = perf_counter()
        page = store.threads()
        took = perf_counter() - start
    assert page.threads[0].thread_id == "thread 9999"
    assert took < 0.4  # 0.05 s on an idle machine


def test_no_row_is_read_only_to_list_the_threads(path: Path) -> None:
    fill(path, *(["long"] * 5_000), "short")
    with open_store(str(path)) as store, sqlite3.connect(path) as connection:
        assert store.threads().threads[1].checkpoints == 5_000
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = 'a' AND checkpoint_ns = ''"
        ).fetchall()
    assert "COVERING INDEX" in str(plan)


def test_one_thread_is_found_by_its_id_as_it_is_listed(path: Path) -> None:
    fill(path, "a", "b")
    fill(path, "c", namespace="sub")
    with open_store(str(path)) as store:
        for listed in store.threads().threads:
            assert store.thread(listed.thread_id) == listed
        assert store.thread("A") is None, "another thread, if it were there"


def test_one_thread_among_thousands_is_found_without_going_through_the_others(path: Path) -> None:
    fill(path, *(f"task-{number}" for number in range(3_000)))
    with open_store(str(path)) as store:
        began = perf_counter()
        store.threads(limit=3_000)
        of_all = perf_counter() - began
        began = perf_counter()
        assert store.thread("task-1") is not None
        assert perf_counter() - began < of_all / 20
