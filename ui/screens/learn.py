"""The Learn screen: a lesson's text with its buttons, and beside it the history of what they did."""

from dataclasses import replace

import streamlit as st

from ui import reading
from ui.components.checkpoint import checkpoint
from ui.components.history import history
from ui.components.lesson_choice import lesson_choice, next_lesson, spot_choice
from ui.components.lesson_room import classroom, progress
from ui.components.lesson_text import lesson_text
from ui.components.namespaces import namespace_choice
from ui.components.page_text import key_of, label
from ui.components.plain_text import plain_text
from ui.components.run_strip import run_strip
from ui.lessons.classroom import Classroom
from ui.lessons.shelf import lesson
from ui.lessons.text import text_of
from ui.lessons.words import WORDS
from ui.session import VIEW, sources
from ui.timetravel.read_only import WHY, is_read_only
from ui.timetravel.targets import Kind
from ui.view import View

_LAST = "learning"
"""Session state: the lesson that was open last, so that a look at another page does not lose it."""


def last(view: View) -> View:
    """Where Learn leads to: the lesson that the address names, else the one that was open last in this tab."""
    known: View | None = st.session_state.get(_LAST)
    return view if view.lesson else known or View(language=view.language)


def draw(asked: View) -> None:
    """Draw the screen."""
    if is_read_only():
        plain_text(("asks", f"{WHY} Lessons run graphs on stores of their own: start the app without it."), key="learn")
        return
    chosen = lesson(asked.lesson)
    asked = replace(asked, lesson=chosen.slug, attempt=asked.attempt or progress().walk(chosen.slug).attempt)
    room = classroom(chosen, asked.attempt)
    view = _placed(asked, room)
    st.session_state[VIEW] = view
    st.session_state[_LAST] = asked
    text = text_of(chosen.slug, view.language)
    with st.sidebar:
        lesson_choice(view)
        st.caption(label(WORDS[view.language].where))
    left, right = st.columns([5, 7], gap="large")
    with left, st.container(key=key_of(f"lesson_{view.language}")):
        lesson_text(chosen, text, room, view)
        next_lesson(view)
    with right, st.container(key="lesson_panel"):
        _history(view, room)


def _placed(view: View, room: Classroom) -> View:
    """The view, on a thread of the lesson, in the practice store that this is in."""
    threads = {room.thread(spot): spot for spot in room.spots}
    spot = threads.get(view.thread, next(iter(room.spots)))
    here = room.existing(spot) or sources().practice()
    if view.thread not in threads:
        view = View(lesson=view.lesson, language=view.language, attempt=view.attempt, history=view.history)
    return replace(view, store=here.name, thread=room.thread(spot))


def _history(view: View, room: Classroom) -> None:
    spot_choice(room, view)
    tree = reading.tree(view.thread, view.namespace)
    run_strip(view)
    if not tree.ids:
        st.info(label(_why_empty(view, room)), icon=":material/inbox:")
        return
    view = view if view.checkpoint in tree else replace(view, checkpoint=tree.latest or "")
    st.session_state[VIEW] = view
    namespace_choice(view)
    history(view, tree)
    checkpoint(view, tree)


def _why_empty(view: View, room: Classroom) -> str:
    words = WORDS[view.language]
    spot = next((one for one in room.spots.values() if room.thread(one.name) == view.thread), None)
    begun = {step.spot for step in lesson(view.lesson).steps if step.name in progress().walk(view.lesson).pressed}
    lost = spot is not None and spot.kind is Kind.MEMORY and spot.name in begun
    return words.gone if lost else words.empty
