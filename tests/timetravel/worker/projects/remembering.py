"""Graphs with a long-term memory: none of their own, one in memory, one in a file, one that only a node knows."""

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from langgraph.cache.sqlite import SqliteCache
from langgraph.config import get_store
from langgraph.func import entrypoint
from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime
from langgraph.store.base import BaseStore
from langgraph.store.memory import InMemoryStore
from langgraph.store.sqlite import SqliteStore
from langgraph.types import CachePolicy
from typing_extensions import TypedDict

FOLDER = Path(os.environ.get("REMEMBERING_FOLDER", ".")).resolve()
"""Where production's files are."""


class State(TypedDict, total=False):
    fact: str
    known: list[str]
    thing: object


def in_file(name: str) -> SqliteStore:
    connection = sqlite3.connect(FOLDER / name, check_same_thread=False, isolation_level=None, timeout=10)
    made = SqliteStore(connection)
    made.setup()
    return made


def remembered(store: BaseStore, fact: str) -> State:
    if fact.startswith("-"):
        store.delete(("facts",), fact[1:])
    elif fact:
        store.put(("facts",), fact, {"text": fact})
    return {"known": sorted(item.key for item in store.search(("facts",), limit=100))}


def injected(state: State, store: BaseStore) -> State:
    return remembered(store, state["fact"])


def asked_for(state: State) -> State:
    return remembered(get_store(), state["fact"])


def of_runtime(state: State, runtime: Runtime[Any]) -> State:
    assert runtime.store is not None
    return remembered(runtime.store, state["fact"])


async def awaited(state: State, store: BaseStore) -> State:
    await store.aput(("facts",), state["fact"], {"text": state["fact"]})
    return {"known": sorted(item.key for item in await store.asearch(("facts",), limit=100))}


def odd(state: State, store: BaseStore) -> State:
    store.put(("facts",), "odd", {"thing": object()})
    found = store.get(("facts",), "odd")
    return {"known": [type(found.value["thing"]).__name__] if found else []}


def built(node: Any, **more: Any) -> Any:
    return StateGraph(State).add_node("remember", node).add_edge(START, "remember").compile(**more)


without = built(injected)
by_get_store = built(asked_for)
by_runtime = built(of_runtime)
by_awaiting = built(awaited)
seeded_store = InMemoryStore()
seeded_store.put(("facts",), "seed", {"text": "seed"})
in_memory = built(injected, store=seeded_store)
odd_in_memory = built(odd, store=InMemoryStore())


def through_the_global(state: State) -> State:
    return remembered(seeded_store, state["fact"])


global_in_memory = built(through_the_global, store=seeded_store)

own_store = in_file("production-memory.sqlite")
own = built(injected, store=own_store)


def through_another(state: State) -> State:
    """A store that no graph was compiled with."""
    return remembered(in_file("production-memory.sqlite"), state["fact"])


known_to_a_node = built(through_another)
inner = built(injected, store=own_store)
outer = StateGraph(State).add_node("inner", inner).add_edge(START, "inner").compile(store=own_store)


@entrypoint(store=own_store)
def functional(given: str, *, store: BaseStore) -> list[str]:
    return list(remembered(store, given)["known"])


def letters(text: str) -> list[float]:
    return [float(text.count(letter)) for letter in "abcde"]


class ByLetters:
    """A search by meaning that needs no model."""

    def __call__(self, texts: list[str]) -> list[list[float]]:
        return [letters(text) for text in texts]


def nearest(state: State, store: BaseStore) -> State:
    if state.get("fact"):
        store.put(("facts",), state["fact"], {"text": state["fact"]})
    return {"known": [item.key for item in store.search(("facts",), query="aaaa", limit=2)]}


indexed = built(nearest, store=InMemoryStore(index={"dims": 5, "embed": ByLetters(), "fields": ["text"]}))
indexed_by_config = built(nearest)


def embed(texts: list[str]) -> list[list[float]]:
    return [letters(text) for text in texts]


def counted(state: State) -> State:
    with (FOLDER / "counted.txt").open("a") as file:
        file.write("x")
    return {"known": [state["fact"]]}


cached = (
    StateGraph(State)
    .add_node("count", counted, cache_policy=CachePolicy())
    .add_edge(START, "count")
    .compile(cache=SqliteCache(path=str(FOLDER / "production-cache.sqlite")))
)


async def through_postgres(state: State) -> State:
    """A store on a server, opened by the node itself, for awaited calls."""
    from langgraph.store.postgres.aio import AsyncPostgresStore

    async with AsyncPostgresStore.from_conn_string(os.environ["REMEMBERING_DATABASE"]) as store:
        await store.aput(("facts",), state["fact"], {"text": state["fact"]})
        return {"known": sorted(item.key for item in await store.asearch(("facts",), limit=100))}


in_postgres = built(through_postgres)


@asynccontextmanager
async def with_postgres() -> AsyncIterator[Any]:
    """A graph that is compiled with a store on a server."""
    from langgraph.store.postgres.aio import AsyncPostgresStore

    async with AsyncPostgresStore.from_conn_string(os.environ["REMEMBERING_DATABASE"]) as store:
        yield built(awaited, store=store)


def by_name() -> SqliteStore:
    """The store that a langgraph.json names."""
    return in_file("named-memory.sqlite")
