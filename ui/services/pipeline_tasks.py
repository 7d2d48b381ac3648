"""The tasks of a store: the threads of the content pipeline, how far each is, and the checkpoints it can be rolled back
to.

All knowledge about that sample graph is in this file: its name, its stages, and the channels that show them.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from ui.timetravel.errors import CheckpointNotFound
from ui.timetravel.ground.weighed_cache import Cache
from ui.timetravel.ground.weight import weight
from ui.timetravel.history.named_graph import graph_of_thread
from ui.timetravel.model.checkpoints import Checkpoint, CheckpointId, ThreadState, ThreadSummary
from ui.timetravel.model.jobs import Answer, Edits, Input, Resume, RunRequest
from ui.timetravel.model.values import Plain
from ui.timetravel.presentation.change_cards import render_value
from ui.timetravel.stores.base import Store
from ui.timetravel.stores.threads import iter_threads
from ui.timetravel.worker.child.shared.reserved_names import COPY, START

PIPELINE = "content_pipeline"
"""The graph's name, which runs save in the metadata of checkpoints as `graph_id`."""
STAGES = ("research", "outline", "draft", "finalize")
LOGS = 5
"""The number of last log lines in a status."""
LOOKED = 400
"""The number of threads, newest first, that are searched for tasks."""
KEPT = 20
"""The number of checkpoints of a task that are shown, newest first."""
EXAMPLES = ("How tides work", "为什么海水是咸的？🌊", "What a checkpoint is")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a task is: `done` stages out of `of`, and the names of the nodes that are due."""

    done: int
    next: tuple[str, ...]
    of: int = len(STAGES)

    @property
    def stage(self) -> str:
        """The last stage that is done; empty while there is none."""
        return STAGES[self.done - 1] if self.done else ""

    @property
    def words(self) -> str:
        """The progress in words: "draft, 3 of 4", "not begun, 0 of 4"."""
        return f"{self.stage or 'not begun'}, {self.done} of {self.of}"


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """A task as its thread's newest checkpoint shows it. `updated` is that checkpoint's time, in UTC.

    `head` is the checkpoint's id, empty while there is none. `name` is what a person called the thread where its id
    could not be chosen, else empty. `error` is the error of the stage that failed, or the reason why there is no
    checkpoint.
    """

    thread: str
    topic: str
    progress: Progress
    updated: datetime
    state: ThreadState
    logs: tuple[str, ...] = ()
    result: str = ""
    error: str = ""
    head: CheckpointId = ""
    name: str = ""

    @property
    def resumes(self) -> bool:
        """Whether Resume continues it: stages are due, or done and not saved in the state, and no question is open."""
        unfinished = bool(self.progress.next) or self.state is ThreadState.UNFINISHED
        return bool(self.head) and unfinished and self.state is not ThreadState.INTERRUPTED


@dataclass(frozen=True, slots=True)
class Saved:
    """A checkpoint that a task can be rolled back to. `source` is LangGraph's word: input, loop, update or fork."""

    checkpoint_id: CheckpointId
    at: datetime
    source: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Tasks, the latest change first; `more`: there are others, or threads that were not examined."""

    tasks: tuple[TaskStatus, ...]
    more: bool


_STATES_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class _State:
    """What one checkpoint shows about a task."""

    saved: Saved
    topic: str
    logs: tuple[str, ...]
    result: str


class Tasks:
    """Reads the tasks of one store. Every method raises StoreError.

    A thread is a task if the metadata of its newest checkpoint says so. Values are read only for the tasks and
    checkpoints that are needed, each once, since a checkpoint does not change. Safe to use from several threads.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._graph_of = lru_cache(maxsize=4_000)(
            lambda thread, latest: graph_of_thread(lambda ids: store.headers(thread, "", ids), latest)
        )
        self._states: Cache[tuple[str, CheckpointId], _State] = Cache(_STATES_BYTES)
        self._last: tuple[Hashable, TaskPage] | None = None

    def newest(self, limit: int) -> TaskPage:
        """The `limit` tasks that changed last."""
        token = (self._store.change_token(), limit)
        known = self._last
        if known is None or known[0] != token:
            known = self._last = (token, self._page(limit))
        return known[1]

    def status(self, thread: str) -> TaskStatus | None:
        """The status of one task; None where the store has no such thread, or it is not a task."""
        found = self._store.thread(thread)
        return self._told(found) if found else None

    def history(self, thread: str, limit: int = KEPT) -> list[Saved]:
        """The checkpoints of a task, newest first (the first is its head): at most `limit`."""
        ids = self._store.skeleton(thread).ids[-limit:]
        return [state.saved for one in reversed(ids) if (state := self._at(thread, one))]

    def _page(self, limit: int) -> TaskPage:
        found: list[TaskStatus] = []
        for looked, thread in enumerate(iter_threads(self._store)):
            if looked == LOOKED:
                return TaskPage(tuple(found), more=True)
            task = self._told(thread)
            if task and len(found) == limit:
                return TaskPage(tuple(found), more=True)
            found += [task] if task else []
        return TaskPage(tuple(found), more=False)

    def _told(self, thread: ThreadSummary) -> TaskStatus | None:
        """The status of a thread; None for one that is not a task, or has been deleted."""
        graph = self._graph_of(thread.thread_id, thread.latest_id) if thread.graph is None else thread.graph
        if graph != PIPELINE:
            return None
        state = self._at(thread.thread_id, thread.latest_id)
        if state is None:
            return None
        failed = thread.state is ThreadState.FAILED
        return TaskStatus(
            thread=thread.thread_id,
            topic=state.topic,
            progress=state.saved.progress,
            updated=thread.updated_at,
            state=thread.state,
            logs=state.logs,
            result=state.result,
            error=self._error(thread.thread_id, thread.latest_id) if failed else "",
            head=thread.latest_id,
            name=thread.name,
        )

    def _at(self, thread: str, checkpoint_id: CheckpointId) -> _State | None:
        place = (thread, checkpoint_id)
        found = self._states.get(place)
        if found is None:
            try:
                found = self._read(*place)
            except CheckpointNotFound:
                return None
            self._states.put(place, found, weight(found))
        return found

    def _read(self, thread: str, checkpoint_id: CheckpointId) -> _State:
        found = self._store.checkpoint(thread, "", checkpoint_id)
        values, header = found.values, found.header
        logs = values.get("logs")
        lines = [_text(line) for line in logs[-LOGS:]] if isinstance(logs, list) else []
        return _State(
            Saved(checkpoint_id, header.created_at, header.source, _progress(found)),
            _text(values.get("topic") or _waiting(values).get("topic")),
            tuple(lines),
            _text(values.get("final")),
        )

    def _error(self, thread: str, head: CheckpointId) -> str:
        errors = [task.error for task in self._store.writes(thread, "", head) if task.error is not None]
        return _text(errors[0]) if errors else ""


