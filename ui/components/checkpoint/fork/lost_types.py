"""Lists, before a run, the values of the checkpoint that the graph would not get as the store has them, by their
types.
"""

import streamlit as st

from ui.components.base.plain_text import plain_text
from ui.components.checkpoint.fork.type_allowance import allowing, withdrawing
from ui.session.context import source
from ui.session.permissions.buildable_types import types_here
from ui.timetravel.model.checkpoints import Checkpoint
from ui.timetravel.runs.typed_values import about_lost, own_types


def lost_types(shown: Checkpoint, graph: str) -> None:
    """Draw the list for a run of this graph; nothing where every type is built, or a server runs the graph."""
    found = types_here(shown, graph)
    said = about_lost(found.lost, own_types(shown.values))
    if said:
        plain_text(
            ("asks", "\n".join(["What a run from here would get otherwise than the store has it:", *said])),
            key=f"lost_types_{graph}",
        )
    with st.container(horizontal=True, gap="small"):
        allowing(sorted(found.refused), source().target, key=graph)
        withdrawing(source().target)
