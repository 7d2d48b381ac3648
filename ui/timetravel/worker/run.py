"""One run in a process of its own: its state, and how it is ended."""

import threading
import uuid
from collections.abc import Callable

from ui.timetravel.model.jobs import Job
from ui.timetravel.model.runs import RunState
from ui.timetravel.runs.records.run_record import Record
from ui.timetravel.worker.child.shared.protocol import Message
from ui.timetravel.worker.process.process import WorkerProcess


class Run:
    """One run of one graph. Every method is safe to call from any thread, also after the end."""

    def __init__(self, job: Job, process: WorkerProcess, grace: float) -> None:
        self.id = uuid.uuid4().hex
        self._record = Record(self.id, job)
        self._process = process
        self._grace = grace

    def state(self) -> RunState:
        """The run at this moment: cheap, and a value that never changes."""
        return self._record.state()

    def stop(self) -> None:
        """Ask the run to end between supersteps (coroutines are cancelled immediately); kill it after the grace
        period.
        """
        if self.state().status.live:
            self._record.stopping()
            self._process.send({"do": "stop"})
            after(self._grace, self._process.kill)

    def kill(self) -> None:
        """End its process immediately, as a crash would. A run that was live then has the status DIED."""
        self._record.killed()
        self._process.kill()

    def wait(self, timeout: float | None = None) -> RunState:
        """Wait for the end, at most `timeout` seconds, and return the state, which may still be live then."""
        self._record.done.wait(timeout)
        return self.state()

    def begin(self, request: Message, on_message: Callable[[Message], None]) -> None:
        """Send the process its request and pass its messages on. For the code that started the process."""

        def take(message: Message) -> None:
            if self._record.message(message):
                on_message(message)

        self._process.listen(take, self._record.text, self._record.exited)
        self._process.send(request)


def after(seconds: float, action: Callable[[], None]) -> None:
    """Call `action` after some seconds, unless the debugger has ended before."""
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
