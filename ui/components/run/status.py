"""A run at this moment: what is running, what is done, its output; how it ended and what to do next."""

import math
import time
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from ui.components.base.page_text import as_text, key_of, table
from ui.components.base.plain_text import Look, plain_text
from ui.components.checkpoint.fork.permissions import WayToRun
from ui.components.checkpoint.fork.type_allowance import allowing
from ui.components.checkpoint.interrupts.form import answer, answered_meanwhile
from ui.components.run.retry_button import retry_popover
from ui.components.run.saved_summary import survived
from ui.session.context import graph_names, sources
from ui.session.start_run import start_run
from ui.timetravel.ground.text.formatting import format_duration, format_pause, join_counted, pluralize
from ui.timetravel.ground.text.terminal_text import as_shown
from ui.timetravel.model.jobs import Asked, Resume, RunRequest
from ui.timetravel.model.runs import WORKER_DIED, Failure, NodeRun, NodeState, Output, RunState, RunStatus
from ui.timetravel.model.targets import StoreKind
from ui.timetravel.presentation.narration.runs import (
    NOTHING_RAN,
    notes_and_settings,
    only_changed,
    ran_nothing,
    tallies,
    task_name,
    task_state,
    why_paused,
)
from ui.timetravel.runs.runner import LiveRun
from ui.timetravel.runs.write_permission import Permission
from ui.timetravel.worker.child.shared.clipping import clipped

WORDS: dict[RunStatus, tuple[Look, str]] = {
    RunStatus.STARTING: ("text", "▶ Starting a worker and importing the graph"),
    RunStatus.RUNNING: ("text", "▶ Running"),
    RunStatus.WAITING: ("text", "… Waiting"),
    RunStatus.STOPPING: ("text", "■ Stopping"),
    RunStatus.FINISHED: ("good", "✔ Finished"),
    RunStatus.INTERRUPTED: ("asks", "? Paused"),
    RunStatus.FAILED: ("failed", "✖ Failed"),
    RunStatus.STOPPED: ("asks", "■ Stopped"),
    RunStatus.DIED: ("failed", "✖ The worker process died"),
}

_ROWS = 300
_PIECES = 200
_SHOWN = 40_000
"""Characters of output that are shown at once, from the beginning and from the end."""


def status_line(run: RunState) -> None:
    """Draw one line: the run's status, its duration, and the nodes that are running."""
    look, words = _end(run)
    took = format_duration((run.ended or time.time()) - run.started)
    running = [task_name(one) for one in run.nodes if one.ended is None and run.status.live]
    if run.status is RunStatus.STARTING and _on_server(run):
        words = "▶ Starting on the server"
    did = [*tallies(run), pluralize(len(run.checkpoints), "new checkpoint")]
    facts = [words, *_tried(run), took, *did, f"thread {run.job.target_thread}"]
    lines: list[tuple[Look, str]] = [(look, " · ".join(facts)), ("text", _now(run, running))]
    plain_text(*lines, ("text", " ".join(notes_and_settings(run))), key=f"status_{run.id}")


def _end(run: RunState) -> tuple[Look, str]:
    if ran_nothing(run):
        return "asks", "○ Nothing ran"
    return ("good", "✔ Changed, and nothing run") if only_changed(run) else WORDS[run.status]


def _tried(run: RunState) -> list[str]:
    """Which try it is, and when the next one begins."""
    if not run.most_tries:
        return []
    which = f"try {len(run.tries)} of {run.most_tries}"
    if run.next_try is None:
        return [which]
    return [f"{which} failed", f"next try in {format_pause(math.ceil(max(0.0, run.next_try - time.time())))}"]


def _now(run: RunState, running: Sequence[str]) -> str:
    if running:
        return f"{join_counted(running)} {'runs' if len(running) == 1 else 'run'} now"
    if run.failure:
        return _said(run.failure)
    return " ".join(filter(None, [why_paused(run), NOTHING_RAN if ran_nothing(run) else ""]))


def stop_button(run: LiveRun, state: RunState) -> None:
    """Draw a Stop button while there is something to stop."""
    if state.status.live:
        st.button(
            "Stop",
            icon=":material/stop:",
            key=key_of(f"stop_{run.id}"),
            disabled=state.status is RunStatus.STOPPING,
            on_click=run.stop,
            help="Asks the server to cancel the run."
            if _on_server(state)
            else "Asks the run to stop after this step; a node that goes on regardless is killed a moment later.",
        )


def _on_server(run: RunState) -> bool:
    return run.job.kind is StoreKind.SERVER


