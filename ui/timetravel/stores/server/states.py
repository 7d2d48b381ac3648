"""From the states that a server's API tells to headers, checkpoints and tasks: pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ui.timetravel.diff.value_keys import Keys
from ui.timetravel.model.checkpoint_ids import EPOCH, moment_in, step_of, time_of
from ui.timetravel.model.checkpoints import Checkpoint, CheckpointId, Header, Interrupt, Task, ThreadState, Write
from ui.timetravel.model.values import Opaque, Plain
from ui.timetravel.stores.rows.cells import is_count, named, source_in
from ui.timetravel.stores.rows.tasks.outcomes import is_cancellation
from ui.timetravel.stores.rows.tasks.paths import send_number
from ui.timetravel.stores.rows.tasks.rows import error_of
from ui.timetravel.stores.server.answers import ThreadStateJson, size_of
from ui.timetravel.worker.child.shared.reserved_names import ERROR, INTERRUPT, NO_WRITES, RESUME, RETURNED, ROOT

_LONG = 1_000
_MANY = "$writes"
"""Several writes of a task to one channel (langgraph 1.2.22, pregel/debug.py, `map_task_result_writes`)."""


@dataclass(frozen=True, slots=True)
class Due:
    """A task of a checkpoint, without what it wrote. `namespace` is that of its subgraph, empty without one."""

    node: str
    failed: bool
    cancelled: bool
    asked: bool
    finished: bool
    sent: bool
    namespace: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a checkpoint: all but its values, of which there is a key for each channel (equal: the same)."""

    header: Header
    tasks: tuple[Due, ...]
    keys: Mapping[str, Any]

    @property
    def weight(self) -> int:
        """About the bytes that it takes in memory."""
        named = sum(len(name) + 150 for name in self.keys)
        return 2_000 + 2 * size_of(dict(self.header.metadata)) + named + 600 * len(self.tasks)

    @property
    def settled(self) -> bool:
        """Whether nothing about it can change any more: every task has finished."""
        return all(task.finished for task in self.tasks)


def sketch(state: ThreadStateJson, thread_id: str, namespace: str) -> Sketch:
    """What is kept of a state; `ran` and `changed` of its header need its parent, see `header_of`.

    The namespace may be told by another name than it was asked for: a subgraph with a memory of its own (compiled with
    checkpointer=True) answers to the names of all its tasks.
    """
    values, metadata = values_of(state), named(state.get("metadata"))
    tasks = tuple(_due(task) for task in state.get("tasks") or ())
    keys = Keys()
    one = id_of(state)
    header = Header(
        thread_id=thread_id,
        namespace=str((state.get("checkpoint") or {}).get("checkpoint_ns", namespace)),
        checkpoint_id=one,
        parent_id=parent_of(state),
        created_at=_time(state, one),
        step=_step(metadata, one),
        source=source_in(metadata),
        size=size_of(values),
        next=tuple(state.get("next") or ()),
        due=tuple(task.node for task in tasks),
        sends=sum(task.sent for task in tasks),
        cancelled=tuple(dict.fromkeys(task.node for task in tasks if task.cancelled)),
        waiting=tuple(dict.fromkeys(task.node for task in tasks if task.asked and not task.finished)),
        failed=tuple(dict.fromkeys(task.node for task in tasks if task.failed and not task.cancelled)),
        interrupted=tuple(dict.fromkeys(task.node for task in tasks if task.asked)),
        metadata=metadata,
    )
    return Sketch(header, tasks, {name: _key(keys, value) for name, value in values.items()})


def _key(keys: Keys, value: Plain) -> Any:
    """As `Keys.key`, which keeps a text whole: a long one is digested as the only one of a list."""
    return keys.key([value] if isinstance(value, str) and len(value) > _LONG else value)


def full(state: ThreadStateJson, header: Header) -> Checkpoint:
    """One checkpoint with its values. Versions, and the format's number, are what a server does not tell."""
    values = values_of(state)
    sizes = {name: size_of(value) for name, value in values.items()}
    return Checkpoint(header, values, versions={}, versions_seen={}, format=0, next=header.next, sizes=sizes)


def tasks_of(state: ThreadStateJson) -> list[Task]:
    """The tasks that finished, failed or asked, in the order of their paths."""
    begun = [
        _task(task)
        for task in state.get("tasks") or ()
        if task.get("result") is not None or task.get("error") or task.get("interrupts")
    ]
    return sorted(begun, key=lambda task: (task.path, task.task_id))


