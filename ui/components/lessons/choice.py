"""The choice of the lesson, its language, and one of its threads."""

from collections.abc import Collection

import streamlit as st

from ui.components.base.page_text import label
from ui.components.lessons.practice_store import progress
from ui.lessons.catalogue import LESSONS
from ui.lessons.labels import WORDS
from ui.lessons.practice.classroom import Classroom
from ui.lessons.text import text_of
from ui.session import keys
from ui.session.by_hand import by_hand
from ui.session.context import current_view, open_view, update_view
from ui.session.view import LANGUAGES, View

NAMES = dict(zip(LANGUAGES, ("English", "简体中文"), strict=True))


def lesson_choice(view: View) -> None:
    """Draw the language and the list of lessons, with marks at those whose check was passed."""
    st.session_state[keys.LESSON_LANGUAGE] = view.language
    st.segmented_control(
        "Language",
        LANGUAGES,
        format_func=NAMES.__getitem__,
        key=keys.LESSON_LANGUAGE,
        required=True,
        label_visibility="collapsed",
        on_change=by_hand(keys.LESSON_LANGUAGE, lambda: update_view(language=st.session_state[keys.LESSON_LANGUAGE])),
    )
    walks = progress().walks()
    passed = {slug for slug, walk in walks.items() if walk.passed}
    numbers = {one.slug: at for at, one in enumerate(LESSONS, start=1)}
    st.session_state[keys.LESSON_CHOICE] = view.lesson
    st.radio(
        "Lessons",
        list(numbers),
        format_func=lambda slug: _title(numbers[slug], slug, view.language, passed),
        key=keys.LESSON_CHOICE,
        on_change=by_hand(keys.LESSON_CHOICE, _open),
    )


def spot_choice(room: Classroom, view: View) -> None:
    """Draw a choice between the lesson's threads, if it has several."""
    if len(room.spots) < 2:
        return
    threads = {room.thread(spot): spot for spot in room.spots}
    st.session_state[keys.LESSON_SPOT] = view.thread
    st.segmented_control(
        "Thread",
        list(threads),
        format_func=lambda thread: label(threads.get(thread, thread) or ""),
        key=keys.LESSON_SPOT,
        required=True,
        on_change=by_hand(keys.LESSON_SPOT, lambda: _look_at(room, threads[st.session_state[keys.LESSON_SPOT]])),
    )


def next_lesson(view: View) -> None:
    """Draw a button for the next lesson, and one to repeat this one on new threads."""
    slugs = [one.slug for one in LESSONS]
    words = WORDS[view.language]
    following = slugs[slugs.index(view.lesson) + 1 :][:1]
    with st.container(horizontal=True):
        for slug in following:
            title = text_of(slug, view.language).title
            st.button(
                label(f"{words.next} {title}"),
                key="next_lesson",
                icon=":material/arrow_forward:",
                on_click=_go,
                args=(slug,),
            )
        if view.attempt:
            st.button(label(words.again), key="start_over", icon=":material/replay:", on_click=_start_over)


def _title(number: int, slug: str, language: str, passed: Collection[str]) -> str:
    mark = " ✔" if slug in passed else ""
    return label(f"{number}. {text_of(slug, language).title}{mark}")


def _open() -> None:
    _go(st.session_state[keys.LESSON_CHOICE])


def _go(slug: str) -> None:
    """Open a lesson where the person left it."""
    open_view(View(lesson=slug, language=current_view().language, history=current_view().history))


def _start_over() -> None:
    progress().start_over(current_view().lesson)
    _go(current_view().lesson)


def _look_at(room: Classroom, spot: str) -> None:
    here, run = room.existing(spot), room.last_run(spot)
    place = {"thread": room.thread(spot), "store": here.name if here else "", "run": run.id if run else ""}
    update_view(checkpoint="", namespace="", page=0, **place)