def outcome(state: RunState) -> None:
    """Draw how the run ended, and how to continue; nothing while it is on."""
    if state.status.live:
        return
    unfinished = state.status in (RunStatus.FAILED, RunStatus.STOPPED, RunStatus.DIED)
    resumes = survived(state) if unfinished else True
    traceback_button(state)
    if state.failure and state.failure.refused:
        allowing(state.failure.refused, sources().runs.read_by(state.job), key=state.id)
    if state.status is RunStatus.INTERRUPTED and state.interrupts:
        asked = {one.id: Asked(one.id, one.value, response_schema=one.response_schema) for one in state.interrupts}
        request = RunRequest(graph=state.job.graph, thread_id=state.job.target_thread, action=Resume())
        answer(WayToRun(request, Permission()), list(asked.values()), key=state.id)
        answered_meanwhile()
    paused = state.status is RunStatus.INTERRUPTED and not state.interrupts
    if resumes and (unfinished or paused):
        _resume(state, with_retries=unfinished)


def _said(failure: Failure) -> str:
    if failure.type == WORKER_DIED:
        return failure.message
    raised = f"{failure.node} raised {failure.type}" if failure.node else failure.type
    return f"{raised}: {clipped(failure.message, 4_000)}"


def traceback_button(state: RunState) -> None:
    """Draw a button that shows the traceback, if there is one."""
    if state.failure and state.failure.traceback and state.failure.type != WORKER_DIED:
        with st.popover("Traceback", icon=":material/bug_report:", width="content"):
            st.code(as_text(state.failure.traceback), language="python", wrap_lines=True, height=420)


def last_output_button(state: RunState) -> None:
    """Draw a button that shows the last output of a worker that died, which leaves no traceback.

    For where `output` is not drawn.
    """
    if state.failure and state.failure.traceback and state.failure.type == WORKER_DIED:
        with st.popover("Last output", icon=":material/terminal:", width="content"):
            st.code(as_text(state.failure.traceback), language=None, wrap_lines=True, height=420)


def _resume(state: RunState, *, with_retries: bool) -> None:
    request = RunRequest(graph=state.job.graph, thread_id=state.job.target_thread, action=Resume())
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Resume from there",
            type="primary",
            icon=":material/play_arrow:",
            key=key_of(f"resume_{state.id}"),
            help="Go on from the last checkpoint: nodes that finished do not run again",
            disabled=not graph_names(),
            on_click=lambda: start_run(request, checkpoint="", pin=None),
        )
        if with_retries:
            retry_popover(
                lambda retries: start_run(request, retries=retries, checkpoint="", pin=None),
                key=state.id,
                disabled=not graph_names(),
            )


def steps(run: RunState) -> None:
    """Draw the tasks so far, as a table."""
    if not run.nodes:
        return
    rows = [_step(run, one) for one in reversed(run.nodes[-_ROWS:])]
    frame = table(rows, ["Step", "Node", "State", "Took"])
    height: Literal["content"] | int = 280 if len(frame) > 7 else "content"
    st.dataframe(frame, hide_index=True, height=height, column_config={"Step": {"width": 60}})
    more = len(run.nodes) - len(rows) + sum(run.unlisted.values())
    if more:
        st.caption(f"{pluralize(more, 'more task')}: the last {len(rows):,} are listed.")


def _step(run: RunState, one: NodeRun) -> dict[str, object]:
    ran = one.state not in (NodeState.CACHED, NodeState.BEFORE)
    return {
        "Step": one.step,
        "Node": task_name(one),
        "State": task_state(run, one),
        "Took": format_duration((one.ended or time.time()) - one.started) if ran else "",
    }


KINDS = {"stdout": "printed", "stderr": "printed (stderr)", "token": "says", "custom": "reports"}


def output(run: RunState) -> None:
    """Draw what nodes printed, models generated and writers sent, newest last."""
    if not run.output:
        return
    st.caption("Output")
    with st.container(height=260, border=True, autoscroll=True):
        plain_text(*_output_lines(run.output), key=f"output_{run.id}")


def _output_lines(pieces: Sequence[Output]) -> list[tuple[Look, str]]:
    """The lines of the pieces to show: if there are too many, the first and the last."""
    half = _PIECES // 2
    if len(pieces) <= _PIECES:
        return _lines(pieces)
    out = sum(len(piece.text) for piece in pieces[half:-half])
    gap: tuple[Look, str] = ("quiet", f"… {out:,} characters are not shown …")
    return [*_lines(pieces[:half]), gap, *_lines(pieces[-half:])]


def _lines(pieces: Sequence[Output]) -> list[tuple[Look, str]]:
    """Pieces of one task and kind joined to one text, even if others came in between."""
    texts: dict[tuple[str, str, str], str] = {}
    for piece in pieces:
        key = (piece.node, piece.kind, piece.task_id)
        texts[key] = texts.get(key, "") + piece.text
    said: list[tuple[Look, str]] = []
    for (node, kind, task), text in texts.items():
        if kind == "token" and f"{text.strip()}\n" in texts.get((node, "stdout", task), "") + "\n":
            continue  # the node prints its model's answer
        if not kind:
            said.append(("quiet", text.strip()))
            continue
        said.append(("quiet", f"{node or 'the process'} {KINDS.get(kind, kind)}"))
        said.append(("text", clipped(as_shown(text), max(500, _SHOWN // len(texts))).rstrip("\n")))
    return said
