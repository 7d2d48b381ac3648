"""A store whose values are encrypted, with its key, without it, and with another one."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.timetravel.stores.written import histories
from ui.timetravel.diff import diff
from ui.timetravel.model.checkpoints import visible
from ui.timetravel.model.values import Opaque
from ui.timetravel.presentation.change_cards import cards, task_cards
from ui.timetravel.serde import encryption as crypt
from ui.timetravel.stores import Store, open_store

KEY = b"0123456789abcdef"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    path = tmp_path_factory.mktemp("sealed") / "sealed.sqlite"
    connection = sqlite3.connect(path, check_same_thread=False)
    graph = histories.answered(SqliteSaver(connection, serde=EncryptedSerializer.from_pycryptodome_aes(key=KEY)))
    snapshots = list(graph.get_state_history(histories.CONFIG))
    connection.close()
    return path, snapshots


@pytest.fixture
def snapshots(made: tuple[Path, list[Any]]) -> list[Any]:
    return made[1]


@pytest.fixture
def store(made: tuple[Path, list[Any]]) -> Iterator[Store]:
    with open_store(str(made[0])) as opened:
        yield opened
    crypt.set_key(None)


def ids(snapshots: list[Any]) -> list[str]:
    return [s.config["configurable"]["checkpoint_id"] for s in snapshots]


def test_with_its_key_all_is_as_langgraph_says(store: Store, snapshots: list[Any]) -> None:
    crypt.set_key(KEY)
    headers = store.headers("t", "", ids(snapshots))
    assert [sorted(h.next) for h in headers] == [sorted(s.next) for s in snapshots]
    for one, snapshot in zip(ids(snapshots), snapshots, strict=True):
        found = store.checkpoint("t", "", one)
        assert {name: found.values.get(name, []) for name in snapshot.values} == snapshot.values
        assert found.sizes.keys() == found.values.keys()
        asked = {(i.id, str(i.value)) for task in store.writes("t", "", one) for i in task.interrupts}
        assert asked == {(i.id, str(i.value)) for i in snapshot.interrupts}


@pytest.mark.parametrize(
    ("key", "words"), [(None, "set LANGGRAPH_AES_KEY"), (b"x" * 16, "not the one"), (b"abc", "has 3 bytes")]
)
class TestWithoutItsKey:
    def test_the_history_is_still_told(self, store: Store, snapshots: list[Any], key: bytes | None, words: str) -> None:
        crypt.set_key(key)
        headers = store.headers("t", "", ids(snapshots))
        assert [(h.step, h.source, h.parent_id) for h in headers] == [
            (
                s.metadata["step"],
                s.metadata["source"],
                s.parent_config["configurable"]["checkpoint_id"] if s.parent_config else None,
            )
            for s in snapshots
        ]
        assert [set(h.interrupted) for h in headers] == [{t.name for t in s.tasks if t.interrupts} for s in snapshots]

    def test_the_values_say_that_they_are_encrypted(
        self, store: Store, snapshots: list[Any], key: bytes | None, words: str
    ) -> None:
        crypt.set_key(key)
        found = store.checkpoint("t", "", ids(snapshots)[0])
        (value,) = visible(found.values).values()
        assert isinstance(value, Opaque)
        assert "encrypted" in value.reason
        assert words in value.reason
        assert words in found.notes[0]

    def test_the_writes_say_it_too(self, store: Store, snapshots: list[Any], key: bytes | None, words: str) -> None:
        crypt.set_key(key)
        tasks = store.writes("t", "", ids(snapshots)[1])
        assert {task.node for task in tasks} >= {"ask", "beside"}
        texts = [card["new"]["text"] for task in tasks for card in task_cards(task)]
        assert texts
        assert all(words in text for text in texts)

    def test_a_comparison_does_not_say_that_nothing_changed(
        self, store: Store, snapshots: list[Any], key: bytes | None, words: str
    ) -> None:
        crypt.set_key(key)
        new, old = (store.checkpoint("t", "", one).values for one in ids(snapshots)[:2])
        (card,) = cards(diff(old, new))
        assert words in card["new"]["text"]
