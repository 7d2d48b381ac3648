"""Answering interrupts: the question, and a way to type what goes back to the node."""

from collections.abc import Sequence

import streamlit as st

from ui.components.plain_text import plain_text
from ui.jobs import start
from ui.timetravel.cards import shown
from ui.timetravel.edit import from_text
from ui.timetravel.errors import EditError
from ui.timetravel.model import Interrupt
from ui.timetravel.plain import Plain
from ui.timetravel.worker.job import Answer, Job

TEXT, JSON = "Text", "JSON"


def answer(job: Job, interrupts: Sequence[Interrupt], key: str, checkpoint_id: str | None = None) -> None:
    """Draw the questions of a paused thread; the button answers them and goes on.

    `job` says which graph and thread; `checkpoint_id` is given when the question isn't the thread's latest.
    """
    with st.container(border=True):
        _form(job, interrupts, key, checkpoint_id)


def _form(job: Job, interrupts: Sequence[Interrupt], key: str, checkpoint_id: str | None) -> None:
    values: dict[str, Plain] = {}
    wrong = []
    for at, one in enumerate(interrupts):
        plain_text(("asks", f"The run asks: {shown(one.value)['text']}"), key=f"question_{key}_{at}")
        try:
            values[one.id if len(interrupts) > 1 else ""] = _typed(f"{key}_{at}")
        except EditError as error:
            wrong.append(str(error))
    if not st.button("Answer and go on", type="primary", icon=":material/send:", key=f"answered_{key}"):
        return
    if wrong:
        plain_text(*(("failed", one) for one in wrong), key=f"answer_wrong_{key}")
        return
    start(Job(job.graph, "", job.target_thread, Answer(values), checkpoint_id=checkpoint_id), checkpoint="", pin=None)
    st.rerun()


def _typed(key: str) -> Plain:
    """What was typed. Raises EditError when it is nothing, or no JSON."""
    kind = st.segmented_control(
        "Answer as", [TEXT, JSON], default=TEXT, required=True, key=f"answer_as_{key}", label_visibility="collapsed"
    )
    text = st.text_area("Your answer", key=f"answer_{key}", height=68)
    if kind == JSON:
        return from_text(text)
    if not text.strip():
        raise EditError('Type an answer first. For an empty text, choose JSON and type "".')
    return text
