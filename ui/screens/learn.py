"""The Learn screen: a lesson's text with its buttons, and beside it the history of what they did."""

from dataclasses import replace

import streamlit as st

from ui.components.base.page_text import key_of, label
from ui.components.base.plain_text import plain_text
from ui.components.checkpoint.panel import checkpoint
from ui.components.history.panel import history
from ui.components.lessons.choice import lesson_choice, next_lesson, spot_choice
from ui.components.lessons.practice_store import classroom, progress
from ui.components.lessons.text import lesson_text
from ui.components.run.strip import run_strip
from ui.components.sidebar.namespaces import namespace_choice
from ui.lessons.catalogue import lesson
from ui.lessons.labels import WORDS
from ui.lessons.practice.classroom import Classroom
from ui.lessons.text import text_of
from ui.session import keys
from ui.session.context import sources
from ui.session.reads import cached_reads as reading
from ui.session.view import View
from ui.timetravel.ground.read_only import WHY, is_read_only
from ui.timetravel.model.targets import StoreKind


def last(view: View) -> View:
    """The view to which Learn leads: the lesson that the address names, else the one last opened in this tab."""
    known: View | None = st.session_state.get(keys.LEARNING)
    return view if view.lesson else known or View(language=view.language)


def draw(asked: View) -> None:
    """Draw the screen for the view `asked`."""
    if is_read_only():
        plain_text(("asks", f"{WHY} Lessons run graphs on stores of their own: start the app without it."), key="learn")
        return
    chosen = lesson(asked.lesson)
    asked = replace(asked, lesson=chosen.slug, attempt=asked.attempt or progress().walk(chosen.slug).attempt)
    room = classroom(chosen, asked.attempt)
    view = _placed(asked, room)
    st.session_state[keys.VIEW] = view
    st.session_state[keys.LEARNING] = asked
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
    """The view on a thread of the lesson, in that thread's practice store."""
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
    st.session_state[keys.VIEW] = view
    namespace_choice(view)
    history(view, tree)
    checkpoint(view, tree)


def _why_empty(view: View, room: Classroom) -> str:
    words = WORDS[view.language]
    spot = next((one for one in room.spots.values() if room.thread(one.name) == view.thread), None)
    begun = {step.spot for step in lesson(view.lesson).steps if step.name in progress().walk(view.lesson).pressed}
    lost = spot is not None and spot.kind is StoreKind.MEMORY and spot.name in begun
    return words.gone if lost else words.empty
