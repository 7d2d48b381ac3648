"""The questions of a checkpoint, and the button that sends the answers to their nodes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from ui.components.base.page_text import key_of
from ui.components.base.plain_text import plain_text
from ui.components.checkpoint.fork.permissions import WayToRun
from ui.components.checkpoint.interrupts.answer_input import answer_input
from ui.session import keys
from ui.timetravel.ground.text.formatting import shorten
from ui.timetravel.model.jobs import Answer, Asked
from ui.timetravel.model.values import Plain
from ui.timetravel.worker.child.shared.protocol import ANSWERED_MEANWHILE


def answer(way: WayToRun, questions: Sequence[Asked], key: str, past: Mapping[str, str] | None = None) -> None:
    """Draw the questions of a thread; the button answers them, by `way`, and the run continues.

    For closed questions, `past` says how each was closed, by id. The button answers the questions as they were drawn:
    if others are open when it is pressed, nothing is sent.
    """
    with st.container(border=True):
        _form(way, questions, _form_key(key, questions), past or {})


def _form_key(key: str, questions: Sequence[Asked]) -> str:
    """A key that no other form has, not even that of the next question of the same task, which may have the same id."""
    told = repr((key, [(one.id, one.earlier, one.value) for one in questions])).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=8).hexdigest()


def answered_meanwhile() -> None:
    """Say that a button was pressed whose questions have been closed. To be called after all questions are drawn."""
    if st.session_state.pop(keys.ANSWER_PRESSED, None):
        plain_text(("failed", ANSWERED_MEANWHILE), key="answered_meanwhile")


def _form(way: WayToRun, questions: Sequence[Asked], key: str, past: Mapping[str, str]) -> None:
    values: dict[str, Plain] = {}
    wrong: list[str] = []
    for at, one in enumerate(questions):
        given = answer_input(one.value, one.response_schema, f"{key}_{at}", past.get(one.id, ""))
        values[one.id] = given.value
        wrong += [f"{_called(at, one)}: {problem}" for problem in given.wrong] if len(questions) > 1 else given.wrong
    several = len(questions) > 1 and not all(one.id for one in questions)
    if several:
        wrong.append("The store gives these questions no ids, so LangGraph can't tell which answer is for which.")
    st.button(
        "Answer and go on",
        type="primary",
        icon=":material/send:",
        key=key_of(f"answered_{key}"),
        disabled=way.place is None or several,
        on_click=_press,
        args=(key,),
    )
    if st.session_state.get(keys.ANSWER_PRESSED) != key:
        return
    st.session_state.pop(keys.ANSWER_PRESSED)
    if wrong:
        plain_text(*(("failed", one) for one in wrong), key=f"answer_wrong_{key}")
        return
    request = replace(way.request, action=Answer(values, tuple(questions)), namespace="")
    way.start(request, checkpoint="", namespace="", pin=None)
    st.rerun()


def _called(at: int, question: Asked) -> str:
    """The number of a question, where there are several, for a message about it."""
    return f"“{shorten(question.value, 60)}”" if isinstance(question.value, str) else f"Question {at + 1}"


def _press(key: str) -> None:
    st.session_state[keys.ANSWER_PRESSED] = key
