"""The debugger's side of a process that has imported a graph's module, and stays."""

import contextlib
import itertools
import queue
import threading
import time
from collections.abc import Iterator
from typing import Protocol

from ui.timetravel.errors import GraphLoadError, WorkerDied, WorkerError
from ui.timetravel.runs.records.output_log import OutputLog
from ui.timetravel.worker.child.shared.protocol import Message
from ui.timetravel.worker.imports.freshness import Freshness
from ui.timetravel.worker.process.forked import Forked, Forker
from ui.timetravel.worker.process.process import WorkerProcess
from ui.timetravel.worker.request import answer_of

_END_SECONDS = 5.0
_TWICE = "The graph was imported once more for this run: what its module prints may be in the output twice."


class Elsewhere(Protocol):
    """Starts workers that can't be forks of an import."""

    def import_alone(self, child: Forked) -> None:
        """Make it a worker that does its own import."""
        ...

    def import_again(self, child: Forked) -> None:
        """Make it a fork of another import."""
        ...


class Imported:
    """One import, and the process in which it was done. Safe to use from several threads.

    During the import, workers wait for it, and what it prints is attributed to them. Afterwards they are forks of the
    process. If it may not be forked, it answers questions about the graph itself, and workers are started `elsewhere`.
    """

    def __init__(
        self, process: WorkerProcess, forker: Forker | None, request: Message, elsewhere: Elsewhere | None = None
    ) -> None:
        self.used = time.monotonic()
        self.forks = False
        """Whether the import is done, and the process may be forked."""
        self.exclusive = False
        """Whether the import is done, and holds something that only one process may have. Then the process has
        ended.
        """
        self._process = process
        self._forker = forker
        self._elsewhere = elsewhere
        self._graph = str(request["graph"])
        self._lock = threading.RLock()
        self._waiting: list[tuple[Forked, int]] = []
        self._freshness: Freshness | None = None
        self._outcome: Message | None = None
        self._settled = threading.Event()
        self._retired = False
        self._users = 0
        self._printed = OutputLog()
        self._numbers = itertools.count(1)
        self._answers: dict[int, queue.SimpleQueue[Message]] = {}
        if forker is not None:
            forker.idle = self._end_if_idle
            forker.pid = lambda: process.pid
            threading.Thread(target=forker.hear, daemon=True).start()
        process.listen(self._heard, self._text, self._exited)
        process.send(request)

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._process.pid

    @property
    def usable(self) -> bool:
        """Whether it is still importing, or has imported the code as it is now."""
        if self._retired:
            return False
        if self._outcome is None:
            return True
        ended = self._process.exited.is_set() and not self.exclusive
        return not ended and self._freshness is not None and self._freshness.holds()

    @property
    def stays(self) -> bool:
        """Whether the import is done, and the process itself answers questions, because it may not be forked."""
        return self._freshness is not None and not self.forks and not self.exclusive

    @property
    def template_changed(self) -> bool:
        """Whether it was forked from a template that has imported a file which has changed since."""
        return self._freshness is not None and self._freshness.template_changed

    def give(self, child: Forked) -> None:
        """Have a worker made, once the import is done. Returns immediately."""
        self.used = time.monotonic()
        with self._lock:
            if self._outcome is None:
                child.dropped = lambda: self._drop(child)
                self._waiting.append((child, time.time_ns()))
                return
        self._make(child, 0)

    def wait(self, doing: str, timeout: float, deadline: float) -> bool:
        """Wait for the import. Returns whether it may have missed an edit that was made before this call.

        Raises as `request.answer_of` does. `timeout` is the number in the message for a person; at `deadline` the
        process is ended if nobody else waits for it.
        """
        asked = time.time_ns()
        with self._used():
            settled = self._settled.wait(max(0.0, deadline - time.monotonic()))
        if not settled:
            with self._lock:
                if not self._waiting:
                    self.kill()
            raise WorkerError(f"{doing} took over {timeout:g} seconds. Its module must not run it.")
        assert self._outcome is not None
        if self._freshness is None:
            told: queue.SimpleQueue[Message] = queue.SimpleQueue()
            told.put(self._outcome)
            answer_of(self._graph, told, self._printed, doing, timeout, lambda message: None)
        return self._misses(asked)

    def ask(self, request: Message, doing: str, timeout: float) -> Message:
        """The answer of this process itself.

        Raises as `request.answer_of` does; if it is too slow, the process is ended.
        """
        number = next(self._numbers)
        told: queue.SimpleQueue[Message] = queue.SimpleQueue()
        with self._used(), self._lock:
            self._answers[number] = told
        try:
            if self._process.exited.is_set():
                told.put({"event": "exited", "code": 0})
            self._process.send({**request, "id": number})
            return answer_of(self._graph, told, self._printed, doing, timeout, lambda message: None)
        except (GraphLoadError, WorkerDied):
            raise
        except WorkerError:
            self.kill()
            raise
        finally:
            with self._used(), self._lock:
                del self._answers[number]

    def lend(self) -> WorkerProcess | None:
        """The process, for one run, if it was imported for that run, is done and is still fresh; else None.

        Afterwards it belongs to the run: nothing else may use it. The run is also given what the import printed.
        """
        if not (self.stays and self.usable):
            return None
        for each in self._printed.tell():
            self._process.earlier.append(
                {"event": "output", "kind": each.kind, "node": "", "task": "", "text": each.text}
            )
        return self._process

    def retire(self) -> None:
        """End it as soon as nothing uses it."""
        self._retired = True
        self._end_if_idle()

    def kill(self) -> None:
        """End it and all its forks, immediately."""
        self._retired = True
        self._process.kill()

    def join(self, timeout: float) -> None:
        """Wait until it has ended, at most `timeout` seconds."""
        self._process.exited.wait(timeout)

    @contextlib.contextmanager
    def _used(self) -> Iterator[None]:
        """Mark it as in use, so that it is not ended for being retired or idle."""
        self.used = time.monotonic()
        with self._lock:
            self._users += 1
        try:
            yield
        finally:
            self.used = time.monotonic()
            with self._lock:
                self._users -= 1
            self._end_if_idle()

    def _end_if_idle(self) -> None:
        with self._lock:
            forked = self._forker is not None and self._forker.busy
            if not self._retired or self._users or self._waiting or self._answers or forked:
                return
        if self._forker is not None and self.forks:
            self._forker.shut_if_idle()
        else:
            self._process.kill()

    def _drop(self, child: Forked) -> None:
        """Remove a waiting worker that was killed.

        If no worker is left that waits for the import, the import is ended.
        """
        with self._lock:
            self._waiting = [each for each in self._waiting if each[0] is not child]
            if self._waiting or self._users or self._outcome is not None:
                return
        self.kill()

    def _misses(self, asked: int) -> bool:
        found = self._freshness
        return found is not None and (found.template_changed or (found.changed_meanwhile and asked > found.began))

    def _make(self, child: Forked, asked: int) -> None:
        """Make a worker, now that the import is over."""
        outcome = self._outcome
        assert outcome is not None
        if self._freshness is not None:
            assert self._elsewhere is not None
            misses = self._misses(asked)
            if not misses and self._forker is not None and self.forks and self._forker.fork(child):
                return
            if child.spoken_for:
                child.tell({"event": "note", "text": _TWICE})
            if misses or self.forks:
                self._elsewhere.import_again(child)
            else:
                self._elsewhere.import_alone(child)
        elif outcome["event"] == "exited":
            child.parent_gone(outcome["code"], b"")
        else:
            child.tell(outcome)
            child.parent_gone(1, b"")

    def _heard(self, message: Message) -> None:
        event = message["event"]
        if event == "output":
            self._printed.add(message["kind"], "", "", message["text"])
            for child in self._those_waiting():
                child.tell(message)
        elif event in ("imported", "load_error", "unfit"):
            self._settle(message)
        elif (number := message.get("id")) is not None:
            with self._lock:
                answers = self._answers.get(number)
            if answers is not None:
                answers.put(message)

    def _text(self, text: str) -> None:
        self._printed.add("stderr", "", "", text)
        for child in self._those_waiting():
            child.print(text.encode())

    def _those_waiting(self) -> list[Forked]:
        with self._lock:
            return [child for child, _ in self._waiting]

    def _settle(self, message: Message) -> None:
        """Note that the import is over, or that the process has ended."""
        if message["event"] == "imported":
            self._freshness = Freshness(message)
            self.exclusive = bool(message["exclusive"])
            if self.exclusive:
                self._process.kill()
                self._process.exited.wait(_END_SECONDS)
        with self._lock:
            if self._outcome is not None:
                return
            self.forks = self._forker is not None and bool(message.get("forks"))
            self._outcome = message
            waiting, self._waiting = self._waiting, []
        self._settled.set()
        for child, asked in waiting:
            self._make(child, asked)
        self._end_if_idle()

    def _exited(self, code: int) -> None:
        message = {"event": "exited", "code": code}
        self._settle(message)
        if self._forker is not None:
            self._forker.end(code, self._printed.tail().encode())
        with self._lock:
            answers = list(self._answers.values())
        for each in answers:
            each.put(message)
