"""Turns the states that a server's API returns into headers, checkpoints and tasks. Pure."""

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
class PendingTask:
    """A task of a checkpoint, without its writes. `namespace` is that of its subgraph; empty if it has none."""

    node: str
    failed: bool
    cancelled: bool
    asked: bool
    finished: bool
    sent: bool
    namespace: str


@dataclass(frozen=True, slots=True)
class StateSummary:
    """All of a checkpoint except its values: for each channel a key is kept, and equal keys mean equal values."""

    header: Header
    tasks: tuple[PendingTask, ...]
    keys: Mapping[str, Any]

    @property
    def weight(self) -> int:
        """An estimate of its size in memory, in bytes."""
        named = sum(len(name) + 150 for name in self.keys)
        return 2_000 + 2 * size_of(dict(self.header.metadata)) + named + 600 * len(self.tasks)

    @property
    def settled(self) -> bool:
        """Whether nothing about it can change any more, because every task has finished."""
        return all(task.finished for task in self.tasks)


def sketch(state: ThreadStateJson, thread_id: str, namespace: str) -> StateSummary:
    """The summary of a state. `ran` and `changed` of its header need its parent: see `header_of`.

    The state's namespace may differ from the one asked for: a subgraph with a memory of its own (compiled with
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
    return StateSummary(header, tasks, {name: _key(keys, value) for name, value in values.items()})


def _key(keys: Keys, value: Plain) -> Any:
    """The key of a value by `Keys.key`.

    That keeps a text whole, so a long text is put into a list, which is digested.
    """
    return keys.key([value] if isinstance(value, str) and len(value) > _LONG else value)


def build_checkpoint(state: ThreadStateJson, header: Header) -> Checkpoint:
    """One checkpoint with its values. A server does not give channel versions or the number of the format."""
    values = values_of(state)
    sizes = {name: size_of(value) for name, value in values.items()}
    return Checkpoint(header, values, versions={}, versions_seen={}, format=0, next=header.next, sizes=sizes)


def tasks_of(state: ThreadStateJson) -> list[Task]:
    """The tasks that finished, failed or asked a question, in the order of their task paths."""
    begun = [
        _task(task)
        for task in state.get("tasks") or ()
        if task.get("result") is not None or task.get("error") or task.get("interrupts")
    ]
    return sorted(begun, key=lambda task: (task.path, task.task_id))


def thread_state(state: ThreadStateJson) -> ThreadState:
    """The state that a thread was left in, by its latest checkpoint."""
    tasks = [task for task in state.get("tasks") or () if task.get("result") is None]
    if any(task.get("error") and not _is_cancelled(task) for task in tasks):
        return ThreadState.FAILED
    if any(task.get("interrupts") for task in tasks):
        return ThreadState.INTERRUPTED
    return ThreadState.UNFINISHED if state.get("next") else ThreadState.FINISHED


def progress_token(state: ThreadStateJson) -> tuple[Any, ...]:
    """A value that changes as a run proceeds: made of the checkpoint, and the state of its tasks and those in
    subgraphs.
    """
    tasks = state.get("tasks") or ()
    return (
        id_of(state),
        *(
            (
                task.get("id"),
                task.get("result") is not None,
                str(task.get("error")),
                len(task.get("interrupts") or ()),
                progress_token(task["state"]) if isinstance(task.get("state"), dict) else (),
            )
            for task in tasks
        ),
    )


def id_of(state: ThreadStateJson) -> CheckpointId:
    """The checkpoint's id; empty for a thread that has no checkpoint."""
    return str((state.get("checkpoint") or {}).get("checkpoint_id") or "")


def parent_of(state: ThreadStateJson) -> CheckpointId | None:
    """The parent's id; None where there is no parent."""
    return (state.get("parent_checkpoint") or {}).get("checkpoint_id") or None


def values_of(state: ThreadStateJson) -> dict[str, Plain]:
    """The values by channel. A state that is a single value (functional API) is the channel `__root__`."""
    values = state.get("values")
    if isinstance(values, dict):
        return values
    return {} if values is None else {ROOT: values}


def _due(task: Mapping[str, Any]) -> PendingTask:
    return PendingTask(
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
    # A saver stores this write for a task that finished without writing (langgraph 1.2.22, pregel/_algo.py).
    flat = flat or [(NO_WRITES, None)]
    return [Write(channel, index, value, size_of(value)) for index, (channel, value) in enumerate(flat)]


def _is_many(written: Plain) -> bool:
    return isinstance(written, dict) and set(written) == {_MANY} and isinstance(written[_MANY], list)


def _path(path: Sequence[Any] | str | int) -> str:
    """The task path in the form that a saver stores: `task_path_str` of langgraph 1.2.22, pregel/_algo.py."""
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
