"""One run in a resident worker: its state, and how it is ended."""

import uuid

from ui.timetravel.model.jobs import Job
from ui.timetravel.model.runs import RunState
from ui.timetravel.runs.records.run_record import Record
from ui.timetravel.worker.resident.process import ResidentProcess
from ui.timetravel.worker.run import after

_IN_MEMORY = "The threads that were in the worker's memory are gone."
_IN_STORE = "What it had saved by then is where the saver keeps it."
_BLOCKED = (
    "The run can't be stopped: its code holds up the whole worker. Killing it ends the worker, and every run and "
    "thread in its memory with it."
)


class ResidentRun:
    """One run in a resident worker. Every method is safe to call from any thread, also after the end."""

    def __init__(self, job: Job, process: ResidentProcess, grace: float) -> None:
        self.id = uuid.uuid4().hex
        self.record = Record(self.id, job, _IN_MEMORY if process.in_memory else _IN_STORE)
        self._process = process
        self._grace = grace

    def state(self) -> RunState:
        """The run at this moment: cheap, and a value that never changes."""
        return self.record.state()

    def stop(self) -> None:
        """Ask the run to end between supersteps; after the grace period it ends, and its worker continues.

        A node that continues in a thread of its own has no further effect; a note says so.
        """
        if self.state().status.live:
            self.record.stopping()
            self._process.stop(self.id, self._grace)
            after(2 * self._grace, self._say_if_blocked)

    def kill(self) -> None:
        """End the whole worker immediately, as a crash would: its other runs die too, and its memory is lost."""
        self._process.kill()

    def forget(self) -> None:
        """Drop further messages about this run."""
        self._process.forget(self.id)

    def wait(self, timeout: float | None = None) -> RunState:
        """Wait for the end, at most `timeout` seconds, and return the state, which may still be live then."""
        self.record.done.wait(timeout)
        return self.state()

    def _say_if_blocked(self) -> None:
        self.record.message({"event": "note", "text": _BLOCKED})
