"""What is deleted as planned is gone, and what is kept reads as before: by LangGraph and by us, in any store."""

import asyncio
import itertools
import json
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command

from tests.conformance.programs.generated import any_program, any_shape
from tests.conformance.programs.local import Local, namespaces, told
from tests.conformance.programs.programs import run
from tests.conformance.project.graphs import compiled
from tests.timetravel.stores import delta_histories
from tests.timetravel.stores.written.histories import (
    CONFIG,
    HISTORIES,
    at,
    delta_chain,
    forks,
    interrupted,
    subgraph_that_asks,
)
from tests.timetravel.worker.oracles.official import both_stores, everything, listed, opened
from ui.timetravel.cleanup.dependencies import read_thread
from ui.timetravel.cleanup.plan import Plan, ThreadPlan, plan_checkpoints, plan_threads
from ui.timetravel.errors import WorkerError
from ui.timetravel.stores import Store, open_store
from ui.timetravel.worker.child.cleanup.delete import ChangedSincePlan, delete, delete_in
from ui.timetravel.worker.messages.wire import deleted, deletion_message
from ui.timetravel.worker.pool import WorkerPool

Reads = dict[tuple[str, str], str]


def by_langgraph(graph: Any, saver: Any, thread: str) -> Reads:
    """What LangGraph says of each checkpoint: values with delta channels, next, tasks, interrupts, writes."""
    found = {}
    for namespace in told(graph, saver, thread).told:
        for each in namespace.snapshots:
            one = each.config["configurable"]["checkpoint_id"]
            row = namespace.rows[one] if namespace.rows else None
            found[namespace.namespace, one] = repr((each, row))
    return found


def by_us(store: Store, thread: str) -> Reads:
    """What our store says of each; but what tells it from its parent, which may be gone."""
    found = {}
    for namespace, one in read_thread(store, thread).headers:
        read, writes = store.checkpoint(thread, namespace, one), store.writes(thread, namespace, one)
        head = read.header
        says = (head.parent_id, head.step, head.source, head.next, head.failed, head.interrupted, head.metadata)
        found[namespace, one] = repr((says, read.values, read.versions, read.next, writes))
    return found


def places(plan: ThreadPlan) -> set[tuple[str, str]]:
    return {(namespace, one) for namespace, ids in plan.delete.items() for one in ids}


def done(plan: Plan, store: str) -> Any:
    """What the worker does, in this process. Over the wire and back, as JSON."""
    message = asyncio.run(delete(json.loads(json.dumps(deletion_message(plan, store)["job"]))))
    assert "failure" not in message, message
    return deleted(message)


def cleaned(store: str, graph: Any, saver: Any, thread: str, **rule: Any) -> int:
    """Plan, delete, and hold the invariant; gives how many checkpoints went."""
    with open_store(store) as reading:
        theirs, ours = by_langgraph(graph, saver, thread), by_us(reading, thread)
        plan = plan_checkpoints(reading, thread, **rule)
        assert by_us(reading, thread) == ours, "planning deletes nothing"
    if not plan.threads:
        return 0
    gone = places(plan.threads[0])
    assert done(plan, store).checkpoints == len(gone)
    with open_store(store) as reading:
        assert by_us(reading, thread) == {place: says for place, says in ours.items() if place not in gone}
    assert by_langgraph(graph, saver, thread) == {place: says for place, says in theirs.items() if place not in gone}
    return len(gone)


@contextmanager
def made_in(store: str, make: Callable[[Any], Any]) -> Iterator[tuple[Any, Any]]:
    with opened(store) as saver:
        saver.setup()  # type: ignore[attr-defined]
        yield make(saver), saver


@both_stores
def test_what_is_kept_of_every_kind_of_history_reads_as_before(store: str) -> None:
    gone = 0
    for make in HISTORIES.values():
        with made_in(store, make) as (graph, saver):
            gone += cleaned(store, graph, saver, "t", keep_last=2)
            gone += cleaned(store, graph, saver, "t", keep_last=1)
            saver.delete_thread("t")
    assert gone > 100


