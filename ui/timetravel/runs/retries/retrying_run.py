"""A run that is repeated when it fails: one `LiveRun`, made of several runs in a row."""

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace

from ui.timetravel.errors import TimeTravelError
from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.model.jobs import Job
from ui.timetravel.model.runs import Failure, RunState, RunStatus
from ui.timetravel.runs.records.recent_runs import with_run
from ui.timetravel.runs.retries.attempts import Attempts
from ui.timetravel.runs.retries.next_attempt import GiveUp, next_job
from ui.timetravel.runs.retries.retry_policy import RetryPolicy
from ui.timetravel.runs.runner import LiveRun, Runner

Head = Callable[[str], CheckpointId | None]
"""Returns the newest checkpoint of the thread in the run's store, None where it has none. Raises TimeTravelError."""
Wait = Callable[[threading.Event, float], bool]
"""Waits for the event, at most this many seconds, and returns whether it is set."""

_TRIED_AGAIN = (RunStatus.FAILED, RunStatus.DIED)


class RetryingRun:
    """A run that is repeated when it fails or its worker dies, until it ends otherwise or `retries` are used up.

    Every method is safe to call from any thread, also after the end. Each try continues from what was saved
    (`next_job`). A question to a person is not a failure: it ends the run, as a requested pause does.
    """

    def __init__(
        self, runner: Runner, job: Job, retries: RetryPolicy, head: Head, wait: Wait = threading.Event.wait
    ) -> None:
        """Start the first try. Raises what `Runner.start` and `head` raise."""
        self.id = uuid.uuid4().hex
        self._runner = runner
        self._retries = retries
        self._head = head
        self._wait = wait
        self._stop = threading.Event()
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._before = head(job.target_thread)
        first = runner.start(job)
        # A server chooses the ids of new threads.
        self._job = first.state().job
        self._tries = Attempts(self.id, self._job, retries.tries)
        self._run: LiveRun | None = first
        self.run_ids = frozenset({first.id})
        threading.Thread(target=self._work, args=(first,), name=f"tries {self.id}", daemon=True).start()

    def state(self) -> RunState:
        """The run at this moment, all its tries combined: a value that never changes."""
        with self._lock:
            return self._tries.state(self._run.state() if self._run else None, stopping=self._stop.is_set())

    def stop(self) -> None:
        """Stop the try that is running, or end the pause; there is no further try."""
        self._stop.set()
        with self._lock:
            run = self._run
        if run is not None:
            run.stop()

    def kill(self) -> None:
        """Kill the worker of the try that is running, as a crash would: that try has failed, and the next one
        follows.
        """
        with self._lock:
            run = self._run
        if run is not None:
            run.kill()

    def wait(self, timeout: float | None = None) -> RunState:
        """Wait for the end of the last try, at most `timeout` seconds, and return the state, which may be live then."""
        self._done.wait(timeout)
        return self.state()

    def _work(self, first: LiveRun) -> None:
        last = None
        try:
            last = self._go_on(first.wait())
        finally:
            with self._lock:
                self._run = None
                if last is not None:
                    self._tries.add(last, None)
                self._tries.end(stopped=self._stop.is_set())
            self._done.set()

    def _go_on(self, ended: RunState) -> RunState | None:
        """Try until there is no next try, and return how the last one ended; None where it was stopped in a pause."""
        job = self._job
        for pause in self._retries.pauses:
            if ended.status not in _TRIED_AGAIN or self._stop.is_set():
                break
            found = self._next(job, ended)
            if isinstance(found, GiveUp):
                return replace(ended, notes=(*ended.notes, found.why))
            job = found
            with self._lock:
                self._run = None
                self._tries.add(ended, pause)
            if self._wait(self._stop, pause):
                return None
            ended = self._try(job)
        return ended

    def _next(self, job: Job, ended: RunState) -> Job | GiveUp:
        try:
            now = self._head(ended.job.target_thread) if ended.status is RunStatus.DIED else None
        except TimeTravelError as error:
            return GiveUp(f"It is not tried again, since the store could not be asked what was saved. {error}")
        found = next_job(job, ended, self._before, now)
        self._before = now or ended.head or self._before
        return found

    def _try(self, job: Job) -> RunState:
        """Run the next try to its end. If it can't be started, that is a failure like any other."""
        began = time.time()
        try:
            run = self._runner.start(job)
        except TimeTravelError as error:
            failure = Failure("", type(error).__name__, str(error), getattr(error, "traceback", ""))
            return RunState("", job, RunStatus.FAILED, began, time.time(), failure=failure)
        with self._lock:
            self._run = run
            self.run_ids |= {run.id}
            self._tries.begin()
        if self._stop.is_set():
            run.stop()
        return run.wait()


class RetryRegistry:
    """The runs that are repeated on failure, on whatever runner. Safe to use from several threads."""

    def __init__(self) -> None:
        self._runs: Mapping[str, RetryingRun] = {}
        self._lock = threading.Lock()

    def start(self, runner: Runner, job: Job, retries: RetryPolicy, head: Head) -> RetryingRun:
        """Start a run and return immediately. Raises what `RetryingRun` raises."""
        run = RetryingRun(runner, job, retries, head)
        with self._lock:
            self._runs = with_run(self._runs, run)
        return run

    def get(self, run_id: str) -> RetryingRun | None:
        """The run of this id, None if there is none."""
        return self._runs.get(run_id)

    def all(self) -> list[RetryingRun]:
        """Every run that is known, those that have ended among them."""
        return list(self._runs.values())

    def single_runs(self) -> frozenset[str]:
        """The ids of runs that are tries of one of these, and so are not listed beside it."""
        return frozenset[str]().union(*(run.run_ids for run in self.all()))

    def close(self) -> None:
        """Begin no further try. May be called more than once."""
        for run in self.all():
            run.stop()
