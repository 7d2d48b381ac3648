"""Which graph made a thread, as far as its newest checkpoint names it."""

from collections.abc import Callable, Iterable, Sequence

from ui.timetravel.model.checkpoints import CheckpointId, Header, graph_named


def graph_of_thread(read: Callable[[Sequence[CheckpointId]], Iterable[Header]], head: CheckpointId) -> str:
    """The name of the graph that made a checkpoint in a thread's root namespace; empty where none is named.

    `read` returns the headers of checkpoints in that namespace by their ids; its errors are passed on.
    """
    for header in read([head]):
        named = graph_named(header.metadata, header.parent_id)
        if named is not None or not header.parent_id:
            return named or ""
        for above in read([header.parent_id]):
            return graph_named(above.metadata, None) or ""
    return ""
