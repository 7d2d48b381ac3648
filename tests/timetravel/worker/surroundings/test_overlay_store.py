"""A store that is read through and written at its side answers as one store that was written to would."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from langgraph.store.base import SearchItem
from langgraph.store.memory import InMemoryStore

from ui.timetravel.worker.child.surroundings.lasting_store import LastingStore
from ui.timetravel.worker.child.surroundings.overlay_store import OverlayStore

namespaces = some.sampled_from([("a",), ("a", "b"), ("c",)])
keys = some.sampled_from(["x", "y", "z"])
values = some.fixed_dictionaries({"n": some.integers(0, 2)})
puts = some.tuples(some.just("put"), namespaces, keys, values)
deletes = some.tuples(some.just("delete"), namespaces, keys, some.none())
changes = some.lists(puts | deletes, max_size=12)


def change(store: Any, made: list[Any]) -> None:
    for what, namespace, key, value in made:
        if what == "put":
            store.put(namespace, key, value)
        else:
            store.delete(namespace, key)


def told(found: list[SearchItem]) -> list[Any]:
    return sorted((item.namespace, item.key, item.value["n"]) for item in found)


@given(before=changes, after=changes, prefix=some.sampled_from([(), ("a",), ("c",), ("none",)]), n=some.integers(0, 2))
def test_over_any_store_it_answers_as_one_store_would(before: Any, after: Any, prefix: Any, n: int) -> None:
    below, whole = InMemoryStore(), InMemoryStore()
    change(below, before)
    change(whole, [*before, *after])
    was = told(below.search((), limit=100))
    with TemporaryDirectory() as folder:
        for _ in range(2):  # the second time the side is opened anew, as by the next run
            over = OverlayStore(below, LastingStore(Path(folder) / "side.sqlite"))
            change(over, after)
            assert told(over.search(prefix, limit=100)) == told(whole.search(prefix, limit=100))
            assert told(over.search(prefix, filter={"n": n}, limit=100)) == told(
                whole.search(prefix, filter={"n": n}, limit=100)
            )
            pages = [item for at in range(0, 12, 2) for item in over.search((), limit=2, offset=at)]
            assert told(pages) == told(whole.search((), limit=100))
            for item in whole.search((), limit=100):
                one = over.get(item.namespace, item.key)
                assert one is not None
                assert one.value == item.value
    assert told(below.search((), limit=100)) == was


@pytest.fixture
def over(tmp_path: Path) -> Iterator[OverlayStore]:
    below = InMemoryStore()
    change(below, [("put", ("a",), "x", {"n": 1}), ("put", ("b",), "y", {"n": 1})])
    return OverlayStore(below, LastingStore(tmp_path / "side.sqlite"))


def test_namespaces_of_both_are_listed_without_those_that_were_emptied(over: OverlayStore) -> None:
    over.put(("c",), "z", {"n": 1})
    over.delete(("b",), "y")
    assert over.list_namespaces() == [("a",), ("c",)]


def test_awaited_calls_do_the_same(over: OverlayStore) -> None:
    async def changed() -> list[str]:
        await over.aput(("a",), "z", {"n": 2})
        await over.adelete(("a",), "x")
        assert await over.aget(("a",), "x") is None
        return [item.key for item in await over.asearch(("a",))]

    assert asyncio.run(changed()) == ["z"]
    assert over.below.get(("a",), "x") is not None


def test_an_item_may_live_for_a_while_only(over: OverlayStore) -> None:
    over.put(("a",), "short", {"n": 1}, ttl=5)
    assert over.get(("a",), "short") is not None


def test_a_store_on_a_file_that_is_not_there_is_empty_and_makes_none(tmp_path: Path) -> None:
    store = LastingStore(tmp_path / "none.sqlite", read_only=True)
    assert store.get(("a",), "x") is None
    assert store.search(()) == []
    assert store.list_namespaces() == []
    assert list(tmp_path.iterdir()) == []
