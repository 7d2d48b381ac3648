"""The items and vectors inside LangGraph's InMemoryStore (langgraph-checkpoint 2.1 to 4.3.2, store/memory).

No method of it accepts vectors that were made before, and making them again costs calls of a model.
"""

from collections.abc import Iterable
from typing import Any

from langgraph.store.base import Item, PutOp

from ..shared.missing_parts import CHANGED, do_without

Vectors = dict[str, list[float]]
"""Of one item, by the path of what was made a vector of."""
KeptVectors = tuple[tuple[str, ...], str, Vectors]
"""The namespace and key of an item, and its vectors."""

_MANY = 1_000_000
_FIELDS = ("value", "key", "namespace", "created_at", "updated_at")


def vectors_of(index: Any, namespace: tuple[str, ...], key: str) -> Vectors:
    """The vectors that were made for an item; empty where they are not found."""
    try:
        found = index._vectors.get(namespace, {}).get(key) or {}
        return {str(path): list(map(float, each)) for path, each in found.items()}
    except CHANGED as error:
        _makes_anew(error)
        return {}


def fill(index: Any, items: Iterable[Any], vectors: Iterable[KeptVectors]) -> None:
    """Set the items, replacing all others, with the vectors that were saved for them."""
    listed = list(items)
    try:
        held, known = index._data, index._vectors
        held.clear()
        known.clear()
        for item in listed:
            held[item.namespace][item.key] = Item(**{name: getattr(item, name) for name in _FIELDS})
        for namespace, key, each in vectors:
            if key in held.get(namespace, {}):
                known[namespace][key] = each
    except (*CHANGED, LookupError) as error:
        _makes_anew(error)
        before = [PutOp(each.namespace, each.key, None) for each in index.search((), limit=_MANY)]
        index.batch(before)
        index.batch([PutOp(each.namespace, each.key, each.value) for each in listed])


def _makes_anew(error: Exception) -> None:
    do_without("InMemoryStore._vectors", "Vectors for searches by meaning are made anew in each process", error)
