"""The threads of a lesson in the practice stores, and the questions that a lesson's checks ask about them."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ui.services.store_registry import OpenedStore, StoreRegistry
from ui.timetravel.model.checkpoints import Checkpoint, CheckpointId, Header, Task, ThreadState, visible
from ui.timetravel.model.jobs import RunRequest
from ui.timetravel.model.targets import StoreKind
from ui.timetravel.model.values import Plain
from ui.timetravel.runs.retries.retry_policy import RetryPolicy
from ui.timetravel.runs.runner import LiveRun


@dataclass(frozen=True, slots=True)
class LessonThread:
    """One thread of a lesson. `name` identifies it within the lesson; `kind` is that of its practice store."""

    name: str = ""
    kind: StoreKind = StoreKind.FILE


class Classroom:
    """The threads of one walk through a lesson. `attempt` is part of their ids, so every walk begins with empty
    threads.

    Every call reads the store again. A thread that does not exist yet has no checkpoints.
    """

    def __init__(self, slug: str, attempt: str, spots: Sequence[LessonThread], sources: StoreRegistry) -> None:
        self.slug = slug
        self.attempt = attempt
        self.spots = {spot.name: spot for spot in spots}
        self._sources = sources

    @property
    def walk(self) -> str:
        """The identifier of this walk through the lesson."""
        return self.thread()

    def thread(self, spot: str = "") -> str:
        """The id of a thread of the lesson."""
        return "-".join(filter(None, [self.slug.replace("_", "-"), self.attempt, spot]))

    def source(self, spot: str = "") -> OpenedStore:
        """The store that a thread is in, created or started if necessary. Raises StoreError."""
        return self._sources.practice(self.spots[spot].kind)

    def start(self, spot: str, request: RunRequest, retries: RetryPolicy | None = None) -> LiveRun:
        """Start a run in the store that a thread is in. Raises StoreError, WorkerError."""
        return self._sources.runs.start(self.source(spot), request, retries)

    def existing(self, spot: str = "") -> OpenedStore | None:
        """The store that a thread is in, if it exists; else None."""
        return self._sources.existing_practice(self.spots[spot].kind)

    def live(self, spot: str = "") -> LiveRun | None:
        """The run that is on in a thread; None where there is none."""
        return next((run for run in self._runs(spot) if run.state().status.live), None)

    def last_run(self, spot: str = "") -> LiveRun | None:
        """The run that was last started in a thread, as far as the app remembers it; else None."""
        return max(self._runs(spot), key=lambda run: run.state().started, default=None)

    def _runs(self, spot: str) -> list[LiveRun]:
        here = self.existing(spot)
        if here is None:
            return []
        jobs = [(run, run.state().job) for run in self._sources.runs.all()]
        return [run for run, job in jobs if (job.store, job.target_thread) == (here.target, self.thread(spot))]

    def any_live(self) -> bool:
        """Whether a run is on in any thread of the lesson."""
        return any(self.live(spot) is not None for spot in self.spots)

    def ids(self, spot: str = "", namespace: str = "") -> tuple[CheckpointId, ...]:
        """The checkpoints of a thread, oldest first."""
        here = self.existing(spot)
        return here.store.skeleton(self.thread(spot), namespace).ids if here else ()

    def namespaces(self, spot: str = "") -> list[str]:
        """The namespaces of a thread, the root first; empty where it has no checkpoints."""
        here = self.existing(spot)
        return here.store.namespaces(self.thread(spot)) if here else []

    def headers(self, spot: str = "", namespace: str = "") -> list[Header]:
        """The headers of a thread's checkpoints, oldest first."""
        here = self.existing(spot)
        return here.store.headers(self.thread(spot), namespace, self.ids(spot, namespace)) if here else []

    def head(self, spot: str = "") -> Header | None:
        """The newest checkpoint of a thread; None where it has none."""
        found = self.headers(spot)
        return found[-1] if found else None

    def made_by(self, node: str, spot: str = "") -> list[Header]:
        """The checkpoints that a node's writes made, oldest first."""
        return [header for header in self.headers(spot) if node in header.ran]

    def due(self, node: str, spot: str = "") -> list[Header]:
        """The checkpoints after which a node was due, oldest first."""
        return [header for header in self.headers(spot) if node in header.next]

    def checkpoint(self, checkpoint_id: CheckpointId = "", spot: str = "", namespace: str = "") -> Checkpoint | None:
        """One whole checkpoint, the newest unless one is named; None where the thread has none."""
        here = self.existing(spot)
        ids = self.ids(spot, namespace)
        if here is None or not ids:
            return None
        return here.store.checkpoint(self.thread(spot), namespace, checkpoint_id or ids[-1])

    def values(self, checkpoint_id: CheckpointId = "", spot: str = "", namespace: str = "") -> dict[str, Plain]:
        """The state in a checkpoint, the newest unless one is named."""
        found = self.checkpoint(checkpoint_id, spot, namespace)
        return visible(found.values) if found else {}

    def tasks(self, checkpoint_id: CheckpointId = "", spot: str = "") -> list[Task]:
        """The tasks that ran from a checkpoint, with their writes."""
        here, head = self.existing(spot), self.ids(spot)[-1:]
        if here is None or not head:
            return []
        return here.store.writes(self.thread(spot), "", checkpoint_id or head[0])

    def state(self, spot: str = "") -> ThreadState | None:
        """The state in which a thread was left; None where it has no checkpoints, or a run is on in it."""
        here = self.existing(spot)
        if here is None or self.live(spot) is not None:
            return None
        found = here.store.thread(self.thread(spot))
        return found.state if found else None

    def finished(self, spot: str = "") -> bool:
        """Whether a thread ran to its end."""
        return self.state(spot) is ThreadState.FINISHED

    def began(self, spot: str = "") -> Counter[str]:
        """How often each node of a thread began, according to the log file outside the state."""
        return Counter(str(line["node"]) for line in self._began(spot) if "node" in line)

    def processes(self, spot: str = "") -> set[int]:
        """The ids of the processes in which nodes of a thread began, according to the same file."""
        return {line["process"] for line in self._began(spot) if type(line.get("process")) is int}

    def _began(self, spot: str) -> list[dict[str, Any]]:
        try:
            lines = self._sources.node_log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:  # it does not exist, or was deleted just now
            return []
        return [one for one in map(_begun, lines) if one.get("thread") == self.thread(spot)]


def _begun(line: str) -> dict[str, Any]:
    """A line of the log file, parsed; empty for one that is half written, or that another program wrote."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
