"""Making tasks: one of a topic, or three at once to look at."""

import secrets

import streamlit as st

from ui.components.plain_text import plain_text
from ui.jobs import start
from ui.timetravel.tasks import EXAMPLES, creation

TOPIC, PLATFORM, TOPICLESS = "task_topic", "task_platform", "task_without_topic"
PLATFORMS = ("blog", "newsletter")


def task_form() -> None:
    """Draw the form and its two buttons. What is made gets selected."""
    form, examples = st.columns([8, 3], vertical_alignment="bottom", gap="small")
    with form, st.form("new_task", border=False):
        topic, platform, button = st.columns([5, 3, 3], vertical_alignment="bottom", gap="small")
        topic.text_input("Topic of a new task", key=TOPIC, placeholder=EXAMPLES[0])
        platform.selectbox("Platform", PLATFORMS, key=PLATFORM)
        button.form_submit_button("Create task", type="primary", width="stretch", on_click=_create)
    examples.button(
        f"Create {len(EXAMPLES)} example tasks",
        key="example_tasks",
        width="stretch",
        help="They run at the same time, each on its own thread",
        on_click=_examples,
    )
    if st.session_state.pop(TOPICLESS, False):
        plain_text(("failed", "Type what the task is to write about."), key=TOPICLESS)


def _create() -> None:
    topic = str(st.session_state[TOPIC]).strip()
    if not topic:
        st.session_state[TOPICLESS] = True
        return
    start(creation(_new_thread(), topic, st.session_state[PLATFORM]), checkpoint="")
    st.session_state[TOPIC] = ""


def _examples() -> None:
    for topic in EXAMPLES:
        start(creation(_new_thread(), topic), checkpoint="")


def _new_thread() -> str:
    return f"task-{secrets.token_hex(3)}"
