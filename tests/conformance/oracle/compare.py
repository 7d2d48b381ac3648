"""A thread in a store, compared field by field with what LangGraph says of it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from langgraph.checkpoint.base import CheckpointTuple
from langgraph.types import PregelTask, StateSnapshot

from tests.conformance.oracle.values import says
from tests.conformance.programs import deltas
from tests.conformance.programs.local import Thread, Told
from ui.timetravel.model.checkpoints import Checkpoint, Header, Task, ThreadState, Write, is_internal, visible
from ui.timetravel.stores import Store

NULL_TASK = "00000000-0000-0000-0000-000000000000"
_CONTROL = {"__error__", "__error_source_node__", "__interrupt__", "__resume__"}
_MOMENT = 5


SERVER = frozenset(["count"])
"""What a server does not tell, and a store for it can't know: how many checkpoints a thread has."""


def differences(store: Store, thread: Thread, left_out: Collection[str] = ()) -> list[str]:
    """Every field in which the store does not say what LangGraph says, one line each; but not those `left_out`."""
    found = [*_namespaces(store, thread), *_summary(store, thread)] if thread.told else []
    for told in thread.told:
        found += [f"{told.namespace!r} {line}" for line in _namespace(store, thread.thread_id, told)]
    return [line for line in found if line.partition(":")[0] not in left_out]


def _unlike(field: str, ours: Any, theirs: Any) -> Iterator[str]:
    if ours != theirs:
        yield f"{field}: ours {ours!r}, LangGraph's {theirs!r}"


# --- the thread ---


def _namespaces(store: Store, thread: Thread) -> Iterator[str]:
    yield from _unlike("namespaces", store.namespaces(thread.thread_id), [told.namespace for told in thread.told])


def _summary(store: Store, thread: Thread) -> Iterator[str]:
    page = store.threads(search=thread.thread_id)
    ours = next(one for one in page.threads if one.thread_id == thread.thread_id)
    root = next(told.snapshots for told in thread.told if not told.namespace)
    yield from _unlike("latest", ours.latest_id, id_of(root[0].config))
    yield from _unlike("count", ours.checkpoints, len(root))
    if thread.head and ours.state not in _states(thread.head, root[0]) | _hidden(
        store, thread.thread_id, ours.latest_id
    ):
        yield f"state: ours {ours.state}, LangGraph's {thread.head.tasks}"


def _states(live: StateSnapshot, record: StateSnapshot) -> set[ThreadState]:
    """How the thread was left. A task that failed and one that asks may both be there."""
    open_tasks = [task for task in live.tasks if task.result is None]
    states = {ThreadState.FAILED for task in open_tasks if task.error}
    states |= {ThreadState.INTERRUPTED for task in open_tasks if task.interrupts}
    return states or {ThreadState.UNFINISHED if record.next else ThreadState.FINISHED}


def _hidden(store: Store, thread_id: str, checkpoint_id: str) -> set[ThreadState]:
    """How nodes were left that a Command from outside sent on, of which LangGraph does not tell (see `_sent_on`)."""
    tasks = store.writes(thread_id, "", checkpoint_id)
    sent_on = _sent_on(tasks)
    left = [task for task in tasks if task.node in sent_on and _CONTROL.issuperset(w.channel for w in task.writes)]
    failed = {ThreadState.FAILED for task in left if task.error is not None}
    return failed | {ThreadState.INTERRUPTED for task in left if task.interrupts}


# --- a namespace ---


def _namespace(store: Store, thread_id: str, told: Told) -> Iterator[str]:
    skeleton = store.skeleton(thread_id, told.namespace)
    theirs = [(id_of(s.config), id_of(s.parent_config)) for s in reversed(told.snapshots)]
    yield from _unlike("skeleton", list(zip(skeleton.ids, skeleton.parents, strict=True)), theirs)
    ids = [id_of(snapshot.config) or "" for snapshot in told.snapshots]
    headers = store.headers(thread_id, told.namespace, ids)
    yield from _unlike("headers", [h.checkpoint_id for h in headers], ids)
    for header, snapshot in zip(headers, told.snapshots, strict=True):
        checkpoint = store.checkpoint(thread_id, told.namespace, header.checkpoint_id)
        tasks = store.writes(thread_id, told.namespace, header.checkpoint_id)
        parts = (
            _header(header, snapshot, _sent_on(tasks)),
            _unlike("checkpoint.header", checkpoint.header, header),
            _next(checkpoint, tasks, snapshot),
            _row(header, checkpoint, tasks, told),
            _changed(header, told),
            _ran(header, told),
            _values(checkpoint, snapshot, tasks),
            deltas.unlike(store, checkpoint, snapshot, _from_outside(tasks)),
            _tasks(tasks, snapshot),
        )
        yield from (f"{snapshot.metadata} {line}" for part in parts for line in part)


