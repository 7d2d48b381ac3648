"""A run in words: the state of each of its tasks, why it paused, and its result. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

from ui.timetravel.ground.text.formatting import join_counted, join_limited, pluralize
from ui.timetravel.model.runs import NodeRun, NodeState, Pause, RunState, RunStatus
from ui.timetravel.runs.run_settings import in_words
from ui.timetravel.worker.child.shared.reserved_names import HANDLER
from ui.timetravel.worker.child.shared.task_events import is_handler

SETTINGS = "Settings of this run:"
"""The beginning of a worker's notes on settings."""
STATES = {
    NodeState.RUNNING: "▶ running",
    NodeState.DONE: "✔ done",
    NodeState.FAILED: "✖ failed",
    NodeState.HANDLED: "✖ failed, handled",
    NodeState.CANCELLED: "■ cancelled",
    NodeState.ASKED: "? asks",
    NodeState.CACHED: "✔ from the cache",
    NodeState.BEFORE: "✔ done before, not run again",
    NodeState.PAUSED: "? paused inside",
    NodeState.STOPPED: "■ stopped",
    NodeState.CUT_OFF: "✖ cut off",
    NodeState.UNTOLD: "over; how it ended was not told",
}


def task_state(run: RunState, one: NodeRun) -> str:
    """The state of a task, with its mark: "✔ done", "■ cancelled when plan failed"."""
    words = STATES[one.state]
    if one.state is NodeState.CANCELLED and run.failure and run.failure.node:
        return f"{words} when {run.failure.node} failed"
    return words


def task_name(one: NodeRun) -> str:
    """The name of a task: its node, with the graph that it is in: "search (in research)", "plan's error handler"."""
    name = one.node
    if is_handler(name):
        of = name.removeprefix(HANDLER)
        name = f"{of}'s error handler" if of != name else "the graph's error handler"
    inside = " › ".join(part.split(":")[0] for part in one.namespace.split("|") if part and not part.isdigit())
    return f"{name} (in {inside})" if inside else name


def tallies(run: RunState) -> list[str]:
    """How many tasks are done, and how many ended in other ways: "2 tasks done", "1 from the cache"."""
    states = Counter(one.state for one in run.nodes) + Counter(run.unlisted)
    said = [f"{pluralize(states[NodeState.DONE], 'task')} done"]
    for state, words in (
        (NodeState.CACHED, "from the cache"),
        (NodeState.BEFORE, "done before"),
        (NodeState.CANCELLED, "cancelled"),
    ):
        if states[state]:
            said.append(f"{states[state]} {words}")
    return said


def notes_and_settings(run: RunState) -> list[str]:
    """The run's notes for a person, with the settings that it was given where no note mentions them.

    A worker reports them once it has loaded the graph; a server does not, nor does a worker that refuses them.
    """
    given = in_words(run.job.settings) if run.job.settings else []
    if not given or any(note.startswith(SETTINGS) for note in run.notes):
        return [*run.notes]
    return [f"{SETTINGS} {', '.join(given)}.", *run.notes]


def ran_nothing(run: RunState) -> bool:
    """Whether a run that was to run nodes ended without a single task."""
    ran = any(one.state is not NodeState.BEFORE for one in run.nodes) or bool(run.unlisted)
    return run.status is RunStatus.FINISHED and run.job.run and not ran


def only_changed(run: RunState) -> bool:
    """Whether the run was only a change of state, and made it."""
    return run.status is RunStatus.FINISHED and not run.job.run


NOTHING_RAN = "No node was due, so nothing ran and the thread's state is as it was."


def why_paused(run: RunState) -> str:
    """Why a run waits without a question, and for what: whole sentences; empty for any other run."""
    if run.status is not RunStatus.INTERRUPTED or run.interrupts:
        return ""
    said = [_pause(how, whose, nodes) for (how, whose), nodes in _grouped(run.pauses).items()]
    if not said:
        return f"It is paused{_next(run)}. Resume goes on."
    after = any(one.how == "after" for one in run.pauses)
    said.append(
        f"Next {'is' if len(set(run.next)) == 1 else 'are'} {join_counted(run.next)}." if after and run.next else ""
    )
    said.append("Resume goes on; before that the state can be changed.")
    return " ".join(filter(None, said))


def _grouped(pauses: Iterable[Pause]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for one in pauses:
        found.setdefault((one.how, one.whose), []).append(one.node.replace(":", " › "))
    return found


def _pause(how: str, whose: str, nodes: Sequence[str]) -> str:
    names = join_limited(nodes)
    if not how:
        return f"The graph paused by itself before {names}."
    if whose == "person":
        return f"It paused {how} {names}, where you asked it to."
    return f"It paused {how} {names}, as the graph is compiled to (interrupt_{how})."


def _next(run: RunState) -> str:
    return f"; next {'is' if len(set(run.next)) == 1 else 'are'} {join_counted(run.next)}" if run.next else ""
