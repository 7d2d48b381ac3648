"""The process of a resident worker: sends it requests and runs, and receives its messages."""

import itertools
import queue
import threading
import time
from collections.abc import Callable
from datetime import datetime

from ui.timetravel.errors import GraphLoadError, WorkerDied, WorkerError
from ui.timetravel.runs.records.output_log import OutputLog
from ui.timetravel.runs.records.run_record import Record
from ui.timetravel.worker.child.shared.exit_status import how_it_ended
from ui.timetravel.worker.child.shared.protocol import Message
from ui.timetravel.worker.process.process import WorkerProcess

OnChange = Callable[[str, str, str], None]
"""Called with the thread, namespace and checkpoint id of a write; the last two may be empty: anywhere in the thread."""

_ENDS = ("end", "load_error")
_FIRST = ("kept", "load_error", "unfit")


class ResidentProcess:
    """A worker process that stays.

    Safe to use from several threads. Output outside of runs is kept to explain its end.
    """

    def __init__(
        self, process: WorkerProcess, request: Message, on_change: OnChange, on_exit: Callable[[], None]
    ) -> None:
        self.started_at = datetime.now().astimezone()
        self.saver = ""
        self.in_memory = False
        self._process = process
        self._on_change = on_change
        self._on_exit = on_exit
        self._printed = OutputLog()
        self._first: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._waiting: dict[int, queue.SimpleQueue[Message]] = {}
        self._records: dict[str, Record] = {}
        self._code: int | None = None
        process.listen(self._heard, self._text, self._exited)
        process.send(request)

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended, as far as is known."""
        return self._code is None and not self._process.exited.is_set()

    def wait_until_kept(self, timeout: float) -> None:
        """Wait until it holds its saver. Raises GraphLoadError, WorkerDied, or WorkerError after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                message = self._first.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise WorkerError(
                    f"Starting the worker took over {timeout:g} seconds. The graph's module must not run it."
                ) from None
            event = message["event"]
            if event == "kept":
                self.saver, self.in_memory = message["saver"], message["in_memory"]
                return
            if event == "unfit":
                raise GraphLoadError(message["message"])
            if event == "load_error":
                raise GraphLoadError(f"The graph failed to load: {message['message']}", message["traceback"])
            if event == "exited":
                raise self._died(message["code"])

    def ask(self, request: Message, timeout: float) -> Message:
        """Send a request and return the answer, which may contain "refused".

        Raises WorkerDied, or WorkerError after `timeout` seconds.
        """
        number = next(self._numbers)
        answer: queue.SimpleQueue[Message] = queue.SimpleQueue()
        with self._lock:
            if self._code is not None:
                raise self._died(self._code)
            self._waiting[number] = answer
        self._process.send({**request, "id": number})
        try:
            message = answer.get(timeout=timeout)
        except queue.Empty:
            raise WorkerError(
                f"The worker has not answered for {timeout:g} seconds: a node, or the saver, may be holding it up. "
                "Wait for it, or restart it."
            ) from None
        finally:
            with self._lock:
                self._waiting.pop(number, None)
        if message["event"] == "exited":
            raise self._died(message["code"])
        return message

    def run(self, record: Record, request: Message) -> None:
        """Start a run, whose messages go to `record`."""
        run = record.state().id
        with self._lock:
            code = self._code
            if code is None:
                self._records[run] = record
        if code is not None:
            record.exited(code)
            return
        self._process.send({**request, "run": run})

    def stop(self, run: str, grace: float) -> None:
        """Ask a run to end; after `grace` seconds the worker abandons what has not ended."""
        self._process.send({"do": "stop", "run": run, "grace": grace})

    def forget(self, run: str) -> None:
        """Drop further messages of a run."""
        with self._lock:
            self._records.pop(run, None)

    def kill(self) -> None:
        """End the process, and every run in it, as a crash would."""
        for record in self._live():
            record.killed()
        self._process.kill()

    def wait(self, timeout: float) -> None:
        """Wait until it has ended, at most `timeout` seconds."""
        self._process.exited.wait(timeout)

    def _live(self) -> list[Record]:
        with self._lock:
            return list(self._records.values())

    def _heard(self, message: Message) -> None:
        event, run = message["event"], message.get("run", "")
        if event == "changed":
            self._on_change(message["thread"], message["ns"], message["id"])
        elif event == "reply":
            with self._lock:
                waiting = self._waiting.get(message["id"])
            if waiting is not None:
                waiting.put(message)
        elif (record := self._records.get(run)) is not None:
            self._tell(record, message)
        elif event == "output":
            self._print(message, run)
        elif event == "foreign":
            for record in self._going():
                record.message(message)
        elif event in _FIRST:
            self._first.put(message)

    def _tell(self, record: Record, message: Message) -> None:
        if message["event"] in _ENDS:
            # The last writes are processed before the end is reported.
            self._on_change(record.state().job.target_thread, "", "")
        record.message(message)

    def _print(self, message: Message, run: str) -> None:
        """Give text that names no run to every run that is on, since it is not known which one printed it."""
        if not run:
            for record in self._going():
                record.message(message)
        self._printed.add(message["kind"], "", "", message["text"])

    def _text(self, text: str) -> None:
        for record in self._going():
            record.text(text)
        self._printed.add("stderr", "", "", text)

    def _going(self) -> list[Record]:
        return [record for record in self._live() if record.state().status.live]

    def _exited(self, code: int) -> None:
        message = {"event": "exited", "code": code}
        with self._lock:
            self._code = code
            waiting = list(self._waiting.values())
        self._first.put(message)
        for each in waiting:
            each.put(message)
        for record in self._live():
            record.exited(code)
        self._on_exit()

    def _died(self, code: int) -> WorkerDied:
        return WorkerDied(f"The worker {how_it_ended(code)}. Reload the page to start it again.", self._printed.tail())
