"""Checks, before anything is written, whether the checkpoints that a job imports fit on the disk."""

from pathlib import Path

from ui.timetravel.errors import WorkerError
from ui.timetravel.ground.disk_room import too_little_room
from ui.timetravel.model.jobs import Job
from ui.timetravel.worker.child.shared.protocol import Message, pack

_BESIDES = 200_000
"""The bytes that a run adds at least, with an empty store's tables."""


def check_room(job: Job, request: Message) -> None:
    """Raise WorkerError if the disk of the store has no room for an imported checkpoint and the store's log."""
    # Values in messages are base64.
    needed = len(pack(request["job"]["bring"])) * 3 // 4 * 2 + _BESIDES
    if trouble := too_little_room("a fork of this checkpoint", Path(job.store), needed):
        raise WorkerError(trouble)
