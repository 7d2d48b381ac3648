"""Deletes what the preview shows, and shows the result."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import streamlit as st

from ui.components.base.plain_text import Look, plain_text
from ui.components.base.stoppable_progress import StoppableProgress
from ui.components.cleanup.make_preview import current
from ui.components.cleanup.overview import file_size
from ui.components.cleanup.preview import what_goes
from ui.components.cleanup.state import Done, Preview, request_deletion, result, set_result
from ui.services.deletion import delete_plan, refusal, shrink
from ui.session import keys
from ui.session.context import live_runs, source, sources
from ui.timetravel.errors import TimeTravelError
from ui.timetravel.ground.text.formatting import format_bytes, pluralize
from ui.timetravel.model.jobs import Deleted

STALE = "Threads of this preview have changed since, so it no longer counts."
_STOPPED = (
    "Stopped. At least so much was deleted by then, of each thread all that the preview showed or nothing. Press "
    "Preview to see what is still there."
)


def delete_button(preview: Preview) -> None:
    """Draw the button below a preview, with a confirmation that names the store; or say why nothing can be deleted."""
    here = source()
    if why := refusal(here):
        plain_text(("asks", why), key="clean_refused")
        return
    label = f"Delete {what_goes(preview.plan)}"
    if st.button(label, type="primary", icon=":material/delete:", key="clean_delete"):
        _sure(preview)


@st.dialog("Delete for good?")
def _sure(preview: Preview) -> None:
    here = source()
    title = sources().title(here.name) or here.store.title
    lines: list[tuple[Look, str]] = [
        ("heading", f"From {title}"),
        ("quiet", here.name if here.name != title else ""),
        ("text", f"{what_goes(preview.plan)} will be gone. This can't be undone."),
    ]
    plain_text(*lines, key="clean_sure")
    if st.button("Delete now", type="primary", key="clean_now", on_click=request_deletion, args=(preview,)):
        st.rerun()


def delete_now(preview: Preview) -> None:
    """Delete what the preview shows, with a progress bar, and keep the result. A stop takes effect between threads.

    Nothing is deleted if the store has changed since the preview.
    """
    if current(preview) is None:
        set_result(Done(preview.store, Deleted(), ended=True, failure=f"{STALE} Nothing was deleted."))
        st.rerun()
    done = Done(preview.store, Deleted())
    set_result(done)
    progress = StoppableProgress(lambda: None)

    def hear(so_far: Deleted) -> None:
        nonlocal done
        done = replace(done, gone=so_far)
        set_result(done)
        text = f"{so_far.checkpoints:,} of {pluralize(preview.plan.checkpoints, 'checkpoint')} deleted"
        progress.show(so_far.checkpoints / max(1, preview.plan.checkpoints), text)

    try:
        with st.spinner("Deleting…"):
            gone = delete_plan(source(), preview.plan, live_runs(), hear)
        set_result(replace(done, gone=gone, ended=True))
    except TimeTravelError as error:
        set_result(replace(done, ended=True, failure=str(error)))
    st.rerun()


def what_was_done() -> None:
    """Draw the result of the last deletion, until another preview is made."""
    done = result(source().name)
    if done is None:
        return
    plain_text(*_lines(done), key="clean_done", reveal=repr(done))
    here = source()
    if done.gone.checkpoints and here.file and here.can_shrink:
        _shrinking(done, here.file)


def _lines(done: Done) -> list[tuple[Look, str]]:
    gone = done.gone
    whole = f", {pluralize(gone.threads, 'whole thread')} among them" if gone.threads else ""
    what = f"Deleted {pluralize(gone.checkpoints, 'checkpoint')}{whole}: {format_bytes(gone.bytes)} of state"
    lines: list[tuple[Look, str]] = []
    if gone.checkpoints and not done.failure:
        lines.append(
            (
                "good",
                f"{what}, and {format_bytes(gone.rest)} of metadata and pending writes." if gone.rest else f"{what}.",
            )
        )
    if not done.ended:
        lines.append(("asks", _STOPPED))
    return [*lines, ("failed", done.failure), *(("asks", note) for note in gone.notes)]


def _shrinking(done: Done, file: Path) -> None:
    """Say that SQLite keeps the space of deleted rows, with a button to give it back."""
    if st.session_state.pop(keys.CLEANING_SHRINK, False):
        _shrink(done)
    if done.shrunk:
        plain_text(("text", done.shrunk), key="clean_shrunk")
        return
    text = (
        f"The file is still {format_bytes(file_size(file))}: SQLite keeps the room of what was deleted for what comes."
    )
    plain_text(("quiet", text), key="clean_room")
    st.button(
        "Shrink the file",
        icon=":material/compress:",
        help="VACUUM: the file is built anew, without the free room. Nobody else may have it open meanwhile.",
        key="clean_shrink_now",
        on_click=_ask_to_shrink,
    )


def _ask_to_shrink() -> None:
    st.session_state[keys.CLEANING_SHRINK] = True


def _shrink(done: Done) -> None:
    progress = StoppableProgress(lambda: None)
    tick: Callable[[], None] = lambda: progress.show(0.5, "Building the file anew…")  # noqa: E731
    try:
        with st.spinner("Shrinking the file…"):
            found = shrink(source(), tick)
        set_result(
            replace(done, shrunk=f"The file was {format_bytes(found.before)} and is {format_bytes(found.after)} now.")
        )
        st.rerun()
    except TimeTravelError as error:
        progress.done()
        plain_text(("failed", f"The file was left as it is. {error}"), key="clean_unshrunk")
