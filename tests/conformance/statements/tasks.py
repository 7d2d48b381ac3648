"""What is said of each task of a superstep, compared with the truth of the thread."""

from collections.abc import Iterator

from tests.conformance.oracle.truth import NO_JOURNAL, is_done, is_edited, is_silent, unlike
from tests.conformance.programs.deeds import History, Snapshot, TaskTold
from ui.timetravel.history.supersteps import TaskOutcome, TaskState
from ui.timetravel.presentation.narration.headline import Account
from ui.timetravel.presentation.narration.tasks import NO_NODE

_FINISHED = {TaskState.DONE, TaskState.ANSWERED, TaskState.BY_HAND, TaskState.TAKEN_IN}
_ANSWERS = ({"answer": "好"}, *(f"to {number}" for number in range(20)))
"""All that programs answer with."""


def tasks(history: History, snapshot: Snapshot, known: Account, said: str) -> Iterator[str]:
    """Every statement about a task that is not so."""
    for told in snapshot.tasks:
        yield from (f"task {told.name}: {line}" for line in _task(history, snapshot, told, known))
    for one in known.step.tasks:
        yield from _claimed(history, snapshot, one, known)
        yield from _quoted(one, said)
    if not is_silent(history):
        yield from _names(history, snapshot, known)
    yield from _contest(history, snapshot, known)


def _task(history: History, snapshot: Snapshot, told: TaskTold, known: Account) -> Iterator[str]:
    """What LangGraph knows of a task, our statement has to say."""
    ours = next((one for one in known.step.tasks if one.task_id == told.id), None)
    if ours is None:
        states = {one.state for one in known.step.tasks if one.node == told.name and not one.task_id}
        if not known.header.undecided and (not states or told.done or told.error or told.asked):
            yield f"not told of, in truth {told}"
        return
    if ours.node or not (is_silent(history) or known.header.due == ("__start__",)):
        yield from unlike("name", ours.node, told.name)
    done = is_done(history, told)
    if done != (ours.state in _FINISHED) and not (told.error and ours.state is TaskState.FAILED):
        ended = known.step.ended and ours.state in _FINISHED
        if (done or not ended) and not is_edited(history, snapshot):
            yield f"is {ours.state}, in truth {told}"
    if told.error and ours.error != told.error:
        yield f"error {ours.error!r}, in truth {told.error!r}"
    asked = {question.id for question in ours.questions}
    yield from unlike("asked", asked, {question.id for question in told.asked})


def _claimed(history: History, snapshot: Snapshot, one: TaskOutcome, known: Account) -> Iterator[str]:
    """What we say of a task has to be what its node told."""
    told = next((task for task in snapshot.tasks if task.id == one.task_id), None)
    name = f"task {one.node}: is {one.state}"
    if one.task_id and told is None and not known.step.untaken:
        yield f"{name}, LangGraph knows no such task"
        return
    if told is None or told.name in NO_JOURNAL:
        return
    events = history.events_of(one.task_id)
    needed = _NEEDED.get(one.state)
    if (
        needed
        and needed not in events
        and not is_edited(history, snapshot)
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


def _quoted(one: TaskOutcome, said: str) -> Iterator[str]:
    """The sentence names whoever waits or failed, and quotes the questions that are texts."""
    named = one.node or NO_NODE
    if one.state is TaskState.ASKS and f"{named} asks and waits".lower() not in said.lower() and one.node != "work":
        yield f"task {one.node}: nobody reads that it asks"
    if one.state is TaskState.FAILED and f"{named} failed:" not in said and "and then failed" not in said:
        yield f"task {one.node}: nobody reads that it failed"
    for answer in one.answers:
        if answer not in _ANSWERS:
            yield f"task {one.node}: answered with {answer!r}"


def _names(history: History, snapshot: Snapshot, known: Account) -> Iterator[str]:
    """What the table notes of a checkpoint, by the names of nodes alone."""
    header, edited = known.header, is_edited(history, snapshot)
    cancelled = {one.name for one in snapshot.tasks if (one.error or "").startswith("CancelledError")}
    failed = {one.name for one in snapshot.tasks if one.error and not one.error.startswith("CancelledError")}
    asked = {one.name for one in snapshot.tasks if one.asked}
    waiting = {one.name for one in snapshot.tasks if one.asked and not is_done(history, one)}
    yield from unlike("failed", set(header.failed), failed)
    yield from unlike("cancelled", set(header.cancelled), cancelled)
    yield from unlike("interrupted", set(header.interrupted), asked)
    if not edited:
        yield from unlike("waiting", set(header.waiting), waiting)


def _contest(history: History, snapshot: Snapshot, known: Account) -> Iterator[str]:
    """Where all are done and no step came of it, and why."""
    step = known.step
    if step.untaken and not all(one.done for one in snapshot.tasks):
        yield f"all are done, in truth {snapshot.tasks}"
    last = history.deeds[-1]
    stuck = not snapshot.namespace and history.live is None and snapshot is next(history.of(""))
    if stuck and last.raised == "InvalidUpdateError" and last.kind == "input" and not step.contested:
        yield "nobody reads why the step can't be taken in"
