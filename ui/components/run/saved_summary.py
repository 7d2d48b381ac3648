"""What is saved of a run that did not finish, and whether another run can continue from it."""

from collections.abc import Sequence

from ui.components.base.plain_text import plain_text
from ui.session.context import in_memory, source
from ui.session.reads import cached_reads as reading
from ui.timetravel.errors import StoreError
from ui.timetravel.ground.text.formatting import join_counted, pluralize
from ui.timetravel.model.checkpoint_refs import CheckpointRef
from ui.timetravel.model.checkpoints import Header
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.presentation.narration.checkpoints import persons_nodes


def survived(state: RunState) -> bool:
    """Say what the store holds now, and return whether a run can continue from there."""
    thread = state.job.target_thread
    if source().target != state.job.store:  # the page shows another store now
        return True
    try:
        latest = reading.tree(thread, "").latest
        header = reading.header(CheckpointRef("", thread, "", latest)) if latest else None
    except StoreError as error:
        plain_text(("quiet", f"What was saved can't be told now. {error}"), key=f"survived_{state.id}")
        return True
    plain_text(("quiet", _said(state, header)), key=f"survived_{state.id}")
    return header is not None


def _said(state: RunState, latest: Header | None) -> str:
    if latest is None:
        lost = state.status is RunStatus.DIED and in_memory()
        return "Nothing survived: the thread was in the worker's memory." if lost else "Nothing was saved by this run."
    made = len(state.checkpoints)
    saved = (
        f"Saved: {pluralize(made, 'checkpoint')} of this run." if made else "This run saved no checkpoint of its own."
    )
    return f"{saved} {_way_on(latest)}"


def _way_on(latest: Header) -> str:
    """Which tasks of the unfinished superstep are done, and which nodes run when the thread continues."""
    done, left = persons_nodes(latest.done), persons_nodes(latest.next)
    said = f"{join_counted(done)} {_are(done)} done and will not run again; " if done else ""
    if left:
        others = "" if done else " What finished is not run again."
        return _sentence(f"{said}next {_are(left)} {join_counted(left)}.{others}")
    if latest.next:
        return "Next the input is taken in."
    return _sentence(f"{said}nothing is left to do on this thread.")


def _are(nodes: Sequence[str]) -> str:
    return "is" if len(set(nodes)) == 1 else "are"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] if text.startswith(("next", "nothing")) else text
