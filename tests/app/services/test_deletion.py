"""Deleting by a rule from one of the app's stores, as its lessons and its screen do."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.screens.stores.small_stores import asks, make, writes
from tests.support.command import ROOT
from ui.services.deletion import READ_ONLY, delete_plan, refusal
from ui.services.opened_store import OpenedStore
from ui.services.settings import Settings
from ui.services.store_registry import StoreRegistry
from ui.timetravel.cleanup.plan import BUSY, Plan, changed_since
from ui.timetravel.cleanup.rules import Rule, Selection, plan_rule
from ui.timetravel.errors import WorkerError

COUNTER = f"{ROOT / 'graphs' / 'counter.py'}:graph"
LATER = datetime.now(UTC) + timedelta(days=2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "store.sqlite"
    for thread in ("a", "b"):
        make(found, writes("done"), thread)
    make(found, asks, "waiting")
    return found


@pytest.fixture
def opened(path: Path) -> Iterator[Callable[..., OpenedStore]]:
    made: list[StoreRegistry] = []

    def open_it(**more: object) -> OpenedStore:
        made.append(StoreRegistry(Settings((str(path),), **more)))  # type: ignore[arg-type]
        return made[-1].open(str(path))

    yield open_it
    for each in made:
        each.close()


def names(plan: Plan) -> list[str]:
    return sorted(thread.thread_id for thread in plan.threads)


def test_a_rule_takes_every_thread_or_one_and_spares_those_in_which_a_run_is_on(
    opened: Callable[..., OpenedStore],
) -> None:
    store = opened().store
    assert names(plan_rule(store, Rule(Selection.THREADS, 1), now=LATER)) == ["a", "b"]
    assert names(plan_rule(store, Rule(Selection.THREADS, 3), now=LATER)) == []
    assert names(plan_rule(store, Rule(Selection.OLD, 1), now=LATER)) == ["a", "b", "waiting"]
    assert names(plan_rule(store, Rule(Selection.BEYOND, 1, "b"))) == ["b"]
    for rule in (Rule(Selection.THREADS, 1), Rule(Selection.BEYOND, 2)):
        busy = plan_rule(store, rule, busy=["a"], now=LATER)
        assert names(busy) == ["b"]
        assert ("a", BUSY) in [(one.thread_id, one.why) for one in busy.spared]


def test_a_plan_is_deleted_and_then_no_longer_what_is_there(opened: Callable[..., OpenedStore]) -> None:
    source = opened(graph_specs=(COUNTER,))
    plan = plan_rule(source.store, Rule(Selection.BEYOND, 1))
    assert changed_since(source.store, plan) == []
    gone = delete_plan(source, plan, busy=["a"])
    assert gone.notes == ('Nothing of the thread "a" was deleted: a run is on in it.',)
    assert sorted(changed_since(source.store, plan)) == ["b", "waiting"]
    assert len(source.store.skeleton("a").ids) == 3
    assert len(source.store.skeleton("b").ids) == 1


def test_what_is_told_can_end_a_deletion_between_two_threads(opened: Callable[..., OpenedStore]) -> None:
    source = opened(graph_specs=(COUNTER,))
    plan = plan_rule(source.store, Rule(Selection.BEYOND, 1))

    def stop(so_far: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        delete_plan(source, plan, on_progress=stop)
    for thread in plan.threads:
        left = len(source.store.skeleton(thread.thread_id).ids)
        assert left in (1, thread.total)


@pytest.mark.parametrize("more", [{}, {"graph_specs": (COUNTER,), "sandboxed": True}])
def test_nothing_is_deleted_from_a_store_that_is_only_read(
    opened: Callable[..., OpenedStore], more: dict[str, bool]
) -> None:
    source = opened(**more)
    assert refusal(source) == READ_ONLY
    with pytest.raises(WorkerError, match="only read"):
        delete_plan(source, plan_rule(source.store, Rule(Selection.BEYOND, 1)))
    assert len(source.store.skeleton("a").ids) == 3
