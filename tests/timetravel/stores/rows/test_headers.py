"""What a row of the history says: who ran, what changed, in which words an update is told."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.timetravel.stores.written import histories
from ui.timetravel.model.checkpoints import Header
from ui.timetravel.stores import Store, open_store


def told(make: Callable[..., Any], path: Path) -> list[Header]:
    """The headers of a history, oldest first."""
    histories.made(make, path)
    with open_store(str(path)) as store:
        return store.headers("t", "", store.skeleton("t").ids)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints.sqlite"


def test_a_chain_names_the_node_of_each_step(path: Path) -> None:
    assert [h.ran for h in told(histories.one_node, path)] == [(), ("__start__",), ("only",)]


def test_a_step_names_the_channels_that_it_wrote(path: Path) -> None:
    assert [h.changed for h in told(histories.one_node, path)] == [(), ("n",), ("n", "log")]


def test_parallel_nodes_are_all_named(path: Path) -> None:
    assert told(histories.join, path)[2].ran == ("a", "b")


def test_tasks_of_sends_are_named_in_their_order_beside_those_of_edges(path: Path) -> None:
    assert told(histories.sends, path)[3].ran == ("work", "other", "work", "other")


def test_a_fork_ran_nothing_and_changed_nothing(path: Path) -> None:
    forks = [h for h in told(histories.forks, path) if h.source == "fork"]
    assert [(h.ran, h.changed) for h in forks] == [((), ())] * 4


def test_a_fork_has_due_what_its_parent_has(path: Path) -> None:
    found = {h.checkpoint_id: h for h in told(histories.forks, path)}
    for header in found.values():
        if header.source == "fork" and header.parent_id:
            assert header.next == found[header.parent_id].next


def test_a_copy_tells_what_the_copied_step_did(path: Path) -> None:
    copy = told(histories.copied, path)[-1]
    assert (copy.source, copy.ran, copy.changed) == ("fork", ("b",), ("n", "log"))


def test_an_update_names_the_channels_that_it_changed(path: Path) -> None:
    updates = [h for h in told(histories.updates, path) if h.source == "update"]
    assert [h.changed for h in updates] == [("n",), ("n",), ("log",)]


def test_an_update_is_told_as_the_node_that_it_counts_as_where_the_store_says(path: Path) -> None:
    assert [h.ran for h in told(histories.updates_before_any_run, path)] == [("a",), ("b",)]


def test_an_update_as_the_node_that_is_due_names_it(path: Path) -> None:
    update = next(h for h in told(histories.updates_in_bulk, path) if h.source == "update" and h.ran)
    assert update.ran == ("b2",)


def test_clearing_what_is_due_names_no_node(path: Path) -> None:
    cleared = told(histories.updates_as_input_and_end, path)[1]
    assert (cleared.source, cleared.ran, cleared.next) == ("update", (), ())


def test_steps_that_were_saved_only_at_the_exit_are_told_together(path: Path) -> None:
    assert [h.ran for h in told(histories.saved_at_exit, path)] == [("__start__", "a", "b")] * 2


def test_names_with_separators_in_them_are_told_as_they_are(path: Path) -> None:
    ran = [h.ran for h in told(histories.named_oddly, path)[2:]]
    assert ran == [("a, b",), ("branch to c",), ("join+d",), ("channel_versions",), ("步骤",)]


def test_headers_come_in_the_order_asked_for_and_leave_out_unknown_ids(path: Path) -> None:
    histories.made(histories.one_node, path)
    with open_store(str(path)) as store:
        ids = store.skeleton("t").ids
        asked = [ids[2], "no-such-id", ids[0]]
        assert [h.checkpoint_id for h in store.headers("t", "", asked)] == [ids[2], ids[0]]


def test_a_page_tells_the_same_as_the_whole(path: Path) -> None:
    every = told(histories.fork_after_update, path)
    with open_store(str(path)) as store:
        for header in every:
            assert store.headers("t", "", [header.checkpoint_id]) == [header]


def test_a_delta_channel_without_its_value_is_noted(path: Path) -> None:
    histories.made(histories.delta, path)
    with open_store(str(path)) as store:
        found = [store.checkpoint("t", "", one) for one in store.skeleton("t").ids]
    for checkpoint in found:
        missing = "words" in checkpoint.versions and "words" not in checkpoint.values
        assert any("channel words" in note for note in checkpoint.notes) == missing
    assert any(checkpoint.notes for checkpoint in found)


def test_storing_a_delta_channel_anew_is_no_change(path: Path) -> None:
    fork = next(h for h in told(histories.delta, path) if h.source == "fork")
    assert (fork.ran, fork.next) == ((), ("b",))


def test_a_subgraphs_history_is_in_its_namespace(path: Path) -> None:
    histories.made(histories.subgraph, path)
    with open_store(str(path)) as store:
        root, inner = store.namespaces("t")
        assert root == ""
        assert inner.startswith("sub:")
        assert [h.ran for h in store.headers("t", inner, store.skeleton("t", inner).ids)] == [
            (),
            ("__start__",),
            ("in1",),
            ("in2",),
        ]


def test_a_checkpoint_that_is_known_tells_what_was_written_since(tmp_path: Path) -> None:
    path = str(tmp_path / "s.sqlite")
    with SqliteSaver.from_conn_string(path) as saver, with_one_checkpoint(saver, path) as store:
        (only,) = store.skeleton("t").ids
        while (
            store.change_token() != store.change_token()
        ):  # what was written a moment ago is never taken for unchanged
            time.sleep(0.01)
        (before,) = store.headers("t", "", [only])
        assert store.checkpoint("t", "", only).header == before
        saver.put_writes(config("t", only), [("__error__", "ValueError('no')")], "task")
        assert store.checkpoint("t", "", only).header == store.headers("t", "", [only])[0] != before


def with_one_checkpoint(saver: SqliteSaver, path: str) -> Store:
    """The store of a saver that has written one checkpoint to it."""
    saver.put(config("t"), empty_checkpoint(), {"source": "input", "step": -1, "parents": {}}, {})
    return open_store(path)


def config(thread: str, checkpoint: str = "") -> Any:
    chosen = {"checkpoint_id": checkpoint} if checkpoint else {}
    return {"configurable": {"thread_id": thread, "checkpoint_ns": "", **chosen}}
