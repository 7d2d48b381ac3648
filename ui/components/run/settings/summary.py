"""One line each: the settings with which a run from a checkpoint begins, and how those of two runs differ."""

from ui.components.base.plain_text import plain_text
from ui.session.context import known_info, source
from ui.session.permissions.graph_choice import graph_for
from ui.timetravel.errors import StoreError
from ui.timetravel.model.checkpoints import Header
from ui.timetravel.runs.run_settings import Inherited, differences, in_words, inherited, knows_all, required_unknown


def settings_line(header: Header) -> None:
    """Draw the settings with which a run from this checkpoint begins, as far as the store keeps them; nothing if there
    are none.
    """
    found = inherited(source().store, header)
    lines = []
    if said := in_words(found.settings):
        lines.append(f"Runs from here begin with the settings of this checkpoint's run: {', '.join(said)}.")
    if found.left_out:
        lines.append(f"Not kept, and so not set: {', '.join(found.left_out)}. Give it in “Change and fork”.")
    info = known_info(graph_for(header.thread_id, header.metadata).name)
    if info and not found.knows_context and not knows_all(info.context_schema, found):
        empty = required_unknown(info.context_schema, found)
        starts = f" {', '.join(empty)} would start empty: give it in “Change and fork”." if empty else ""
        lines.append(f"The store does not keep which context this checkpoint's run had.{starts}")
    if lines:
        plain_text(*(("quiet", line) for line in lines), key="settings_line")


def settings_difference(old_store: str, old: Header, new_store: str, new: Header) -> None:
    """Say in which settings the runs of two checkpoints differ, if they do."""
    try:
        found = differences(_of(old_store, old), _of(new_store, new))
    except StoreError:
        return  # deleted meanwhile: the comparison itself says so
    if found:
        plain_text(("asks", f"The runs had different settings: {'; '.join(found)}."), key="settings_difference")


def _of(store: str, header: Header) -> Inherited:
    return inherited(source(store).store, header)
