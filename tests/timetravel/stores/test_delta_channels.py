"""Delta channels: which are missing, what they follow from, and what the graph's reducer makes of it."""

import asyncio
import json
import random
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.timetravel.stores import delta_histories
from tests.timetravel.stores.delta_histories import CONFIG
from ui.timetravel.diff import diff
from ui.timetravel.errors import EditError
from ui.timetravel.model.checkpoints import Checkpoint
from ui.timetravel.model.values import Plain
from ui.timetravel.presentation.change_cards import cards, render_value
from ui.timetravel.serde.editable_json import from_text, to_text
from ui.timetravel.serde.encode import encode
from ui.timetravel.serde.json_view import display
from ui.timetravel.stores import Store, open_store
from ui.timetravel.stores import delta_channels as delta
from ui.timetravel.stores.delta_channels import Delta
from ui.timetravel.worker.child.graphs.load import LoadedModule
from ui.timetravel.worker.child.graphs.rebuild_deltas import rebuild
from ui.timetravel.worker.messages.deltas import deltas_message, rebuilt_values

NULL_TASK = "00000000-0000-0000-0000-000000000000"


def rebuilt(graph: Any, deltas: dict[str, Delta]) -> dict[str, Plain]:
    """What a worker does, in this process."""
    asked = {"namespace": "", "deltas": deltas_message(deltas)}
    return rebuilt_values("g", asyncio.run(rebuild(LoadedModule("g", sys, graph), json.loads(json.dumps(asked)))))


def filled(store: Store, graph: Any, one: str) -> Checkpoint:
    found = store.checkpoint("t", "", one)
    return delta.with_deltas(found, rebuilt(graph, delta.history(store, found, delta.missing_channels(found))))


@pytest.mark.parametrize("seed", range(8))
def test_every_checkpoint_of_a_random_history_is_what_langgraph_says(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "delta.sqlite"
    graph, snapshots = delta_histories.run(path, seed)
    with open_store(str(path)) as store:
        compared = 0
        for snapshot in snapshots:
            one = snapshot.config["configurable"]["checkpoint_id"]
            found = filled(store, graph, one)
            assert delta.missing_channels(found) == ()
            if any(task.task_id == NULL_TASK for task in store.writes("t", "", one)):
                continue  # LangGraph adds what a Command from outside left here
            for channel in ("words", "counts", "n"):
                theirs = snapshot.values.get(channel)
                assert found.values.get(channel, theirs if not theirs else None) == theirs
            compared += 1
    assert compared >= 5


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, list[str]]:
    """Two runs of the graph without chance in it: the path, the graph, and the ids, oldest first."""

    class NoChance:
        def random(self) -> float:
            return 1.0

        def randrange(self, *limits: int) -> int:
            return limits[-1] - 1

    path = tmp_path_factory.mktemp("delta") / "delta.sqlite"
    with SqliteSaver.from_conn_string(str(path)) as saver:
        graph = delta_histories.made(saver, NoChance())  # type: ignore[arg-type]
        graph.invoke({"words": ["in"], "n": 1}, CONFIG)
        graph.invoke({"words": ["in again"], "n": 1}, CONFIG)
        snapshots = list(graph.get_state_history(CONFIG))
    return path, graph, [s.config["configurable"]["checkpoint_id"] for s in reversed(snapshots)]


def test_the_writes_come_in_the_order_in_which_langgraph_applies_them(plain: tuple[Path, Any, list[str]]) -> None:
    path, _, ids = plain
    with open_store(str(path)) as store:
        found = store.checkpoint("t", "", ids[-1])
        counts = delta.history(store, found, ["counts"])["counts"]
    assert counts.snapshot_id is None
    assert counts.complete
    one_run = [*(("work", f"k{i}") for i in range(11)), ("last", "last")]
    assert [(write.node, next(iter(write.value))) for write in counts.writes] == one_run * 2


def test_a_snapshot_is_where_the_way_back_ends(plain: tuple[Path, Any, list[str]]) -> None:
    path, _, ids = plain
    with open_store(str(path)) as store:
        held = {one: store.checkpoint("t", "", one).values.get("words") for one in ids}
        missing = next(one for one, words in reversed(held.items()) if words is None)
        found = delta.history(store, store.checkpoint("t", "", missing), ["words"])["words"]
    assert found.snapshot_id is not None
    assert found.snapshot == held[found.snapshot_id]
    assert isinstance(found.snapshot, list), "what is in the snapshot, not its wrapping"