def standing(state: ThreadStateJson) -> ThreadState:
    """How a thread was left, by its latest state."""
    tasks = [task for task in state.get("tasks") or () if task.get("result") is None]
    if any(task.get("error") and not _is_cancelled(task) for task in tasks):
        return ThreadState.FAILED
    if any(task.get("interrupts") for task in tasks):
        return ThreadState.INTERRUPTED
    return ThreadState.UNFINISHED if state.get("next") else ThreadState.FINISHED


def mark(state: ThreadStateJson) -> tuple[Any, ...]:
    """What moves when a run goes on: the checkpoint, and how its tasks and those in its subgraphs stand."""
    tasks = state.get("tasks") or ()
    return (
        id_of(state),
        *(
            (
                task.get("id"),
                task.get("result") is not None,
                str(task.get("error")),
                len(task.get("interrupts") or ()),
                mark(task["state"]) if isinstance(task.get("state"), dict) else (),
            )
            for task in tasks
        ),
    )


def id_of(state: ThreadStateJson) -> CheckpointId:
    """The checkpoint's id, empty for the state of a thread that has none."""
    return str((state.get("checkpoint") or {}).get("checkpoint_id") or "")


def parent_of(state: ThreadStateJson) -> CheckpointId | None:
    """The parent's id."""
    return (state.get("parent_checkpoint") or {}).get("checkpoint_id") or None


def values_of(state: ThreadStateJson) -> dict[str, Plain]:
    """The values by channel; a state that is one value (functional API) is the channel `__root__`."""
    values = state.get("values")
    if isinstance(values, dict):
        return values
    return {} if values is None else {ROOT: values}


def _due(task: Mapping[str, Any]) -> Due:
    return Due(
        node=str(task.get("name") or ""),
        failed=bool(task.get("error")),
        cancelled=_is_cancelled(task),
        asked=bool(task.get("interrupts")),
        finished=task.get("result") is not None,
        sent=send_number(_path(task.get("path") or ())) is not None,
        namespace=str((task.get("checkpoint") or {}).get("checkpoint_ns") or ""),
    )


def _is_cancelled(task: Mapping[str, Any]) -> bool:
    return is_cancellation(task.get("error"))


def _task(task: Mapping[str, Any]) -> Task:
    error, asked, result = task.get("error"), task.get("interrupts") or [], task.get("result")
    writes = [] if result is None else _writes(result)
    if error is not None:
        writes.append(Write(ERROR, -1, error, size_of(error)))
    if asked:
        writes.append(Write(INTERRUPT, -3, asked, size_of(asked)))
        if result is not None:
            writes.append(Write(RESUME, -4, Opaque("answer", 0, "a server does not tell it"), 0))
    return Task(
        task_id=str(task.get("id") or ""),
        node=str(task.get("name") or ""),
        path=_path(task.get("path") or ()),
        writes=tuple(sorted(writes, key=lambda write: write.index)),
        error=error_of(error),
        interrupts=tuple(
            Interrupt(str(each.get("id") or ""), each.get("value"), each.get("response_schema")) for each in asked
        ),
    )


def _writes(result: Plain) -> list[Write]:
    if not isinstance(result, dict):
        return [Write(RETURNED, 0, result, size_of(result))]
    flat = [
        (channel, value)
        for channel, written in result.items()
        for value in (written[_MANY] if _is_many(written) else [written])
    ]
    # A saver keeps this of a task that finished without a write (langgraph 1.2.22, pregel/_algo.py).
    flat = flat or [(NO_WRITES, None)]
    return [Write(channel, index, value, size_of(value)) for index, (channel, value) in enumerate(flat)]


def _is_many(written: Plain) -> bool:
    return isinstance(written, dict) and set(written) == {_MANY} and isinstance(written[_MANY], list)


def _path(path: Sequence[Any] | str | int) -> str:
    """As a saver stores it: `task_path_str` of langgraph 1.2.22, pregel/_algo.py."""
    if isinstance(path, list | tuple):
        return "~" + ", ".join(_path(part) for part in path)
    return f"{path:010d}" if type(path) is int else str(path)


def _time(state: ThreadStateJson, checkpoint_id: CheckpointId) -> datetime:
    return moment_in(state.get("created_at")) or time_of(checkpoint_id) or EPOCH


def _step(metadata: Mapping[str, Any], checkpoint_id: CheckpointId) -> int:
    step = metadata.get("step")
    if is_count(step):
        return step
    guess = step_of(checkpoint_id)
    return -2 if guess is None else guess
