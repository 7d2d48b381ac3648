"""Before a run: which values of the selected checkpoint the graph would get as plain data, since their type is lost."""

import streamlit as st

from ui.components.plain_text import plain_text
from ui.session import code_edition, is_server, sources
from ui.timetravel.errors import WorkerError
from ui.timetravel.model import Checkpoint
from ui.timetravel.typed_values import Lost, StoredType, about_lost, own_types


def lost_types(shown: Checkpoint, graph: str) -> None:
    """Say it, for a run of this graph; nothing where every type can be built, or a server runs the graph."""
    here = own_types(shown.values)
    if not here or not graph or is_server():
        return
    lost = _lost(graph, tuple(sorted(here)), code_edition())
    said = about_lost(lost, here)
    if said:
        plain_text(
            ("asks", "\n".join(["What a run from here would get otherwise than the store has it:", *said])),
            key=f"lost_types_{graph}",
        )


@st.cache_data(show_spinner="Looking for the types of this state…", ttl=300, max_entries=64)
def _lost(graph: str, types: tuple[StoredType, ...], edition: int) -> dict[StoredType, Lost]:
    """Asked once for each set of types, as long as the code stays as it is; nothing where the graph can't be had."""
    del edition
    workers = sources().workers
    if workers is None or graph not in workers.graphs:
        return {}
    try:
        return workers.lost_types(graph, types)
    except WorkerError:  # its own drawing says why it does not load
        return {}
