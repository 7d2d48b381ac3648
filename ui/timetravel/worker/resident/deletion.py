"""Deletes from the saver that a worker holds, one thread at a time."""

from collections.abc import Callable

from ui.timetravel.cleanup.plan import Plan
from ui.timetravel.errors import WorkerError
from ui.timetravel.model.jobs import Deleted
from ui.timetravel.stores.saver.listing import BOUND
from ui.timetravel.worker.child.shared.protocol import Message
from ui.timetravel.worker.messages.wire import deleted, deletion_message, gone_by_then
from ui.timetravel.worker.resident.process import ResidentProcess

_SECONDS = 60.0
_LIMITS = {"limit": BOUND, "seconds": 30.0}
"""How much of a long thread is listed to check whether it has changed."""


def delete_from(process: ResidentProcess, plan: Plan, on_progress: Callable[[Deleted], None]) -> Deleted:
    """Delete what is in a plan: see `ResidentWorker.delete`."""
    gone = Deleted()
    for thread in deletion_message(plan, "")["job"]["threads"]:
        try:
            reply = process.ask({"do": "delete", "thread": thread, "limits": _LIMITS}, _SECONDS)
            gone += _of(reply)
        except WorkerError as error:
            raise type(error)(f"{error} {gone_by_then(gone)}") from None
        on_progress(gone)
    if gone.notes and not gone.checkpoints:
        raise WorkerError(" ".join(gone.notes))
    return gone


def _of(reply: Message) -> Deleted:
    if refused := reply.get("refused"):
        raise WorkerError(refused["message"])
    if failure := reply.get("failure"):
        raise WorkerError(failure["message"])
    return deleted(reply)
