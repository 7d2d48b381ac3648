"""What a screen says of each checkpoint, as data, compared with the truth of the thread (see deeds.py).

Everything is compared with what LangGraph says, with what the nodes told while they ran, and with what was done.
"""

from collections import Counter
from collections.abc import Iterator

from tests.conformance.deeds import Deed, Event, History, Snapshot, TaskTold
from tests.old_langgraph import VERSIONS
from ui.timetravel.headline import Account, account, say
from ui.timetravel.model import Gap, Header, Made, ThreadState
from ui.timetravel.stores import Store
from ui.timetravel.supersteps import TaskOutcome, TaskState
from ui.timetravel.tree import build

_FINISHED = {TaskState.DONE, TaskState.ANSWERED, TaskState.BY_HAND, TaskState.TAKEN_IN}
_RAN = _FINISHED | {TaskState.FAILED, TaskState.ASKS, TaskState.CANCELLED}
_NOT_OURS = {"inner", "deep", "memory", "calls", "mended", "__start__"}
"""Nodes that keep no journal: those that are or call subgraphs, and LangGraph's own."""


def untruths(store: Store, history: History) -> list[str]:
    """Every statement about the thread that is not so, one line each."""
    found = list(_thread(store, history)) if history.live else []
    for namespace in history.namespaces:
        tree = build(store.skeleton(history.thread, namespace))
        for snapshot in history.of(namespace):
            known = account(store, tree, history.thread, namespace, snapshot.id)
            lines = _checkpoint(history, snapshot, known)
            found += [f"{namespace!r} step {snapshot.step} …{snapshot.id[-8:]} {line} | {say(known)}" for line in lines]
    return found


def _unlike(what: str, ours: object, truth: object) -> Iterator[str]:
    if ours != truth:
        yield f"{what}: ours {ours!r}, in truth {truth!r}"


def _thread(store: Store, history: History) -> Iterator[str]:
    assert history.live
    summary = next(one for one in store.threads(search=history.thread).threads if one.thread_id == history.thread)
    yield from _unlike("latest", summary.latest_id, history.live.id)
    head = next(history.of(""))
    unfinished = [task for task in head.tasks if not _is_done(history, task)]
    states = {ThreadState.FAILED for task in unfinished if task.error}
    states |= {ThreadState.INTERRUPTED for task in unfinished if task.asked}
    states = states or {ThreadState.UNFINISHED if head.next else ThreadState.FINISHED}
    if summary.state not in states | ({ThreadState.UNKNOWN} if _is_silent(history) else set()):
        yield f"thread: ours {summary.state}, in truth {head.tasks}"


def _is_silent(history: History) -> bool:
    """Whether the store of this LangGraph does not say which nodes are due before they have run once."""
    return history.langgraph.startswith("0.2.")


def _is_edited(history: History, snapshot: Snapshot) -> bool:
    """Whether an update went on from it, in a LangGraph that leaves no mark on what an update writes for a due task."""
    below = any(one.parent == snapshot.id and one.source == "update" for one in history.snapshots)
    return below and history.langgraph < "1.2"


def _is_done(history: History, task: TaskTold) -> bool:
    """Whether a task has its result. Until 1.2.12 at least LangGraph takes an answer for one, though more was asked."""
    events = history.events_of(task.id)
    asked_more = task.asked and events and "done" not in events
    return task.done and not (asked_more and history.langgraph in VERSIONS)


def _checkpoint(history: History, snapshot: Snapshot, known: Account) -> Iterator[str]:
    header = known.header
    yield from _next(history, snapshot, known)
    yield from _unlike("parent", header.parent_id, snapshot.parent)
    for told in snapshot.tasks:
        yield from (f"task {told.name}: {line}" for line in _task(history, snapshot, told, known))
    for one in known.step.tasks:
        yield from _claimed(history, snapshot, one)
    yield from _made(history, snapshot, known)


# --- what is next ---


def _next(history: History, snapshot: Snapshot, known: Account) -> Iterator[str]:
    """What LangGraph says of a superstep as a record; and at the head what still has to run, and is open."""
    header = known.header
    if header.due != ("__start__",):
        more = Counter(snapshot.next) - Counter(header.due) if header.undecided else Counter[str]()
        yield from _unlike("due", sorted([*header.due, *more.elements()]), sorted(snapshot.next))
    live = history.live
    if live is None or snapshot.namespace or snapshot.id != live.id:
        return
    if header.next != ("__start__",):
        asks = [one.name for one in snapshot.tasks if one.done and not _is_done(history, one)]
        truth = Counter([*live.next, *asks])
        more = truth - Counter(header.next) if header.undecided else Counter[str]()
        yield from _unlike("next", Counter(header.next) + more, truth)
    asked = {question.id for one in known.step.of(TaskState.ASKS) for question in one.questions}
    yield from _unlike("open questions", asked, {one.id for one in live.open})
    waits = "waits for an answer" in say(known)
    yield from _unlike("waits", waits, bool(live.open))


# --- tasks ---


