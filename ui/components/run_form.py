"""What a run starts with: the input, as a form made from the graph's schema or as JSON, the thread, the pauses."""

import json
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.components.escape import label
from ui.components.existing_thread import choose_existing, existing_thread
from ui.components.forking import new_thread_id
from ui.components.plain_text import plain_text
from ui.components.run_settings import settings_of_thread
from ui.components.run_store import move_to_run_store, run_store
from ui.jobs import start
from ui.session import is_server, only_sandbox
from ui.timetravel.edit import from_text, to_text
from ui.timetravel.errors import EditError
from ui.timetravel.form import Field, example, fields
from ui.timetravel.form import start as begin
from ui.timetravel.plain import Plain
from ui.timetravel.worker.job import GraphInfo, Input, Job

NEW, OLD = "New thread", "Existing thread"
FORM, JSON = "Form", "JSON"
_KIND, _GO_ON = "thread_kind", "thread_go_on"
"""Session state: which of the two, and whether it is to be the second one."""
_WIDTH = 220
"""Pixels, of a thread's id: with it the Run button stays in the row."""


def run_form(info: GraphInfo) -> None:
    """Draw the form; its button, above the input so that it stays in sight, starts the run."""
    run_store()
    thread, pressed = _thread(info)
    said = st.container()
    value, wrong = _input(info)
    before, after = _pauses(info)
    settings = settings_of_thread(info, thread)
    wrong = [*wrong, *settings.wrong]
    if wrong:
        with said:
            plain_text(*(("failed", one) for one in wrong), key="input_wrong")
    if pressed and thread and not wrong:
        job = Job(
            graph=info.name,
            store="",
            thread_id=thread,
            action=Input(value),
            interrupt_before=tuple(before),
            interrupt_after=tuple(after),
            settings=settings.settings,
        )
        st.session_state.pop(f"new_thread_{info.name}", None)
        start(job, checkpoint="", namespace="", pin=None)
        st.rerun()
    move_to_run_store()


def another_input(graph: str, thread: str) -> None:
    """Have the form come with this thread to go on with: for callbacks."""
    st.session_state[_GO_ON] = True
    choose_existing(graph, thread)


def _thread(info: GraphInfo) -> tuple[str, bool]:
    """The id of the thread to run on (empty while there is none), and whether Run was pressed."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first: str | None = NEW
        if st.session_state.pop(_GO_ON, False):
            # Streamlit warns of a default beside a value that is set.
            st.session_state[_KIND], first = OLD, None
        kind = st.segmented_control("Thread", [NEW, OLD], default=first, required=True, key=_KIND)
        thread, maker = (_new_thread(info), "") if kind == NEW else existing_thread(info.name, width=_WIDTH)
        pressed = st.button("Run", type="primary", icon=":material/play_arrow:", key="run", disabled=not thread)
    if maker:
        said = f"This thread was made by {maker}. {info.name} would go on in its state."
        plain_text(("asks", said), key="others_thread")
    if kind == OLD and thread:
        st.caption(
            "The graph starts over at its beginning, and the input goes through the reducers of what the thread holds. "
            "To go on with an unfinished run, use Resume in the Debugger."
        )
    return thread, pressed


def _new_thread(info: GraphInfo) -> str:
    proposed = new_thread_id(info.name)
    what = "name" if is_server() and not only_sandbox() else "id"
    title = f"{what.capitalize()} of the new thread"
    typed = st.text_input(title, value=proposed, key=f"new_thread_id_{proposed}", width=_WIDTH)
    if not typed.strip():
        st.warning("Type a name for the thread." if what == "name" else "Type an id for the thread.")
    return typed.strip()


def _input(info: GraphInfo) -> tuple[Plain, list[str]]:
    """The input as it is typed, and what is wrong with it."""
    parts = fields(info.input_schema)
    kind = JSON
    if parts:
        kind = st.segmented_control("Input as", [FORM, JSON], default=FORM, required=True, key=f"input_as_{info.name}")
    if kind == FORM:
        return _form(info, parts)
    return _json(info, parts)


def _json(info: GraphInfo, parts: list[Field]) -> tuple[Plain, list[str]]:
    typed_form = {
        part.name: st.session_state[_key(info, part)] for part in parts if _key(info, part) in st.session_state
    }
    first = example(info.input_schema) | _plain_form(parts, typed_form) if parts else example(info.input_schema)
    st.session_state.setdefault(f"input_json_{info.name}", to_text(first))
    text = st.text_area("Input, as JSON", key=f"input_json_{info.name}", height=240)
    try:
        return from_text(text), []
    except EditError as error:
        return None, [str(error)]


def _plain_form(parts: list[Field], typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed in the form's simple fields, to begin the JSON with."""
    held = [part for part in parts if part.kind != "json" and typed.get(part.name) is not None]
    return {part.name: _held(part, typed[part.name]) for part in held}