def _header(header: Header, snapshot: StateSnapshot, sent_on: set[str]) -> Iterator[str]:
    metadata: Any = snapshot.metadata
    # A run that saves at its exit puts a checkpoint without metadata under a new thread, to hang deltas on.
    yield from _unlike("step", header.step, metadata.get("step", header.step))
    yield from _unlike("source", header.source, metadata.get("source", ""))
    yield from _unlike("parent", header.parent_id, id_of(snapshot.parent_config))
    failed = {task.name for task in snapshot.tasks if task.error}
    cancelled = {task.name for task in snapshot.tasks if str(task.error).startswith("CancelledError(")}
    interrupted = {task.name for task in snapshot.tasks if task.interrupts}
    yield from _unlike("failed", set(header.failed) - sent_on, failed - cancelled - sent_on)
    yield from _unlike("cancelled", set(header.cancelled), cancelled)
    yield from _unlike("interrupted", set(header.interrupted) - sent_on, interrupted - sent_on)
    if not says(dict(header.metadata), dict(metadata)):
        yield from _unlike("metadata", header.metadata, metadata)
    seconds = (header.created_at - datetime.fromisoformat(str(snapshot.created_at))).total_seconds()
    if abs(seconds) >= _MOMENT:
        yield f"created_at: {seconds} s off"


def _next(checkpoint: Checkpoint, tasks: list[Task], snapshot: StateSnapshot) -> Iterator[str]:
    """Before anything ran, a store does not say which node takes the input; we call it as a StateGraph does.

    So it is with a graph of the functional API whose first checkpoint was copied: nothing is written on the copy.
    """
    header = checkpoint.header
    yield from _unlike("next of header and checkpoint", header.next, checkpoint.next)
    if header.due != ("__start__",) or tasks or not all(name.startswith("__") for name in checkpoint.values):
        yield from _unlike("due", sorted(header.due), sorted(snapshot.next))
        if header.is_newest:
            # What LangGraph runs when it goes on from here is what has no result yet.
            left = [task.name for task in snapshot.tasks if task.result is None]
            sent_on = _sent_on(tasks)
            yield from _unlike("next", [n for n in sorted(header.next) if n not in sent_on], sorted(left))
        else:
            yield from _unlike("next", header.next, header.due)


def _row(header: Header, checkpoint: Checkpoint, tasks: list[Task], told: Told) -> Iterator[str]:
    """What the saver itself reads: the channels as they are stored, the versions, and the writes."""
    if told.rows is None:
        return
    row = told.rows[header.checkpoint_id]
    stored = row.checkpoint
    yield from _unlike("versions", checkpoint.versions, stored["channel_versions"])
    yield from _unlike("versions_seen", checkpoint.versions_seen, stored["versions_seen"])
    yield from _unlike("format", checkpoint.format, stored["v"])
    if not says(dict(checkpoint.values), stored["channel_values"]):
        yield from _unlike("stored values", checkpoint.values, stored["channel_values"])
    ours = [(task.task_id, write.channel, write.value) for task in tasks for write in task.writes]
    yield from _unlike_writes(ours, list(row.pending_writes or []))


def _unlike_writes(ours: list[tuple[str, str, Any]], theirs: list[tuple[str, str, Any]]) -> Iterator[str]:
    """The same writes in any order: LangGraph lists them by task id, we by the path of the task."""
    left = list(theirs)
    for task_id, channel, value in ours:
        same = [one for one in left if one[:2] == (task_id, channel) and says(value, one[2])]
        if same:
            left.remove(same[0])
        else:
            yield f"a write of ours only: {task_id} {channel} {value!r}"
    yield from (f"a write of LangGraph's only: {one!r}" for one in left)


def _changed(header: Header, told: Told) -> Iterator[str]:
    """The channels that have another version than in the parent; where nobody tells versions, another value."""
    if told.rows is None:
        channels = {id_of(s.config): s.values if isinstance(s.values, dict) else {} for s in told.snapshots}
    else:
        channels = {one: dict(row.checkpoint["channel_versions"]) for one, row in told.rows.items()}
    before, after = channels.get(header.parent_id, {}), channels[header.checkpoint_id]
    if header.parent_id in channels or header.parent_id is None:
        names = {name for name in before.keys() | after.keys() if not says(before.get(name, ...), after.get(name, ...))}
        yield from _unlike("changed", set(header.changed), {name for name in names if not is_internal(name)})


def _ran(header: Header, told: Told) -> Iterator[str]:
    """Those that ran are among the tasks that were due, and all tasks that left a trace are among those that ran.

    That is every task, but for two cases: a run that saves at its exit leaves no traces, and LangGraph names a node
    that waits for others as due where the names of those that it has heard from were stored a step early (see
    `_must_look` in ui/timetravel/stores/rows/checkpoint_outline.py).

    Nothing is compared where several supersteps lie between, and where a Command from outside sent nodes on, which the
    record of the parent does not show. (Of a run that saves at its exit the Command itself is not stored, but a node
    that it sent on has seen a version of its edge that the parent did not have.)
    """
    if header.source != "loop":
        return
    parent = next((s for s in told.snapshots if id_of(s.config) == header.parent_id), None)
    if parent is None or not parent.metadata or header.step != parent.metadata.get("step", header.step) + 1:
        return
    if told.rows and any(w[0] == NULL_TASK and w[1] != "__resume__" for w in _pending(told, header.parent_id)):
        return
    if told.rows and _sent_at_exit(header, told.rows):
        return
    due = Counter(task.name for task in parent.tasks)
    begun = Counter(t.name for t in parent.tasks if t.result is not None or t.error or t.interrupts)
    if not begun <= Counter(header.ran) <= due:
        yield f"ran: ours {header.ran}, LangGraph's between {begun} and {due}"


