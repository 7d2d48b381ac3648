"""The runs and conditions that lessons are made of, in few words: begin, resume, answer, fork."""

from collections.abc import Callable, Mapping

from ui.lessons.lesson import StartRun
from ui.lessons.practice.classroom import Classroom
from ui.timetravel.model.checkpoints import CheckpointId, ThreadState
from ui.timetravel.model.jobs import Answer, Edits, Input, Resume, RunRequest
from ui.timetravel.model.values import Plain
from ui.timetravel.runs.retries.retry_policy import RetryPolicy

Choice = Callable[[Classroom], CheckpointId]
"""A function that chooses one of a lesson's checkpoints."""


def begin(graph: str, values: Mapping[str, Plain], spot: str = "", retries: RetryPolicy | None = None) -> StartRun:
    """Invoke a graph with an input."""
    return StartRun(lambda classroom: RunRequest(graph, classroom.thread(spot), Input(dict(values))), retries)


def resume(graph: str, spot: str = "", at: Choice | None = None, retries: RetryPolicy | None = None) -> StartRun:
    """Continue from the newest checkpoint, or run again from a chosen one: `invoke(None)`."""

    def request(classroom: Classroom) -> RunRequest:
        return RunRequest(graph, classroom.thread(spot), Resume(), checkpoint_id=at(classroom) if at else None)

    return StartRun(request, retries)


def answer(graph: str, value: Plain, spot: str = "") -> StartRun:
    """Answer the open question of a thread: `invoke(Command(resume=value))`."""
    return StartRun(lambda classroom: RunRequest(graph, classroom.thread(spot), Answer({"": value})))


def fork(
    graph: str, at: Choice, replacing: Mapping[str, Plain], as_node: str | None = None, spot: str = ""
) -> StartRun:
    """Put other values into a chosen checkpoint, on a branch of their own, and run from there."""

    def request(classroom: Classroom) -> RunRequest:
        edits = Edits(replacing, frozenset(replacing), as_node)
        return RunRequest(graph, classroom.thread(spot), Resume(), checkpoint_id=at(classroom), edits=edits)

    return StartRun(request)


def newest_after(node: str, spot: str = "") -> Choice:
    """The newest checkpoint that this node made. Use only where there is one (see `made`)."""
    return lambda classroom: classroom.made_by(node, spot)[-1].checkpoint_id


def made(node: str, spot: str = "") -> Callable[[Classroom], bool]:
    """Whether this node has made a checkpoint: the condition of a step."""
    return lambda classroom: bool(classroom.made_by(node, spot))


def finished(spot: str = "") -> Callable[[Classroom], bool]:
    """Whether a thread ran to its end: the condition of a step."""
    return lambda classroom: classroom.finished(spot)


def fresh(spot: str = "") -> Callable[[Classroom], bool]:
    """Whether a thread is still empty: the condition of a step that begins one.

    Pressed twice, it would give the thread a second input.
    """
    return lambda classroom: not classroom.ids(spot)


def left(state: ThreadState, spot: str = "") -> Callable[[Classroom], bool]:
    """Whether a thread was left in this state, such as with a question or a failure: the condition of a step."""
    return lambda classroom: classroom.state(spot) is state


def first_due(node: str, spot: str = "") -> Choice:
    """The oldest checkpoint after which this node was due. Use only where there is one."""
    return lambda classroom: classroom.due(node, spot)[0].checkpoint_id