def _held(part: Field, typed: Any) -> Any:
    """The value behind what a field's widget holds: of a choice, its place."""
    choices = part.choices or ((True, False) if part.kind == "boolean" and not isinstance(typed, bool) else ())
    return choices[typed] if choices else typed


def _form(info: GraphInfo, parts: list[Field]) -> tuple[Plain, list[str]]:
    values: dict[str, Any] = {}
    wrong = []
    for part, place in zip(parts, _places(parts), strict=True):
        try:
            with place:
                given, value = _widget(info, part)
        except EditError as error:
            wrong.append(f"{part.name}: {error}")
            continue
        if given:
            values[part.name] = value
    return values, wrong


def _places(parts: list[Field]) -> list[DeltaGenerator]:
    """Two short fields beside each other, so that the Run button stays in sight; JSON takes the whole width."""
    places: list[DeltaGenerator] = []
    free: list[DeltaGenerator] = []
    for part in parts:
        if part.kind == "json" or len(parts) == 1:
            places.append(st.container())
            free = []
            continue
        free = free or list(st.columns(2))
        places.append(free.pop(0))
    return places


def _key(info: GraphInfo, part: Field) -> str:
    return f"input_{info.name}_{part.name}"


def _widget(info: GraphInfo, part: Field) -> tuple[bool, Any]:
    """One field: whether it holds anything, and what. Raises EditError for JSON that isn't.

    A field that is neither required nor has an example starts empty, and is not given until something is typed.
    """
    key = _key(info, part)
    empty = not part.required and part.example is None
    first = None if empty else begin(part)
    title = label(part.title) + (" (required)" if part.required else "")
    about = label(part.help) or None
    match part.kind:
        case "text":
            long = len(str(first)) > 80 or "\n" in str(first)
            draw = st.text_area if long else st.text_input
            text = draw(title, value="" if first is None else str(first), help=about, key=key)
            return bool(text) or part.required or part.example == "", text
        case "integer":
            whole = st.number_input(title, value=None if first is None else int(first), step=1, help=about, key=key)
            return whole is not None, whole
        case "number":
            number = st.number_input(title, value=None if first is None else float(first), help=about, key=key)
            return number is not None, number
        case "boolean" if not empty:
            return True, st.toggle(title, value=bool(first), help=about, key=key)
        case "boolean" | "choice":
            return _choice(part, title, about, key, first)
        case _ if part.name == "messages":
            heard = st.text_area(
                f"{title}: what the human says, or JSON", _heard(first), help=about, key=key, height=90
            )
            return bool(heard.strip()), _said(heard)
        case _:
            start = "" if first is None else json.dumps(first, ensure_ascii=False)
            text = st.text_area(f"{title} (JSON)", value=start, help=about, key=key)
            return bool(text.strip()), from_text(text) if text.strip() else None


def _heard(messages: Any) -> str:
    """Messages as the box shows them: one of the human's is plain text, whatever else is JSON."""
    match messages:
        case [{"role": "user", "content": str(text), **more}] if not more and not text.lstrip().startswith(("[", "{")):
            return text
    return json.dumps(messages, ensure_ascii=False) if messages else ""


def _said(text: str) -> Plain:
    """Messages as JSON, or plain text as one message of the human's."""
    if text.lstrip().startswith(("[", "{")):
        return from_text(text)
    return [{"role": "user", "content": text}]


def _choice(part: Field, title: str, about: str | None, key: str, first: Any) -> tuple[bool, Any]:
    options = part.choices or (True, False)
    at = None if first is None else options.index(first) if first in options else 0
    chosen = st.selectbox(
        title,
        range(len(options)),
        index=at,
        format_func=lambda place: str(options[place]) or "(empty)",
        placeholder="not given",
        help=about,
        key=key,
    )
    return chosen is not None, None if chosen is None else options[chosen]


def _pauses(info: GraphInfo) -> tuple[list[str], list[str]]:
    names = [node.name for node in info.nodes if ":" not in node.name and not node.name.startswith("__")]
    with st.expander("Pause before or after nodes", icon=":material/pause_circle:"):
        before = st.multiselect("Pause before", names, placeholder="No node", key=f"before_{info.name}")
        after = st.multiselect("Pause after", names, placeholder="No node", key=f"after_{info.name}")
    return before, after
