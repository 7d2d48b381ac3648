"""A button that ends the worker process of a run as a crash would, for a person who wants to see what survives."""

import streamlit as st

from ui.components.base.page_text import key_of
from ui.services.capabilities import capabilities_of
from ui.session.context import in_memory, source
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.model.targets import StoreKind
from ui.timetravel.runs.runner import LiveRun

_ENDS = "Ends the process at once, as a crash or a pulled plug would. "


def kill_button(run: LiveRun, state: RunState) -> None:
    """Draw it while a process of ours runs: not in a pause between tries, and not for runs on a server."""
    if not state.status.live or state.status is RunStatus.WAITING or not capabilities_of(state.job.kind).kill_worker:
        return
    with st.popover("Kill the worker", icon=":material/power_off:", key=key_of(f"kill_{run.id}"), width="content"):
        st.caption(_ENDS + _loses(state))
        st.button(
            "Kill it now",
            icon=":material/power_off:",
            type="primary",
            key=key_of(f"kill_now_{run.id}"),
            on_click=run.kill,
        )


def _loses(state: RunState) -> str:
    """What is lost by a kill, and what is not."""
    kind = state.job.kind
    if kind is StoreKind.MEMORY or (kind is StoreKind.SAVER and source().target == state.job.store and in_memory()):
        return "Every thread in its memory is lost, and every run in it ends."
    if kind is StoreKind.SAVER:
        return "Every run in it ends. What its saver keeps elsewhere is not lost."
    if state.most_tries:
        return "What finished is saved; the try has failed, and the next one follows."
    return "What finished is saved."
