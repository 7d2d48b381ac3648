"""Copy a checkpoint to a new thread: with what it needs to go on from there, and a word on where it came from."""

import json
from collections import defaultdict
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple

from .saving import TellingSaver

_INTERRUPT = "__interrupt__"


class NoSuchCheckpoint(Exception):
    """The store lacks the checkpoint that the job starts from. The message is for a person."""


def place(thread: str, namespace: str = "", checkpoint: str | None = None) -> RunnableConfig:
    """The address of a checkpoint, or of a thread's latest, as LangGraph writes it."""
    configurable: dict[str, Any] = {"thread_id": thread, "checkpoint_ns": namespace}
    if checkpoint:
        configurable["checkpoint_id"] = checkpoint
    return {"configurable": configurable}


def named(config: RunnableConfig, graph: str) -> RunnableConfig:
    """The config, with the graph's name for the metadata of what is written, under a LangGraph server's `graph_id`."""
    return {**config, "metadata": {**config.get("metadata", {}), "graph_id": graph}}


async def copy_checkpoint(
    saver: TellingSaver, source: str, checkpoint: str | None, target: str, *, ancestors: bool
) -> str:
    """Copy one checkpoint of the root namespace (None: the latest) and return its id, which stays the same.

    Ids must stay: a task's id is made from its checkpoint's, and names its subgraph's namespace. With it go its pending
    writes, the checkpoints of the subgraphs that its tasks have started, and what subgraphs with a memory of their own
    (compiled with checkpointer=True) remembered by then. With `ancestors`, all of its ancestors too: a delta channel's
    value is spread over them. Raises NoSuchCheckpoint.
    """
    if await saver.aget_tuple(place(target)) is not None:
        raise NoSuchCheckpoint(f'The thread "{target}" exists already: choose a new name for the copy.')
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
    # Where the question was answered since, a subgraph's checkpoints are past it: it starts over, as LangGraph has it.
    inside = await _subgraphs(saver, source, chosen_id, begun=not passed)
    for namespace, ids in inside.items():
        for index, inner in enumerate(ids):
            found = await saver.aget_tuple(place(source, namespace, inner))
            if found is not None:
                await _put(saver, found, target, keep_parent=index > 0, reopen=False)
    return chosen_id


async def _put(saver: TellingSaver, each: CheckpointTuple, target: str, *, keep_parent: bool, reopen: bool) -> None:
    namespace, checkpoint = each.config["configurable"]["checkpoint_ns"], each.checkpoint["id"]
    came_from = {"thread_id": each.config["configurable"]["thread_id"], "checkpoint_id": checkpoint}
    parent = each.parent_config["configurable"]["checkpoint_id"] if keep_parent and each.parent_config else None
    await saver.aput(
        place(target, namespace, parent),
        each.checkpoint,
        {**each.metadata, "timetravel_from": came_from},  # type: ignore[typeddict-unknown-key]
        each.checkpoint["channel_versions"],
    )
    paths = await _task_paths(saver, each)
    for task, writes in _by_task(each.pending_writes or [], reopen=reopen).items():
        await saver.aput_writes(place(target, namespace, checkpoint), writes, task, paths.get(task, ""))


def _by_task(pending: list[tuple[str, str, Any]], *, reopen: bool) -> dict[str, list[tuple[str, Any]]]:
    """The writes of each task. With `reopen`, a question that was answered since is open again: only it is kept."""
    tasks: defaultdict[str, list[tuple[str, Any]]] = defaultdict(list)
    for task, channel, value in pending:
        tasks[task].append((channel, value))
    if not reopen:
        return dict(tasks)
    asked = {task: [write for write in writes if write[0] == _INTERRUPT] for task, writes in tasks.items()}
    return {task: questions for task, questions in asked.items() if questions}


async def _task_paths(saver: TellingSaver, each: CheckpointTuple) -> dict[str, str]:
    """Which node wrote what: the saver returns pending writes without their `task_path`, so it is read beside it."""
    where = each.config["configurable"]
    rows = await saver.conn.execute_fetchall(
        "SELECT DISTINCT task_id, task_path FROM writes "
        "WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id = ?",
        (str(where["thread_id"]), where["checkpoint_ns"], each.checkpoint["id"]),
    )
    return {str(task): str(path or "") for task, path in rows}


async def _subgraphs(saver: TellingSaver, thread: str, checkpoint: str, *, begun: bool) -> dict[str, list[str]]:
    """The ids to copy, oldest first, for each namespace below the root. Reads ids and metadata, no state.

    `begun`: those that the checkpoint's tasks have started, too, and not only what subgraphs with a memory hold.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    before: dict[str, str] = {}
    rows = await saver.conn.execute_fetchall(
        "SELECT checkpoint_ns, checkpoint_id, metadata FROM checkpoints "
        "WHERE thread_id = ? AND checkpoint_ns > '' ORDER BY checkpoint_ns, checkpoint_id",
        (thread,),
    )
    for namespace, inner, metadata in rows:
        parents = json.loads(metadata).get("parents", {}) if metadata else {}
        if begun and parents.get("") == checkpoint:
            found[namespace].append(inner)
        elif ":" not in namespace and inner < checkpoint:
            before[namespace] = inner
    for namespace, inner in before.items():
        found[namespace].insert(0, inner)
    return dict(found)