def test_an_ancestor_that_is_gone_is_told(plain: tuple[Path, Any, list[str]], tmp_path: Path) -> None:
    path, _, ids = plain
    copy = tmp_path / "pruned.sqlite"
    copy.write_bytes(path.read_bytes())
    connection = sqlite3.connect(copy)
    connection.execute("DELETE FROM checkpoints WHERE checkpoint_id < ?", (ids[-2],))
    connection.commit()
    connection.close()
    with open_store(str(copy)) as store:
        found = store.checkpoint("t", "", ids[-1])
        counts = delta.history(store, found, ["counts"])["counts"]
    assert not counts.complete
    assert [write.node for write in counts.writes] == ["last"]
    assert "not in the store any more" in to_text(delta.placeholder(counts))


def test_a_run_from_a_checkpoint_that_never_was_began_with_nothing(tmp_path: Path) -> None:
    path = tmp_path / "delta.sqlite"
    never_was = {"configurable": {"thread_id": "t", "checkpoint_id": "1f1e5c3e-e5a3-6158-8002-aebc3302434e"}}
    with SqliteSaver.from_conn_string(str(path)) as saver:
        graph = delta_histories.made(saver, random.Random(0))
        graph.invoke({"words": ["in"], "n": 1}, never_was, interrupt_before=["first"])
    with open_store(str(path)) as store:
        newest, oldest = (store.skeleton("t").ids[one] for one in (-1, 0))
        assert store.checkpoint("t", "", oldest).header.parent_id == never_was["configurable"]["checkpoint_id"]
        found = store.checkpoint("t", "", newest)
        words = delta.history(store, found, ["words"])["words"]
    assert words.complete
    assert [write.value for write in words.writes] == [["in"]]


class TestAMarkedValue:
    @pytest.fixture
    def marked(self, plain: tuple[Path, Any, list[str]]) -> Plain:
        path, _, ids = plain
        with open_store(str(path)) as store:
            found = store.checkpoint("t", "", ids[3])
            return delta.placeholder(delta.history(store, found, ["counts"])["counts"])

    def test_is_shown_with_its_name(self, marked: Plain) -> None:
        assert display(marked)["$type"] == "delta channel, not rebuilt"
        assert display(marked)["writes since"][0] == {"node": "work", "wrote": {"k0": 8}}
        assert "not rebuilt" in render_value(marked)["text"]

    def test_is_compared_write_by_write(self, plain: tuple[Path, Any, list[str]]) -> None:
        path, _, ids = plain
        with open_store(str(path)) as store:
            old, new = (
                {
                    "counts": delta.placeholder(
                        delta.history(store, store.checkpoint("t", "", one), ["counts"])["counts"]
                    )
                }
                for one in (ids[-2], ids[-1])
            )
        (card,) = cards(diff(old, new))
        assert (card["op"], card["path"]) == ("add", "counts['writes since'][23]")

    def test_is_no_value_that_could_be_stored(self, marked: Plain) -> None:
        with pytest.raises(EditError, match="what a value follows from"):
            encode({"counts": marked})
        with pytest.raises(EditError, match="write the value itself"):
            from_text(to_text(marked))

    def test_comes_with_a_note(self, plain: tuple[Path, Any, list[str]], marked: Plain) -> None:
        path, _, ids = plain
        with open_store(str(path)) as store:
            found = store.checkpoint("t", "", ids[3])
        assert [note for note in found.notes if "counts" in note]
        told = delta.with_deltas(found, {"counts": marked})
        assert [note for note in told.notes if "counts" in note] == [
            "The channel counts is a delta channel, and it was not rebuilt: the last snapshot and the writes since are"
            " shown in place of its value."
        ]


def test_a_rebuilt_value_comes_with_a_note(plain: tuple[Path, Any, list[str]]) -> None:
    path, graph, ids = plain
    with open_store(str(path)) as store:
        found = filled(store, graph, ids[-1])
    assert [note for note in found.notes if "counts" in note] == [
        "The channel counts is a delta channel: its value was rebuilt with the graph's code."
    ]
