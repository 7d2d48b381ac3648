"""What we read from a store is what LangGraph itself says of it, field by field, for every kind of history."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.postgres import Server
from tests.timetravel.stores.written.histories import (
    HISTORIES,
    delta_saved_at_exit_after_goto,
    made,
    made_in_database,
)
from ui.timetravel.model.checkpoints import Checkpoint, Header, Task
from ui.timetravel.stores import Store, open_store
from ui.timetravel.stores.rows.tasks.paths import NULL_TASK

KINDS = ("sqlite", "postgres")


@pytest.fixture(scope="module")
def database(postgres: Server) -> str:
    return postgres.database()


@pytest.fixture(params=[(kind, name) for kind in KINDS for name in HISTORIES], ids="-".join, scope="module")
def history(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Any], str]:
    kind, name = request.param
    if kind == "postgres":
        url = request.getfixturevalue("database")
        return made_in_database(HISTORIES[name], url), url
    path = tmp_path_factory.mktemp("store") / "checkpoints.sqlite"
    return made(HISTORIES[name], path), str(path)


@pytest.fixture
def snapshots(history: tuple[list[Any], str]) -> list[Any]:
    return history[0]


@pytest.fixture(scope="module")
def store(history: tuple[list[Any], str]) -> Iterator[Store]:
    with open_store(history[1]) as opened:
        yield opened


def id_of(config: Any) -> str | None:
    return config["configurable"]["checkpoint_id"] if config else None


def headers(store: Store, snapshots: list[Any]) -> list[Header]:
    return store.headers("t", "", [id_of(s.config) or "" for s in snapshots])


def checkpoints(store: Store, snapshots: list[Any]) -> list[Checkpoint]:
    return [store.checkpoint("t", "", id_of(s.config) or "") for s in snapshots]


def test_the_skeleton_has_every_checkpoint_with_its_parent(store: Store, snapshots: list[Any]) -> None:
    found = store.skeleton("t")
    assert list(zip(found.ids, found.parents, strict=True)) == [
        (id_of(s.config), id_of(s.parent_config)) for s in reversed(snapshots)
    ]


def test_headers_tell_step_source_and_parent(store: Store, snapshots: list[Any]) -> None:
    assert [(h.step, h.source, h.parent_id) for h in headers(store, snapshots)] == [
        (s.metadata["step"], s.metadata.get("source", ""), id_of(s.parent_config)) for s in snapshots
    ]


def test_headers_tell_the_time_within_a_moment(store: Store, snapshots: list[Any]) -> None:
    for header, snapshot in zip(headers(store, snapshots), snapshots, strict=True):
        assert abs((header.created_at - datetime.fromisoformat(snapshot.created_at)).total_seconds()) < 0.5


def test_headers_tell_the_nodes_of_each_superstep(store: Store, snapshots: list[Any]) -> None:
    assert [sorted(h.due) for h in headers(store, snapshots)] == [sorted(s.next) for s in snapshots]


def test_headers_tell_the_next_nodes(store: Store, snapshots: list[Any]) -> None:
    assert [sorted(h.next) for h in headers(store, snapshots)] == next_nodes(snapshots)


def next_nodes(snapshots: list[Any]) -> list[list[str]]:
    """What `get_state` says of each checkpoint: at the end of the thread without those that have their result."""
    live = [task.name for task in snapshots[0].tasks if task.result is None]
    return [sorted(live), *(sorted(snapshot.next) for snapshot in snapshots[1:])]


def test_a_node_is_not_due_because_a_command_that_is_not_stored_sent_it_on(tmp_path: Path) -> None:
    snapshots = made(delta_saved_at_exit_after_goto, tmp_path / "checkpoints.sqlite")
    with open_store(str(tmp_path / "checkpoints.sqlite")) as store:
        assert (
            [h.next for h in headers(store, snapshots)]
            == [s.next for s in snapshots]
            == [(), (), ("a",), ("__start__",)]
        )


def test_checkpoints_tell_the_next_nodes(store: Store, snapshots: list[Any]) -> None:
    assert [sorted(c.next) for c in checkpoints(store, snapshots)] == next_nodes(snapshots)


def test_headers_tell_who_failed(store: Store, snapshots: list[Any]) -> None:
    assert [set(h.failed) for h in headers(store, snapshots)] == [
        {t.name for t in s.tasks if t.error} for s in snapshots
    ]


def test_headers_tell_who_asked(store: Store, snapshots: list[Any]) -> None:
    assert [set(h.interrupted) for h in headers(store, snapshots)] == [
        {t.name for t in s.tasks if t.interrupts} for s in snapshots
    ]


def test_tasks_have_the_node_and_the_error_that_langgraph_names(store: Store, snapshots: list[Any]) -> None:
    for snapshot in snapshots:
        ours = {task.task_id: task for task in store.writes("t", "", id_of(snapshot.config) or "")}
        for task in snapshot.tasks:
            if task.id in ours and not ours[task.id].path.startswith("~__interrupt__"):
                assert ours[task.id].node == task.name
                assert ours[task.id].error == task.error


def test_tasks_have_the_questions_that_they_asked(store: Store, snapshots: list[Any]) -> None:
    for snapshot in snapshots:
        ours = [i for task in store.writes("t", "", id_of(snapshot.config) or "") for i in task.interrupts]
        assert {(i.id, str(i.value)) for i in ours} == {(i.id, str(i.value)) for i in snapshot.interrupts}


def test_checkpoints_have_the_values(store: Store, snapshots: list[Any]) -> None:
    for ours, snapshot in zip(checkpoints(store, snapshots), snapshots, strict=True):
        # LangGraph adds what a Command from outside left on the checkpoint, and the empty start of a reducer.
        if isinstance(snapshot.values, dict) and not any(is_from_outside(t) for t in written(store, snapshot)):
            noted = " ".join(ours.notes)
            theirs = {k: v for k, v in snapshot.values.items() if v != [] and f"channel {k} is" not in noted}
            assert {name: ours.values.get(name) for name in theirs} == theirs


def test_what_ran_is_what_the_parent_had_due(store: Store, snapshots: list[Any]) -> None:
    due = {id_of(s.config): set(s.next) for s in snapshots}
    for header in headers(store, snapshots):
        before = store.writes("t", "", header.parent_id or "")
        if header.source == "loop" and not is_a_jump(header) and not any(is_from_outside(task) for task in before):
            assert set(header.ran) <= due[header.parent_id]


def is_a_jump(header: Header) -> bool:
    """Saved at exit only: several supersteps between parent and child."""
    return len(header.ran) > 1 and "__start__" in header.ran


def is_from_outside(task: Task) -> bool:
    """Whether these are the writes of a Command given as input, and no task's."""
    return task.task_id == NULL_TASK


def written(store: Store, snapshot: Any) -> list[Task]:
    return store.writes("t", "", id_of(snapshot.config) or "")
