"""A lesson's text, with buttons that do real steps, the check at its end, and its Python program."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import streamlit as st

from ui.components.base.page_text import as_text, key_of, label, our_markdown
from ui.components.base.plain_text import Look, plain_text
from ui.components.lessons.practice_store import classroom, progress
from ui.lessons.labels import WORDS
from ui.lessons.lesson import Kill, Lesson, Step
from ui.lessons.lesson import Show as Showing
from ui.lessons.practice.classroom import Classroom
from ui.lessons.practice.perform import can_do, do
from ui.lessons.text import CHECK, Button, Prose, Text, code_of
from ui.session import keys
from ui.session.context import current_view, open_view, watched_runs
from ui.session.view import View
from ui.timetravel.errors import CheckpointNotFound, TimeTravelError


def lesson_text(lesson: Lesson, text: Text, room: Classroom, view: View) -> None:
    """Draw the text. The button that comes next stands out; one that can't be pressed yet is grey."""
    st.markdown(f"## {label(text.title)}")
    ready = {step.name: can_do(step, room) for step in lesson.steps}
    pressed = _pressed(room)
    following = next((name for name, can in ready.items() if can and name not in pressed), CHECK)
    for block in text.blocks:
        match block:
            case Prose(markdown):
                st.markdown(our_markdown(markdown))
            case Button(step, words) if step == CHECK:
                _check(lesson, text, room, words, following == CHECK)
            case Button(step, words):
                stands_out, done = step == following, step in pressed
                _button(lesson, room, block, can=ready.get(step, False), stands_out=stands_out, done=done)
    with st.expander(label(WORDS[view.language].python), icon=":material/code:"):
        st.code(as_text(code_of(lesson.slug)), language="python")


def _pressed(room: Classroom) -> tuple[str, ...]:
    walk = progress().walk(room.slug)
    return walk.pressed if walk.attempt == room.attempt else ()


def _button(lesson: Lesson, room: Classroom, block: Button, *, can: bool, stands_out: bool, done: bool) -> None:
    st.button(
        label(block.label),
        key=key_of(f"do_{lesson.slug}_{block.step}"),
        type="primary" if stands_out else "secondary",
        icon=":material/check:" if done else ":material/play_arrow:",
        disabled=not can,
        on_click=_press,
        args=(lesson, block.step),
    )
    if keys.LESSON_TROUBLE in st.session_state and st.session_state[keys.LESSON_TROUBLE][0] == (room.walk, block.step):
        plain_text(("failed", st.session_state[keys.LESSON_TROUBLE][1]), key=f"trouble_{block.step}")


def _press(lesson: Lesson, name: str) -> None:
    """Do a step. Before the first step, give this walk through the lesson threads of its own."""
    step = lesson.step(name)
    if step is None:
        return
    st.session_state.pop(keys.LESSON_TROUBLE, None)
    view = replace(current_view(), lesson=lesson.slug, attempt=current_view().attempt or secrets.token_hex(2))
    room = classroom(lesson, view.attempt)
    try:
        with st.spinner(label(WORDS[view.language].moment)), _of_what_is_there():
            run = do(step, room)
            view = _after(step, room, view)
    except TimeTravelError as error:
        st.session_state[keys.LESSON_TROUBLE] = ((room.walk, name), str(error))
        open_view(view)
        return
    try:
        progress().pressed(lesson.slug, view.attempt, name)
    except OSError as error:
        st.session_state[keys.LESSON_TROUBLE] = ((room.walk, name), f"This was done, but can't be noted: {error}.")
    if run:
        watched_runs().add(run.id)
        view = replace(view, run=run.id)
    open_view(view)


@contextmanager
def _of_what_is_there() -> Iterator[None]:
    """While a step runs: what it needs may have been removed in another tab since its button was drawn.

    Shows that as a message.
    """
    try:
        yield
    except LookupError:
        raise CheckpointNotFound(
            "What this step needs is not in the lesson's thread any more: it was changed elsewhere. Start the lesson"
            " over."
        ) from None


def _after(step: Step, room: Classroom, view: View) -> View:
    """The view after a step: the newest checkpoint of its thread, or what the step shows."""
    store, thread = room.source(step.spot).name, room.thread(step.spot)
    view = replace(view, store=store, thread=thread, namespace="", page=0, pin=None)
    match step.action:
        case Showing(changes):
            return replace(view, **changes(room))
        case Kill():
            return replace(view, checkpoint="")  # the run stays in sight, to show how it died
    return replace(view, checkpoint="", run="")


def _check(lesson: Lesson, text: Text, room: Classroom, words: str, stands_out: bool) -> None:
    """Draw the button that checks the store, and once it was pressed, which of its statements are true now."""
    this = room.walk
    if st.button(
        label(words),
        key=key_of(f"check_{lesson.slug}"),
        type="primary" if stands_out else "secondary",
        icon=":material/fact_check:",
        disabled=room.any_live(),
    ):
        st.session_state[keys.LESSON_CHECKED] = this
    if st.session_state.get(keys.LESSON_CHECKED) != this:
        return
    held = {name: lesson.checks[name](room) for name in text.findings}
    if all(held.values()):
        with suppress(OSError):  # the check is shown as passed all the same
            progress().passed(lesson.slug)
    plain_text(*(_finding(held[name], said) for name, said in text.findings.items()), key=f"findings_{lesson.slug}")


def _finding(holds: bool, sentence: str) -> tuple[Look, str]:
    return ("good", f"✔ {sentence}") if holds else ("failed", f"✖ {sentence}")
