"""The runs of the app: started on any store, repeated on failure, and found by their id."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from ui.services.allowed_types import AllowedTypes
from ui.services.opened_store import OpenedStore
from ui.services.run_surroundings import RunSurroundings
from ui.timetravel.errors import WorkerError
from ui.timetravel.ground.read_only import refuse_if_read_only
from ui.timetravel.model.jobs import Job, RunRequest, Surroundings
from ui.timetravel.runs.retries.retry_policy import RetryPolicy
from ui.timetravel.runs.retries.retrying_run import RetryRegistry
from ui.timetravel.runs.runner import LiveRun, Runner


class RunRegistry:
    """Starts runs and remembers them. Safe to use from several threads."""

    def __init__(
        self,
        opened: Callable[[], list[OpenedStore]],
        workers: Runner | None,
        around: RunSurroundings,
        allowed: AllowedTypes,
        is_aside: Callable[[OpenedStore], bool],
    ) -> None:
        """`opened` returns the stores that are open; `workers` run the app's graphs, if there are any.

        `is_aside` says for a store whether runs on it are sandbox runs, which do not write to the graph's own memory
        and caches.
        """
        self._opened = opened
        self._workers = workers
        self._around = around
        self._allowed = allowed
        self._is_aside = is_aside
        self.retrying = RetryRegistry()

    def start(
        self, here: OpenedStore, request: RunRequest, retries: RetryPolicy | None = None, *, traced: bool = False
    ) -> LiveRun:
        """Start a run on a store; it is repeated on failure as `retries` says. Raises WorkerError.

        `traced`: a person has seen where traces go, and wants those of a sandbox run sent as well.
        """
        refuse_if_read_only("run")
        if here.runner is None:
            raise WorkerError(f"Nothing may be written to the store “{here.store.title}”.")
        job = request.on(here.target)
        ready = replace(
            job,
            surroundings=self._surroundings(here, job, traced=traced),
            allowed=self._allowed.of(self.read_by(job)),
        )
        if retries is None:
            return here.runner.start(ready)
        return self.retrying.start(here.runner, ready, retries, lambda thread: here.store.skeleton(thread).latest)

    def read_by(self, job: Job) -> str:
        """The target of the store whose values a job reads: the one from which it imports a checkpoint, else its own.

        Empty where that store is no longer open.
        """
        if job.bring is None:
            return job.store
        return next((one.target for one in self._opened() if one.name == job.bring.store), "")

    def get(self, run_id: str) -> LiveRun | None:
        """The run with this id, on any store; None where none is known."""
        if retrying := self.retrying.get(run_id):
            return retrying
        found = (runner.runs.get(run_id) for runner in self.runners())
        return next((run for run in found if run is not None), None)

    def all(self) -> list[LiveRun]:
        """Every known run. One that is repeated on failure is listed once, without its tries."""
        known = [run for runner in self.runners() for run in list(runner.runs.values())]
        tries = self.retrying.single_runs()
        return [*self.retrying.all(), *(run for run in known if run.id not in tries)]

    def runners(self) -> Iterator[Runner]:
        """Everything that runs graphs, each once."""
        seen: list[Runner] = [self._workers] if self._workers else []
        yield from seen
        for source in self._opened():
            if source.runner is not None and not any(source.runner is one for one in seen):
                seen.append(source.runner)
                yield source.runner

    def _surroundings(self, here: OpenedStore, job: Job, *, traced: bool) -> Surroundings:
        came_from = self.read_by(job) if job.bring else ""
        return self._around.of(here.target, aside=self._is_aside(here), came_from=came_from, traced=traced)