@pytest.mark.parametrize("seed", range(2))
@both_stores
def test_what_is_kept_of_random_programs_reads_as_before(store: str, seed: int) -> None:
    random = Random(seed)
    gone = 0
    with opened(store) as saver, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        saver.setup()  # type: ignore[attr-defined]
        for number in range(8):
            program = any_program(random, any_shape)
            graph = compiled(program.shape, saver)
            run(program, Local(graph, f"t{number}"))
            if namespaces(saver, f"t{number}"):
                gone += cleaned(store, graph, saver, f"t{number}", keep_last=random.randint(1, 4))
    assert gone


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_of_delta_channels_reads_as_before(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "delta.sqlite"
    delta_histories.run(path, seed)
    with SqliteSaver.from_conn_string(str(path)) as saver:
        graph = delta_histories.made(saver, Random(0))
        for keep in (6, 3, 1):
            cleaned(str(path), graph, saver, "t", keep_last=keep)
        graph.invoke({"words": ["on"], "n": 1}, CONFIG)
        assert "on" in graph.get_state(CONFIG).values["words"]


@both_stores
def test_a_question_that_waits_can_still_be_answered(store: str) -> None:
    for make in (interrupted, subgraph_that_asks):
        with made_in(store, make) as (graph, saver):
            assert cleaned(store, graph, saver, "t", keep_last=1)
            while graph.get_state(CONFIG).interrupts:
                graph.invoke(Command(resume="yes"), CONFIG)
            assert graph.get_state(CONFIG).next == ()
            assert "yes" in graph.get_state(CONFIG).values["log"]
            saver.delete_thread("t")


@both_stores
def test_a_kept_checkpoint_whose_parent_is_gone_can_be_forked(store: str) -> None:
    with made_in(store, forks) as (graph, saver):
        cleaned(store, graph, saver, "t", keep_last=6)
        graph.invoke(None, at(graph, "b"))
        assert graph.get_state(CONFIG).values["log"] == ["a", "b", "c"]


@both_stores
def test_a_delta_channel_first_written_after_the_cleaning_begins_empty(store: str) -> None:
    with made_in(store, delta_chain) as (graph, saver):
        for n in range(3):
            graph.update_state(CONFIG, {"n": n}, as_node="b")
        assert cleaned(store, graph, saver, "t", keep_last=1) == 2
        graph.invoke({"n": 0, "words": ["first"]}, CONFIG)
        assert graph.get_state(CONFIG).values["words"] == ["first", "a", "b"]


def test_values_that_no_kept_checkpoint_refers_to_are_gone_from_postgresql(postgres: Any) -> None:
    url = postgres.database()
    with made_in(url, HISTORIES["loop"]) as (graph, saver):
        cleaned(url, graph, saver, "t", keep_last=1)
    left = "SELECT channel, version FROM checkpoint_blobs ORDER BY 1, 2"
    used = """SELECT v.key, v.value FROM checkpoints, jsonb_each_text(checkpoint -> 'channel_versions') AS v
        WHERE EXISTS (SELECT 1 FROM checkpoint_blobs AS b WHERE b.channel = v.key AND b.version = v.value)
        ORDER BY 1, 2"""
    assert postgres.execute(url, left) == postgres.execute(url, used)
    assert postgres.execute(url, "SELECT DISTINCT checkpoint_id FROM checkpoint_writes") == []


@both_stores
def test_a_thread_that_went_on_since_the_preview_is_left_as_it_is(workers: WorkerPool, store: str) -> None:
    with made_in(store, HISTORIES["loop"]) as (graph, _):
        with open_store(store) as reading:
            plan = plan_checkpoints(reading, "t", keep_last=1)
        graph.update_state(CONFIG, {"n": 9}, as_node="count")
    before = everything(store)
    with pytest.raises(WorkerError, match="look at the preview again"):
        workers.delete(plan, store)
    if store.startswith("postgresql"):
        assert everything(store) == before
    assert len(listed(store)) == plan.checkpoints + 2


@both_stores
def test_a_worker_deletes_whole_threads_and_single_checkpoints(workers: WorkerPool, store: str) -> None:
    with made_in(store, HISTORIES["loop"]) as (graph, _):
        graph.invoke({"n": 0}, {"configurable": {"thread_id": "other"}})
        with open_store(store) as reading:
            some = plan_checkpoints(reading, "t", keep_last=2)
            whole = whole_thread(reading, "other")
    done = workers.delete(Plan((*some.threads, *whole.threads)), store)
    assert (done.threads, done.checkpoints) == (1, some.checkpoints + whole.checkpoints)
    assert done.bytes > 0
    assert (len(listed(store)), listed(store, "other")) == (2, [])


def test_a_store_that_is_gone_is_told_and_not_made_anew(workers: WorkerPool, tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with made_in(str(path), HISTORIES["loop"]), open_store(str(path)) as reading:
        plan = plan_checkpoints(reading, "t", keep_last=1)
    path.unlink()
    with pytest.raises(WorkerError, match=r"not there any more. Nothing was deleted"):
        workers.delete(plan, str(path))
    assert not path.exists()


def test_what_is_kept_in_memory_reads_as_before(tmp_path: Path) -> None:
    """The plan is made from the same thread in a file: its ids are what the saver in memory is given, too."""
    for number, name in zip(itertools.count(), HISTORIES):
        path = tmp_path / f"{number}.sqlite"
        memory = InMemorySaver()
        with made_in(str(path), HISTORIES[name]) as (graph, file):
            for row in sorted(file.list(None), key=lambda row: row.config["configurable"]["checkpoint_id"]):
                put(memory, row)
        with open_store(str(path)) as reading:
            plan = plan_checkpoints(reading, "t", keep_last=1)
        graph = graph.copy({"checkpointer": memory})
        theirs = by_langgraph(graph, memory, "t")
        for thread in deletion_message(plan, "")["job"]["threads"]:
            assert min(asyncio.run(delete_in(memory, thread))) > 0
            gone = places(plan.threads[0])
            assert by_langgraph(graph, memory, "t") == {k: v for k, v in theirs.items() if k not in gone}
            with pytest.raises(ChangedSincePlan):
                asyncio.run(delete_in(memory, thread))


def put(memory: InMemorySaver, row: Any) -> None:
    place = row.config["configurable"]
    parent = memory.get_tuple(row.parent_config) if row.parent_config else None
    before = parent.checkpoint["channel_versions"] if parent else {}
    changed = {name: v for name, v in row.checkpoint["channel_versions"].items() if before.get(name) != v}
    above = {"configurable": {**place, "checkpoint_id": parent and parent.checkpoint["id"]}}
    memory.put(above, row.checkpoint, row.metadata, changed)
    for task, writes in itertools.groupby(row.pending_writes, lambda write: write[0]):
        memory.put_writes(row.config, [(channel, value) for _, channel, value in writes], task)


def whole_thread(store: Store, thread: str) -> Plan:
    plan = plan_threads(store, datetime.now(UTC))
    return Plan(tuple(one for one in plan.threads if one.thread_id == thread))