def _sent_at_exit(header: Header, rows: Mapping[str, CheckpointTuple]) -> bool:
    before = rows[header.parent_id or ""].checkpoint["channel_versions"]
    seen = rows[header.checkpoint_id].checkpoint["versions_seen"]
    edges = {name: f"branch:to:{name}" for name in header.ran}
    return any(seen.get(name, {}).get(edge, before.get(edge)) != before.get(edge) for name, edge in edges.items())


def _pending(told: Told, checkpoint_id: str | None) -> list[Any]:
    row = (told.rows or {}).get(checkpoint_id or "")
    return list(row.pending_writes or []) if row else []


# --- a checkpoint ---


def _values(checkpoint: Checkpoint, snapshot: StateSnapshot, tasks: Iterable[Task]) -> Iterator[str]:
    """The values that LangGraph shows, except for what it adds: a Command from outside, and the start of a reducer."""
    from_outside = _from_outside(tasks)
    theirs = snapshot.values
    if not isinstance(theirs, dict) or "__end__" in checkpoint.values:
        return
    ours = visible(checkpoint.values)
    yield from (f"values: {name} is ours only" for name in ours if name not in theirs)
    for name, value in theirs.items():
        if name in from_outside or any(f"channel {name} is" in one for one in checkpoint.notes):
            continue
        if name not in ours:
            if value:
                yield f"values: {name} is missing, LangGraph's {value!r}"
        elif not says(ours[name], value):
            yield f"values: {name} is ours {ours[name]!r}, LangGraph's {value!r}"


def _sent_on(tasks: Iterable[Task]) -> set[str]:
    """The nodes that a Command given as input sent on.

    LangGraph's snapshots show no task of theirs, though they ran from that checkpoint, and may have failed there, or
    asked there and take an answer.
    """
    return {name.removeprefix("branch:to:") for name in _from_outside(tasks) if name.startswith("branch:to:")}


def _from_outside(tasks: Iterable[Task]) -> set[str]:
    """The channels that a Command given as input wrote to: LangGraph shows these writes before they are applied."""
    return {write.channel for task in tasks if task.task_id == NULL_TASK for write in task.writes}


def _tasks(ours: list[Task], snapshot: StateSnapshot) -> Iterator[str]:
    for theirs in snapshot.tasks:
        parts = [task for task in ours if task.task_id == theirs.id]
        if parts:
            yield from (f"task {theirs.name}: {line}" for line in _task(parts, theirs))
        else:
            yield from _unlike(f"task {theirs.name}", False, bool(theirs.error or theirs.interrupts or theirs.result))


def _task(ours: list[Task], theirs: PregelTask) -> Iterator[str]:
    """An update as a node whose task failed or asked is a task of its own with us; with LangGraph it finishes that."""
    yield from _unlike("node", {task.node for task in ours if not is_edit(task)} - {theirs.name}, set())
    yield from _unlike(
        "error", next((t.error for t in ours if t.error is not None), None), theirs.error and str(theirs.error)
    )
    asked = [question for task in ours for question in task.interrupts]
    yield from _unlike("interrupts", [i.id for i in asked], [i.id for i in theirs.interrupts])
    if not says([i.value for i in asked], [i.value for i in theirs.interrupts]):
        yield from _unlike("questions", asked, theirs.interrupts)
    output = [write for task in ours for write in task.writes if write.channel not in _CONTROL]
    yield from _unlike("finished", bool(output), theirs.result is not None)
    if theirs.result is not None:
        yield from _result(output, theirs.result)


def _result(output: list[Write], theirs: Any) -> Iterator[str]:
    """What a task returned (functional API), or what it wrote to each channel of the state, in order."""
    whole = [write.value for write in output if write.channel in ("__return__", "__end__")]
    if whole:
        if not says(whole[0], theirs):
            yield from _unlike("result", whole[0], theirs)
        return
    for channel, value in theirs.items():
        written = [write.value for write in output if write.channel == channel]
        repeated = isinstance(value, dict) and value.keys() == {"$writes"}
        if not says(written, value["$writes"] if repeated else [value]):
            yield from _unlike(f"result {channel}", written, value)


def is_edit(task: Task) -> bool:
    """Whether `update_state` made it: LangGraph tells of no task then."""
    return task.path.startswith("~__interrupt__")


def id_of(config: Any) -> str | None:
    """The checkpoint id in a config."""
    return config["configurable"]["checkpoint_id"] if config else None
