"""Deletes from the saver that this worker holds, one thread of a plan at a time.

From an InMemorySaver single checkpoints are deleted, as from a database. From any other, and from an InMemorySaver of
another form, only whole threads, by its own `delete_thread`: a saver need not have a method for single checkpoints
(langgraph-checkpoint 4.3.2, checkpoint/base), and its connection belongs to runs that may be on.
"""

from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Any

from ..errors.failures import describe_failure
from ..errors.refused import Refused
from ..savers.adapter import Adapter
from ..savers.internals.memory import Size, UnknownMemory
from ..savers.read import SaverReader
from ..shared.protocol import Message
from .delete import check, delete_in, delete_one, nothing_yet


async def delete_kept(adapter: Adapter, request: Message, busy: Collection[str]) -> Message:
    """The report of what has been deleted, and the failure if there was one.

    Runs on the loop of the runs; `busy` are their threads.
    """
    report, thread = nothing_yet(), request["thread"]
    if thread["thread_id"] in busy:
        report["notes"].append(f'Nothing of the thread "{thread["thread_id"]}" was deleted: a run is on in it.')
        return report
    whole = partial(_whole, limits=request["limits"])
    work = partial(_in_memory, otherwise=whole) if adapter.halves.in_memory else whole
    try:
        await delete_one(work(adapter, thread), thread, report)
    except Exception as error:
        report["failure"] = describe_failure(error)
    return report


async def _in_memory(
    adapter: Adapter, thread: Message, otherwise: Callable[[Adapter, Message], Awaitable[Size]]
) -> Size:
    try:
        size = await delete_in(adapter.bare, thread)
    except UnknownMemory:
        return await otherwise(adapter, thread)
    adapter.changed(thread["thread_id"])
    return size


async def _whole(adapter: Adapter, thread: Message, limits: Message) -> Size:
    kind = type(adapter.bare).__name__
    if not thread["whole"]:
        raise Refused(
            f"Of {kind} only whole threads can be deleted here, not single checkpoints. Choose whole threads."
        )
    listed: dict[str, Any] = await SaverReader(adapter).answer({"what": "ids", "thread": thread["thread_id"], **limits})
    if not listed["more"]:  # of a longer thread only the newest checkpoints are listed, here and in the plan
        check(thread, [(namespace, one) for namespace, one, _ in listed["ids"]])
    try:
        await adapter.adelete_thread(thread["thread_id"])
    except NotImplementedError:
        raise Refused(f"{kind} has no way to delete a thread. Delete it in the database that it keeps it in.") from None
    return thread["bytes"], 0
