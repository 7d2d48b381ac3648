"""What a namespace shows of the checkpoints in it, read alike by the debugger and by its worker."""


def is_memory(namespace: str) -> bool:
    """Whether this is the namespace of a subgraph with a memory of its own, which outlives the task that calls it.

    Such a subgraph is compiled with checkpointer=True, and its namespace has no task's id behind the node's name.
    """
    return bool(namespace) and ":" not in namespace
