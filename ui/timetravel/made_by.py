"""Which graph made a thread, as far as its newest checkpoint tells."""

from ui.timetravel.model import CheckpointId
from ui.timetravel.stores.base import Store


def graph_of(store: Store, thread: str, head: CheckpointId) -> str:
    """The name of the graph that made a checkpoint of a thread's root; empty where none is named.

    By the metadata alone, in which runs leave it as `graph_id`. A copy made by `as_node="__copy__"` has none of its
    own, but its parent has (langgraph 1.2.22, pregel/main.py). Raises StoreError.
    """
    for header in store.headers(thread, "", [head]):
        if "graph_id" in header.metadata or not header.parent_id:
            return str(header.metadata.get("graph_id") or "")
        for above in store.headers(thread, "", [header.parent_id]):
            return str(above.metadata.get("graph_id") or "")
    return ""