def _task(history: History, snapshot: Snapshot, told: TaskTold, known: Account) -> Iterator[str]:
    """What LangGraph knows of a task, our statement has to say."""
    ours = next((one for one in known.step.tasks if one.task_id == told.id), None)
    if ours is None:
        states = {one.state for one in known.step.tasks if one.node == told.name and not one.task_id}
        if not known.header.undecided and (not states or told.done or told.error or told.asked):
            yield f"not told of, in truth {told}"
        return
    if ours.node or not (_is_silent(history) or known.header.due == ("__start__",)):
        yield from _unlike("name", ours.node, told.name)
    done = _is_done(history, told)
    if done != (ours.state in _FINISHED) and not (told.error and ours.state is TaskState.FAILED):
        ended = known.step.ended and ours.state in _FINISHED
        if (done or not ended) and not _is_edited(history, snapshot):
            yield f"is {ours.state}, in truth {told}"
    if told.error and ours.error != told.error:
        yield f"error {ours.error!r}, in truth {told.error!r}"
    asked = {question.id for question in ours.questions}
    yield from _unlike("asked", asked, {question.id for question in told.asked})


def _claimed(history: History, snapshot: Snapshot, one: TaskOutcome) -> Iterator[str]:
    """What we say of a task has to be what its node told."""
    told = next((task for task in snapshot.tasks if task.id == one.task_id), None)
    name = f"task {one.node}: is {one.state}"
    if one.task_id and told is None:
        yield f"{name}, LangGraph knows no such task"
        return
    if told is None or told.name in _NOT_OURS:
        return
    events = history.events_of(one.task_id)
    needed = _NEEDED.get(one.state)
    if (
        needed
        and needed not in events
        and not _is_edited(history, snapshot)
        and not (one.state is TaskState.DONE and told.done)
    ):
        yield f"{name}, in truth it {events}"
    if one.state is TaskState.BY_HAND and not any(deed.kind in ("update", "bulk") for deed in history.deeds):
        yield f"{name}, and nobody did that"


_NEEDED = {
    TaskState.DONE: "done",
    TaskState.FAILED: "failed",
    TaskState.CANCELLED: "cancelled",
    TaskState.ASKS: "asked",
    TaskState.ANSWERED: "asked",
}
"""What a node must have told for such a statement; but for the result of a node that came from a cache."""


# --- how it came to be ---


def _made(history: History, snapshot: Snapshot, known: Account) -> Iterator[str]:
    header = known.header
    found = history.deed_of(snapshot.namespace, snapshot.id)
    if found is None:
        yield "nobody made it"
        return
    number, deed = found
    yield from _unlike("made", header.made, _way(history, snapshot, deed, header))
    if deed.how == "twice":
        return
    if deed.kind == "copy" and snapshot.source == "fork":
        yield from _unlike(
            "copy of", known.original and known.original.checkpoint_id, deed.at or _head(history, number)
        )
    if snapshot.source == "loop":
        yield from _ran(history, snapshot, number, header)
    if header.made in (Made.START, Made.STEP):
        yield from _gap(history, snapshot, number, header)


def _way(history: History, snapshot: Snapshot, deed: Deed, header: Header) -> Made:
    """In which way the checkpoint came to be. Where a statement is free to say one of two things, it is ours."""
    match snapshot.source:
        case "input":
            return Made.INPUT
        case "fork":
            return Made.COPY if deed.kind == "copy" else Made.FORK
        case "update":
            return header.made if deed.kind == "clear" and header.made in (Made.EDIT, Made.DROPPED) else Made.EDIT
        case "loop":
            return header.made if header.made in (Made.START, Made.STEP, Made.SEVERAL) else Made.STEP
        case _:
            return Made.UNKNOWN


def _head(history: History, number: int) -> str | None:
    """The newest checkpoint of the root before a deed."""
    before = [one for deed in history.deeds[:number] for namespace, one in deed.made if not namespace]
    return max(before, default=None)


def _ran(history: History, snapshot: Snapshot, number: int, header: Header) -> Iterator[str]:
    """The nodes that made it, by what they told; a task that was done before is not run again by the deed."""
    parent = next((one for one in history.of(snapshot.namespace) if one.id == snapshot.parent), None)
    before = parent.step if parent and parent.step is not None else -2
    steps = (snapshot.step or 0) - before
    yield from _unlike("steps", header.steps, max(1, steps))
    ours = Counter(node for node in header.ran if node not in _NOT_OURS)
    if steps == 1 and parent:
        done = [task.name for task in parent.tasks if _was_done(history, task, number)]
        yield from _unlike("ran", ours, Counter(name for name in done if name not in _NOT_OURS))
    elif steps > 1:
        told = [one for one in history.events if _within(one, number, snapshot) and not one.sent]
        ran = {one.node for one in told if one.event == "done"}
        if not ran - _NOT_OURS <= set(ours):
            yield f"ran: ours {sorted(ours)}, in truth {sorted(ran)}"


def _was_done(history: History, task: TaskTold, number: int) -> bool:
    """Whether a task was done in a deed, or before it; of one that tells nothing LangGraph says whether it is done."""
    told = [one for one in history.events if one.task == task.id]
    return any(one.event == "done" and one.deed <= number for one in told) or (task.done and not told)


def _within(event: Event, number: int, snapshot: Snapshot) -> bool:
    same = event.deed == number and event.namespace == snapshot.namespace
    return same and event.checkpoint != snapshot.id


def _gap(history: History, snapshot: Snapshot, number: int, header: Header) -> Iterator[str]:
    """Whether one run went on from the parent: that the parent was made in the same deed."""
    made = history.deed_of(snapshot.namespace, snapshot.parent or "")
    if made is None or made[1].how == "twice":
        return
    truth = Gap.NONE if made[0] == number else Gap.RESUMED
    if header.gap not in (truth, Gap.UNKNOWN):
        yield f"gap: ours {header.gap}, in truth {truth}"
