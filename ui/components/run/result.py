"""The result of a run that ended: what the graph returns."""

from ui.components.base.plain_text import plain_text
from ui.components.checkpoint.changes.cards import change_cards
from ui.session.context import graph_info, source
from ui.session.reads import cached_reads as reading
from ui.timetravel.errors import StoreError, WorkerError
from ui.timetravel.ground.text.formatting import join_limited
from ui.timetravel.model.checkpoint_refs import CheckpointRef
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.presentation.narration.runs import ran_nothing
from ui.timetravel.presentation.run_result import result_cards, written

_MOST = 300
"""The newest checkpoints of a run that are read to find what they changed."""


def run_result(state: RunState) -> None:
    """Draw the result, from the last checkpoint that the run saved; nothing for a run that did not finish."""
    if state.status is not RunStatus.FINISHED or not state.job.run or ran_nothing(state) or state.head is None:
        return
    if source().target != state.job.store:  # the page shows another store now
        return
    thread = state.job.target_thread
    try:
        values = reading.checkpoint(CheckpointRef("", thread, "", state.head)).values
        found = reading.headers(thread, "", state.checkpoints[-_MOST:])
    except StoreError as error:
        plain_text(("quiet", f"The result can't be read now. {error}"), key=f"no_result_{state.id}")
        return
    wrote = written(found[one] for one in state.checkpoints if one in found)
    cards, rest = result_cards(values, _outputs(state.job.graph), wrote)
    plain_text(("heading", "Result"), key=f"result_head_{state.id}")
    change_cards(cards, key=f"result_{state.id}", empty="Its nodes wrote nothing that the graph gives back.")
    if rest:
        plain_text(("quiet", f"Not written by this run's nodes: {join_limited(rest)}."), key=f"result_rest_{state.id}")


def _outputs(graph: str) -> tuple[str, ...]:
    try:
        return graph_info(graph).outputs
    except WorkerError:
        return ()