def creation(thread: str, topic: str, platform: str = "blog") -> RunRequest:
    """The run that creates a task."""
    return RunRequest(PIPELINE, thread, Input({"topic": topic, "platform": platform, "task_id": thread}))


def resumption(thread: str) -> RunRequest:
    """The run that continues a task: stages that are done do not run again."""
    return RunRequest(PIPELINE, thread, Resume())


def roll_back(thread: str, checkpoint_id: CheckpointId) -> RunRequest:
    """The change that makes a checkpoint the newest of its task again, without running anything.

    LangGraph writes a copy of it, beside it, with the source "fork" (langgraph 1.2.22, pregel/main.py, `__copy__`). All
    later checkpoints stay in the history.
    """
    back = Edits({}, as_node=COPY)
    return RunRequest(PIPELINE, thread, Resume(), checkpoint_id=checkpoint_id, edits=back, run=False)


def topic_of(action: Input | Resume | Answer) -> str:
    """The topic of a run that creates a task; empty for other runs."""
    given = action.value if isinstance(action, Input) else None
    return _text(given.get("topic")) if isinstance(given, dict) else ""


def _progress(found: Checkpoint) -> Progress:
    """The progress, from the due nodes if they show it: when a finished task starts over, its current_stage is out of
    date for a while.
    """
    stage = _text(found.values.get("current_stage"))
    due = [place for place, name in enumerate(STAGES) if name in found.next]
    if due:
        done = due[0]
    elif found.next:
        done = 0
    else:
        done = STAGES.index(stage) + 1 if stage in STAGES else 0
    return Progress(done, found.next)


def _waiting(values: Mapping[str, Plain]) -> Mapping[str, Plain]:
    """The input that has not been taken into the state yet."""
    given = values.get(START)
    return given if isinstance(given, dict) else {}


def _text(value: Plain) -> str:
    """A value of any type as text; of a long one the beginning."""
    return "" if value is None else str(render_value(value)["text"])
