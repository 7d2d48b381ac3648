"""The form that starts a run: the input, as a form made from the graph's schema or as JSON, the thread, the pauses."""

from dataclasses import replace

import streamlit as st

from ui.components.base.page_text import as_text, key_of
from ui.components.base.plain_text import plain_text
from ui.components.checkpoint.fork.graph_choice import new_thread_id
from ui.components.fields.value_input import Entered, value_input
from ui.components.run.settings.form import settings_of_thread
from ui.components.run.settings.surroundings import run_notice
from ui.components.run.store_choice import move_to_run_store, run_store
from ui.components.run.thread_choice import choose_existing, existing_thread
from ui.session import keys
from ui.session.context import only_sandbox, source
from ui.session.permissions.graph_choice import other_graph
from ui.session.permissions.writes import may_write
from ui.session.start_run import start_run
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.jobs import Input, RunRequest
from ui.timetravel.presentation.forms.refused_input import refused_input
from ui.timetravel.runs.write_permission import Destination

NEW, OLD = "New thread", "Existing thread"
_CHECKED = (
    "The graph’s own types decide when the run starts. What they refuse is said, and nothing is written. "
    "Keys that are no channels are ignored."
)
_UNCHECKED = "LangGraph checks none of this: it ignores keys that are no channels, and hands all else to the nodes."
_WIDTH = 220
"""Pixels of the field for a thread's id: with this width the Run button stays in the row."""


def run_form(info: GraphInfo) -> None:
    """Draw the form. Its button, above the input so that it stays in sight, starts the run."""
    run_store()
    thread, is_new, pressed, place = _thread(info)
    said = st.container()
    entered = _input(info, is_new)
    before, after = _pauses(info)
    settings = settings_of_thread(info, thread)
    entered = replace(entered, missing=(*entered.missing, *settings.missing))
    run_notice(info, "run", in_sandbox=place is Destination.SANDBOX)
    with said:
        may_run = _may_run(info, entered, settings.wrong, pressed)
    if pressed and thread is not None and may_run:
        request = RunRequest(
            graph=info.name,
            thread_id=thread,
            action=Input(entered.value),
            interrupt_before=tuple(before),
            interrupt_after=tuple(after),
            settings=settings.settings,
        )
        st.session_state.pop(f"new_thread_{info.name}", None)
        start_run(request, sandbox=place is Destination.SANDBOX, checkpoint="", namespace="", pin=None)
        st.rerun()
    move_to_run_store()


def another_input(graph: str, thread: str) -> None:
    """Fill in this thread as the one to continue, at the next drawing. For callbacks."""
    st.session_state[keys.THREAD_GO_ON] = True
    choose_existing(graph, thread)


def _thread(info: GraphInfo) -> tuple[str | None, bool, bool, Destination | None]:
    """Draw the choices.

    Returns the thread to run on (None while there is none), whether it is new, whether Run was pressed, and the
    destination.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="thread_row"):
        first: str | None = NEW
        if st.session_state.pop(keys.THREAD_GO_ON, False):
            # Streamlit warns of a default beside a value that is set.
            st.session_state[keys.THREAD_KIND], first = OLD, None
        kind = st.segmented_control("Thread", [NEW, OLD], default=first, required=True, key=keys.THREAD_KIND)
        thread, maker = (_new_thread(info) or None, "") if kind == NEW else existing_thread(info.name, width=_WIDTH)
        place, why = _place(info, thread or "", new=kind == NEW)
        off = thread is None or place is None
        pressed = st.button("Run", type="primary", icon=":material/play_arrow:", key="run", disabled=off)
    if why:
        plain_text(("asks", why), key="why_not")
    if maker:
        said = f"This thread was made by {maker}. {info.name} would go on in its state."
        plain_text(("asks", said), key="others_thread")
    elif kind == OLD and thread and not only_sandbox() and (other := other_graph(thread, info.name)):
        plain_text(("asks", f"{other} {info.name} would go on in its state."), key="others_thread")
    if kind == OLD and thread is not None:
        st.caption(
            "The graph starts over at its beginning, and the input goes through the reducers of what the thread holds. "
            "To go on with an unfinished run, use Resume in the Debugger."
        )
    return thread, kind == NEW, pressed, place


def _place(info: GraphInfo, thread: str, *, new: bool) -> tuple[Destination | None, str]:
    """Where a run with an input may write (None: nowhere), and why not to the view's store, if so.

    Only a new thread can be in the sandbox instead: an input needs the state that its thread has already.
    """
    may = may_write(RunRequest(info.name, thread, Input({})), info)
    why = may.why_not()
    if not why or only_sandbox():
        return Destination.THREAD, ""
    if new and may.allows(Destination.SANDBOX):
        return Destination.SANDBOX, f"{why} What you run here goes to the local sandbox."
    return None, why


def _new_thread(info: GraphInfo) -> str:
    proposed = new_thread_id(info.name)
    what = "name" if source().can.names_threads and not only_sandbox() else "id"
    title = f"{what.capitalize()} of the new thread"
    typed = st.text_input(title, value=as_text(proposed), key=key_of(f"new_thread_id_{proposed}"), width=_WIDTH)
    if not typed.strip():
        st.warning("Type a name for the thread." if what == "name" else "Type an id for the thread.")
    return typed.strip()


def _input(info: GraphInfo, is_new: bool) -> Entered:
    """The input as typed. For an existing thread, the same fields are required as for a new one."""
    schema = info.input_schema if is_new else {**info.input_schema, "required": []}
    entered = value_input(
        schema,
        key="input",
        name=info.name,
        title="Input as",
        json_title="Input, as JSON",
        value_title="Input",
        fills_defaults=info.fills_defaults,
        top="a channel of this graph’s input",
    )
    refused = refused_input(info, entered.value) if entered.given and not entered.wrong else ""
    return Entered(True, entered.value, wrong=(refused,)) if refused else entered


def _may_run(info: GraphInfo, entered: Entered, others: tuple[str, ...], pressed: bool) -> bool:
    """Whether the input may be sent. If something is wrong with it, or with `others`, that is drawn."""
    tried = f"tried_{info.name}"
    st.session_state[tried] = (pressed or st.session_state.get(tried, False)) and bool(entered.missing)
    wrong = [*entered.wrong, *others, *(entered.missing if st.session_state[tried] else ())]
    plain_text(*(("failed", one) for one in wrong), key="input_wrong")
    if not entered.doubts:
        return not wrong
    plain_text(*(("asks", one) for one in entered.doubts), key="input_doubts")
    st.caption(_CHECKED if info.fills_defaults else _UNCHECKED)
    sure = st.checkbox("Run all the same", key=key_of(f"sure_{info.name}_{hash(entered.doubts)}"))
    return sure and not wrong


def _pauses(info: GraphInfo) -> tuple[list[str], list[str]]:
    names = info.own_nodes
    with st.expander("Pause before or after nodes", icon=":material/pause_circle:"):
        before = st.multiselect(
            "Pause before", names, format_func=as_text, placeholder="No node", key=key_of(f"before_{info.name}")
        )
        after = st.multiselect(
            "Pause after", names, format_func=as_text, placeholder="No node", key=key_of(f"after_{info.name}")
        )
    return before, after
