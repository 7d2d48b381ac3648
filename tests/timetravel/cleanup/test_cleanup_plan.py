"""What a plan says would be deleted, what stays and why. What becomes of it is in test_worker_deleting.py."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.conformance.project.graphs import compiled
from tests.timetravel.stores.written.histories import CONFIG, delta, failed, forks, interrupted, loop, made, subgraph
from ui.timetravel.cleanup.plan import HEAD, PROTECTED, Plan, plan_checkpoints, plan_threads
from ui.timetravel.model.checkpoints import Header
from ui.timetravel.stores import Store, open_store

Make = Callable[[Any], Any]
LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def plan(path: Path) -> Callable[..., Plan]:
    def make(history: Make, **rule: Any) -> Plan:
        made(history, path)
        with open_store(str(path)) as store:
            return plan_checkpoints(store, "t", **rule)

    return make


def ids(path: Path, namespace: str = "") -> tuple[str, ...]:
    with open_store(str(path)) as store:
        return store.skeleton("t", namespace).ids


def test_all_but_the_newest_go_with_their_bytes(plan: Callable[..., Plan], path: Path) -> None:
    (found,) = plan(loop, keep_last=2).threads
    assert found.delete == {"": ids(path)[:-2]}
    assert (found.checkpoints, found.kept, found.branches, found.whole) == (4, (), (), False)
    with open_store(str(path)) as store:
        assert found.bytes == sum(header.size for header in store.headers("t", "", ids(path)[:-2]))


def test_the_head_stays_however_old_it_is(plan: Callable[..., Plan], path: Path) -> None:
    (found,) = plan(interrupted, older_than=LATER).threads
    assert [(one.checkpoint_id, one.why) for one in found.kept] == [(ids(path)[-1], HEAD)]


def test_nothing_goes_that_is_young_enough(plan: Callable[..., Plan]) -> None:
    assert plan(loop, keep_last=1, older_than=datetime(2020, 1, 1, tzinfo=UTC)) == Plan()


def test_the_heads_of_branches_that_go_are_named_and_protected_ones_stay(plan: Callable[..., Plan], path: Path) -> None:
    (found,) = plan(forks, keep_last=1).threads
    with open_store(str(path)) as store:
        parents = store.skeleton("t").parents
        leaves = [one for one in ids(path) if one not in parents]
        assert [branch.tip.checkpoint_id for branch in found.branches] == leaves[:-1]
        (spared,) = plan_checkpoints(store, "t", keep_last=1, protect=leaves[:1]).threads
    assert [branch.tip.checkpoint_id for branch in spared.branches] == leaves[1:-1]
    assert [(one.checkpoint_id, one.why) for one in spared.kept] == [(leaves[0], PROTECTED)]


def test_what_a_delta_channel_follows_from_stays_and_says_so(plan: Callable[..., Plan], path: Path) -> None:
    (found,) = plan(delta, keep_last=1).threads
    assert all(f"needed by {ids(path)[-1]}: a delta channel" in one.why for one in found.kept)
    assert found.kept
    assert found.delete


def test_the_checkpoints_of_subgraphs_go_with_those_that_called_them(plan: Callable[..., Plan], path: Path) -> None:
    (found,) = plan(subgraph, keep_last=1).threads
    with open_store(str(path)) as store:
        _, inside = store.namespaces("t")
    assert found.delete[inside] == ids(path, inside)


def test_what_a_subgraph_with_a_memory_remembered_by_then_stays(path: Path) -> None:
    with SqliteSaver.from_conn_string(str(path)) as saver:
        for _ in range(3):
            compiled("S>memory", saver).invoke({}, CONFIG)
    with open_store(str(path)) as store:
        chosen = store.skeleton("t").ids[-3]  # the third input: the second run's memory is what it begins with
        (found,) = plan_checkpoints(store, "t", keep_last=3).threads
    before = [one for one in ids(path, "memory") if one < chosen]
    assert before[-1] not in found.delete["memory"]
    assert before[0] in found.delete["memory"]


def old(store: Store) -> tuple[list[str], list[str]]:
    found = plan_threads(store, LATER)
    assert all(thread.whole for thread in found.threads)
    return [one.thread_id for one in found.threads], [one.why for one in found.spared]


@pytest.mark.parametrize("history", [loop, failed])
def test_a_thread_that_is_over_goes_wholly(path: Path, history: Make) -> None:
    made(history, path)
    with open_store(str(path)) as store:
        assert old(store) == (["t"], [])


def test_a_thread_that_waits_for_an_answer_is_spared_with_the_reason(path: Path) -> None:
    made(interrupted, path)
    with open_store(str(path)) as store:
        assert old(store) == ([], ["It waits for an answer."])


def test_a_thread_stays_that_changed_since(path: Path) -> None:
    made(loop, path)
    before = datetime.now(UTC)
    with SqliteSaver.from_conn_string(str(path)) as saver:
        loop(saver).invoke({"n": 0}, CONFIG)
    with open_store(str(path)) as store:
        assert plan_threads(store, before) == Plan()


@pytest.mark.parametrize("rule", [{}, {"keep_last": 0}])
def test_a_rule_that_keeps_nothing_is_refused(plan: Callable[..., Plan], rule: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="how many"):
        plan(loop, **rule)


@pytest.mark.parametrize("rule", [{"keep_last": 1}, {"older_than": LATER}], ids=lambda rule: next(iter(rule)))
def test_what_goes_from_the_store_while_a_plan_is_made_is_not_in_it(
    path: Path, monkeypatch: pytest.MonkeyPatch, rule: dict[str, Any]
) -> None:
    made(subgraph, path)
    with open_store(str(path)) as store:
        read = store.headers

        def headers(thread: str, namespace: str, wanted: Sequence[str]) -> list[Header]:
            with sqlite3.connect(path) as connection:
                connection.execute("DELETE FROM checkpoints WHERE checkpoint_id IN (?, ?)", (wanted[0], wanted[-1]))
            connection.close()
            return read(thread, namespace, wanted)

        monkeypatch.setattr(store, "headers", headers)
        (plan,) = plan_checkpoints(store, "t", **rule).threads
    for namespace, gone in plan.delete.items():
        assert set(gone) <= set(ids(path, namespace))
