"""From the states that a server's API tells to headers, checkpoints and tasks: pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import ormsgpack

from ui.timetravel.diffing.canonical import Keys
from ui.timetravel.ids import EPOCH, moment_in, step_of, time_of
from ui.timetravel.model import (
    Checkpoint,
    CheckpointId,
    Gap,
    Header,
    Interrupt,
    Made,
    Task,
    ThreadState,
    Write,
    is_internal,
)
from ui.timetravel.plain import Opaque, Plain
from ui.timetravel.stores._cells import is_count, named, source_in
from ui.timetravel.stores._outlines import is_cancellation
from ui.timetravel.stores._paths import ERROR, INTERRUPT, RESUME, send_number
from ui.timetravel.stores._server_answers import State

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
    def settled(self) -> bool:
        """Whether nothing about it can change any more: every task has finished."""
        return all(task.finished for task in self.tasks)


def sketch(state: State, thread_id: str, namespace: str) -> Sketch:
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
    return Sketch(header, tasks, {name: keys.key(value) for name, value in values.items()})


def header_of(one: Sketch, parent: Sketch | None, newest: CheckpointId | None) -> Header:
    """The header, with how it came to be from its parent, which may be missing, and what runs from it.

    A server tells neither channel versions nor who an update counted as: changed is what differs, and only a loop's
    checkpoint was made by tasks. `newest` is the newest checkpoint of its namespace: see `Header`.
    """
    header = one.header
    is_newest = header.checkpoint_id == newest
    left = [task.node for task in one.tasks if not task.finished] if is_newest else list(header.due)
    header = replace(
        header,
        next=tuple(left) if one.tasks else header.next,
        done=tuple((Counter(header.due) - Counter(left)).elements()),
        is_newest=is_newest,
        made=_made(header, parent),
        gap=_gap(header, parent),
    )
    if parent is None and header.parent_id:
        return header
    before = parent.keys if parent else {}
    ran = [task.node for task in parent.tasks] if parent and header.source == "loop" else []
    changed = [name for name, key in one.keys.items() if name not in before or before[name] != key]
    gone = [name for name in before if name not in one.keys]
    named = tuple(sorted(name for name in (*changed, *gone) if not is_internal(name)))
    dropped = _dropped(header, parent) if not named else ()
    return replace(header, ran=tuple(ran), changed=named, dropped=dropped, steps=_steps(header, parent))


def _made(header: Header, parent: Sketch | None) -> Made:
    match header.source:
        case "input":
            return Made.INPUT
        case "update":
            return Made.EDIT
        case "fork":
            # A copy has the parent of what it copies, and a step more (langgraph 1.2.22, `update_state`).
            after = parent is not None and header.step == parent.header.step + 1
            return Made.FORK if after or parent is None else Made.COPY
        case "loop" if parent and _steps(header, parent) > 1:
            return Made.SEVERAL
        case "loop" if header.step <= 0 or (parent and [task.node for task in parent.tasks] == ["__start__"]):
            return Made.START
        case "loop" if parent and parent.tasks:
            return Made.STEP
        case _:
            return Made.UNKNOWN


def _steps(header: Header, parent: Sketch | None) -> int:
    return max(1, header.step - parent.header.step) if parent and header.source == "loop" else 1


def _dropped(header: Header, parent: Sketch | None) -> tuple[str, ...]:
    """The nodes that were due before an update which changed no value, and are due no longer."""
    if header.source != "update" or parent is None:
        return ()
    still = Counter(header.due)
    return tuple((Counter(task.node for task in parent.tasks if not task.finished) - still).elements())


def _gap(header: Header, parent: Sketch | None) -> Gap:
    """A server gives each run an id, which its checkpoints keep."""
    runs = (header.metadata.get("run_id"), parent.header.metadata.get("run_id") if parent else None)
    if not all(runs):
        return Gap.UNKNOWN
    return Gap.NONE if runs[0] == runs[1] else Gap.RESUMED


def full(state: State, header: Header) -> Checkpoint:
    """One checkpoint with its values. Versions, and the format's number, are what a server does not tell."""
    values = values_of(state)
    sizes = {name: size_of(value) for name, value in values.items()}
    return Checkpoint(header, values, versions={}, versions_seen={}, format=0, next=header.next, sizes=sizes)


def tasks_of(state: State) -> list[Task]:
    """The tasks that finished, failed or asked, in the order of their paths."""
    begun = [
        _task(task)
        for task in state.get("tasks") or ()
        if task.get("result") is not None or task.get("error") or task.get("interrupts")
    ]
    return sorted(begun, key=lambda task: (task.path, task.task_id))


def standing(state: State) -> ThreadState:
    """How a thread was left, by its latest state."""
    tasks = [task for task in state.get("tasks") or () if task.get("result") is None]
    if any(task.get("error") and not _is_cancelled(task) for task in tasks):
        return ThreadState.FAILED
    if any(task.get("interrupts") for task in tasks):
        return ThreadState.INTERRUPTED
    return ThreadState.UNFINISHED if state.get("next") else ThreadState.FINISHED


def mark(state: State) -> tuple[Any, ...]:
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


def id_of(state: State) -> CheckpointId:
    """The checkpoint's id, empty for the state of a thread that has none."""
    return str((state.get("checkpoint") or {}).get("checkpoint_id") or "")


def parent_of(state: State) -> CheckpointId | None:
    """The parent's id."""
    return (state.get("parent_checkpoint") or {}).get("checkpoint_id") or None


def values_of(state: State) -> dict[str, Plain]:
    """The values by channel; a state that is one value (functional API) is the channel `__root__`."""
    values = state.get("values")
    if isinstance(values, dict):
        return values
    return {} if values is None else {"__root__": values}


def size_of(value: Plain) -> int:
    """About the bytes of the value as JSON: exact measuring would take as long as reading it did."""
    try:
        return len(ormsgpack.packb(value))
    except ormsgpack.MsgpackEncodeError:
        return len(str(value))


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
        error=error,
        interrupts=tuple(
            Interrupt(str(each.get("id") or ""), each.get("value"), each.get("response_schema")) for each in asked
        ),
    )


def _writes(result: Plain) -> list[Write]:
    if not isinstance(result, dict):
        return [Write("__return__", 0, result, size_of(result))]
    flat = [
        (channel, value)
        for channel, written in result.items()
        for value in (written[_MANY] if _is_many(written) else [written])
    ]
    # A saver keeps this of a task that finished without a write (langgraph 1.2.22, pregel/_algo.py).
    flat = flat or [("__no_writes__", None)]
    return [Write(channel, index, value, size_of(value)) for index, (channel, value) in enumerate(flat)]


def _is_many(written: Plain) -> bool:
    return isinstance(written, dict) and set(written) == {_MANY} and isinstance(written[_MANY], list)


def _path(path: Sequence[Any] | str | int) -> str:
    """As a saver stores it: `task_path_str` of langgraph 1.2.22, pregel/_algo.py."""
    if isinstance(path, list | tuple):
        return "~" + ", ".join(_path(part) for part in path)
    return f"{path:010d}" if type(path) is int else str(path)


def _time(state: State, checkpoint_id: CheckpointId) -> datetime:
    return moment_in(state.get("created_at")) or time_of(checkpoint_id) or EPOCH


def _step(metadata: Mapping[str, Any], checkpoint_id: CheckpointId) -> int:
    step = metadata.get("step")
    if is_count(step):
        return step
    guess = step_of(checkpoint_id)
    return -2 if guess is None else guess
