"""Chooses the thread of the server on which a job happens: an existing one, a new one, or a copy."""

import uuid
from dataclasses import replace
from typing import Any

from ui.timetravel.errors import CheckpointNotFound, WorkerError
from ui.timetravel.langgraph_server.assistants import Assistant
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.stores.server.answers import name_in, state_in
from ui.timetravel.stores.server.connection import ServerConnection, is_thread_id

_NAMES = uuid.UUID("6f1c1a52-9d0e-5b4c-8f43-7d0c2b6a9e11")
"""The namespace of the UUIDs that are made from names of threads, so that a name means the same thread again."""


class JobRefused(WorkerError):
    """The job can't be done as requested. The message is for a person."""


def place_thread(connection: ServerConnection, job: Job, assistant: Assistant) -> tuple[Job, list[str]]:
    """The job with the ids that its threads have on the server, and notes for a person on what differs.

    A server names threads by UUIDs: another name is saved in the thread's metadata as `timetravel_name`, and the
    original of a copy as `timetravel_from`. It copies threads whole, and names the copies itself. Raises StoreError and
    JobRefused.
    """
    if job.copy_to:
        return _copied(connection, job, job.copy_to)
    metadata: dict[str, Any] = {}
    notes: list[str] = []
    if not is_thread_id(job.thread_id):
        if not isinstance(job.action, Input) or job.checkpoint_id:
            raise _no_thread(job)
        metadata = {"timetravel_name": job.thread_id}
        named = str(uuid.uuid5(_NAMES, job.thread_id))
        notes = [f"The thread “{job.thread_id}” has this id on the server, which takes no others than UUIDs."]
        job = replace(job, thread_id=named)
    options: dict[str, Any] = {"thread_id": job.thread_id, "if_exists": "do_nothing", "metadata": metadata}
    connection.write(lambda client: client.threads.create(graph_id=assistant.graph_id, **options))
    return job, notes


def no_checkpoint(job: Job) -> JobRefused:
    """The JobRefused error for a checkpoint that does not exist."""
    missing = job.checkpoint_id or ("in this namespace" if job.namespace else "yet")
    return JobRefused(f'The thread "{job.thread_id}" has no checkpoint {missing}.')


def _copied(connection: ServerConnection, job: Job, name: str) -> tuple[Job, list[str]]:
    if job.namespace:
        raise JobRefused("A subgraph's checkpoint can't be copied alone: copy the checkpoint of the graph above it.")
    _see_that_it_is_there(connection, job)
    thread = name_in(connection.write(lambda client: client.threads.copy(job.thread_id)), "thread_id")
    came_from = {"thread_id": job.thread_id, "checkpoint_id": job.checkpoint_id}
    metadata = {"timetravel_from": came_from, "timetravel_name": name}
    connection.write(lambda client: client.threads.update(thread, metadata=metadata))
    note = f"The server gave “{name}” this id, and copied the whole history up to now into it."
    return replace(job, copy_to=thread), [note]


def _see_that_it_is_there(connection: ServerConnection, job: Job) -> None:
    """Check, before anything is copied, that the job's checkpoint exists. Raises JobRefused."""
    if not is_thread_id(job.thread_id):
        raise _no_thread(job)
    where: Any = job.checkpoint_id and {"checkpoint_id": job.checkpoint_id, "checkpoint_ns": ""}
    try:
        found = state_in(connection.read(lambda client: client.threads.get_state(job.thread_id, checkpoint=where)))
    except CheckpointNotFound:
        raise _no_thread(job) from None
    if not found.get("created_at"):
        raise no_checkpoint(job)


def _no_thread(job: Job) -> JobRefused:
    return JobRefused(f'The server has no thread "{job.thread_id}".')
