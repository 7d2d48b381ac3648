"""Copies a checkpoint to a new thread, with what is needed to continue from it, and a note of its origin."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple

from ..allowed_types.guarded_serializer import looking
from ..errors.refused import Refused
from ..savers.direct_reads import inside, task_paths
from ..savers.internals.serializers import special_channels
from ..savers.sync_or_async import Saver
from ..shared.namespaces import is_memory
from ..shared.reserved_names import INTERRUPT

NULL_TASK = "00000000-0000-0000-0000-000000000000"
"""The task id of writes that no node made: an answer, or a Command, that nodes have yet to take (langgraph,
NULL_TASK_ID).
"""


class NoSuchCheckpoint(Refused):
    """The store lacks the checkpoint from which the job starts. The message is for a person."""


def place(thread: str, namespace: str = "", checkpoint: str | None = None) -> RunnableConfig:
    """The config that addresses a checkpoint, or a thread's latest, as LangGraph writes it."""
    configurable: dict[str, Any] = {"thread_id": thread, "checkpoint_ns": namespace}
    if checkpoint:
        configurable["checkpoint_id"] = checkpoint
    return {"configurable": configurable}


def named(config: RunnableConfig, graph: str) -> RunnableConfig:
    """The config, with the graph's name for the metadata of what is written, under `graph_id` as a LangGraph server
    does.
    """
    return {**config, "metadata": {**config.get("metadata", {}), "graph_id": graph}}


async def check_new(saver: Saver, target: str) -> None:
    """Raise NoSuchCheckpoint if the thread that is to be created exists already."""
    with looking():
        found = await saver.aget_tuple(place(target))
    if found is not None:
        raise NoSuchCheckpoint(f'The thread "{target}" exists already: choose a new name for the copy.')


async def put_writes(
    saver: Saver, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task: str, path: str
) -> None:
    """Save the writes of one task, with those to LangGraph's special channels separately, as LangGraph itself does.

    A saver numbers a task's writes by their position in the list, except those to special channels, whose numbers are
    fixed.
    """
    for special in (True, False):
        if some := [write for write in writes if (write[0] in special_channels()) is special]:
            await saver.aput_writes(config, some, task, path)


async def copy_checkpoint(saver: Saver, source: str, checkpoint: str | None, target: str, *, ancestors: bool) -> str:
    """Copy one checkpoint of the root namespace (None: the latest) and return its id, which stays the same.

    Ids must stay: a task's id is made from its checkpoint's, and is part of its subgraph's namespace. Also copied are
    its pending writes, the checkpoints of the subgraphs that its tasks have started, and what subgraphs with a memory
    of their own (compiled with checkpointer=True) held at that time. With `ancestors`, all of its ancestors too: a
    delta channel's value is spread over them. No value is built. Raises NoSuchCheckpoint.
    """
    await check_new(saver, target)
    with looking():
        return await _copy(saver, source, checkpoint, target, ancestors=ancestors)


async def _copy(saver: Saver, source: str, checkpoint: str | None, target: str, *, ancestors: bool) -> str:
    chosen = await saver.aget_tuple(place(source, "", checkpoint))
    if chosen is None:
        raise NoSuchCheckpoint(f'The thread "{source}" has no checkpoint {checkpoint or "yet"}.')
    chosen_id = chosen.checkpoint["id"]
    latest = await saver.aget_tuple(place(source))
    passed = latest is not None and latest.checkpoint["id"] != chosen_id
    line = [chosen]
    while ancestors and line[-1].parent_config is not None:
        parent = await saver.aget_tuple(line[-1].parent_config)
        if parent is None:
            break
        line.append(parent)
    for each in reversed(line):
        await _put(saver, each, target, keep_parent=each is not line[-1], reopen=passed and each is chosen)
    # If the question was answered since, a subgraph's checkpoints are later than it: it starts over, as in LangGraph.
    found = await _subgraphs(saver, source, chosen_id, begun=not passed, ancestors=ancestors)
    for namespace, ids in found.items():
        for index, inner in enumerate(ids):
            copied = await saver.aget_tuple(place(source, namespace, inner))
            if copied is not None:
                await _put(saver, copied, target, keep_parent=index > 0, reopen=False)
    return chosen_id


async def _put(saver: Saver, each: CheckpointTuple, target: str, *, keep_parent: bool, reopen: bool) -> None:
    thread, namespace = each.config["configurable"]["thread_id"], each.config["configurable"].get("checkpoint_ns", "")
    checkpoint = each.checkpoint["id"]
    came_from = {"thread_id": thread, "checkpoint_id": checkpoint}
    parent = each.parent_config["configurable"]["checkpoint_id"] if keep_parent and each.parent_config else None
    await saver.aput(
        place(target, namespace, parent),
        each.checkpoint,
        {**each.metadata, "timetravel_from": came_from},  # type: ignore[typeddict-unknown-key]
        each.checkpoint["channel_versions"],
    )
    paths = await task_paths(saver, str(thread), namespace, checkpoint)
    for task, writes in _by_task(each.pending_writes or [], reopen=reopen).items():
        await put_writes(saver, place(target, namespace, checkpoint), writes, task, paths.get(task, ""))


def _by_task(pending: list[tuple[str, str, Any]], *, reopen: bool) -> dict[str, list[tuple[str, Any]]]:
    """The writes of each task.

    With `reopen`, a question that was answered since is open again: only the question is kept.
    """
    tasks: defaultdict[str, list[tuple[str, Any]]] = defaultdict(list)
    for task, channel, value in pending:
        tasks[task].append((channel, value))
    if not reopen:
        return dict(tasks)
    asked = {task: [write for write in writes if write[0] == INTERRUPT] for task, writes in tasks.items()}
    return {task: questions for task, questions in asked.items() if questions}


async def _subgraphs(
    saver: Saver, thread: str, checkpoint: str, *, begun: bool, ancestors: bool
) -> dict[str, list[str]]:
    """The ids to copy, oldest first, for each namespace below the root.

    `begun`: include those that the checkpoint's tasks have started, not only those of subgraphs with a memory. From
    such a memory the latest checkpoint at that time is enough, unless its value is spread over its `ancestors`.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    before: defaultdict[str, list[str]] = defaultdict(list)
    for namespace, inner, metadata in await inside(saver, thread):
        if begun and metadata.get("parents", {}).get("") == checkpoint:
            found[namespace].append(inner)
        elif is_memory(namespace) and inner < checkpoint:
            before[namespace].append(inner)
    for namespace, ids in before.items():
        found[namespace][:0] = ids if ancestors else ids[-1:]
    return dict(found)
