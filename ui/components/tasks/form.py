"""The form that creates tasks: one with a topic, or three at once to watch."""

import secrets

import streamlit as st

from ui.components.base.plain_text import plain_text
from ui.services.pipeline_tasks import EXAMPLES, creation
from ui.session import keys
from ui.session.start_run import start_run

PLATFORMS = ("blog", "newsletter")


def task_form() -> None:
    """Draw the form and its two buttons. A task that is created is selected."""
    form, examples = st.columns([8, 3], vertical_alignment="bottom", gap="small")
    with form, st.form("new_task", border=False):
        topic, platform, button = st.columns([5, 3, 3], vertical_alignment="bottom", gap="small")
        topic.text_input("Topic of a new task", key=keys.TASK_TOPIC, placeholder=EXAMPLES[0])
        platform.selectbox("Platform", PLATFORMS, key=keys.TASK_PLATFORM)
        button.form_submit_button("Create task", type="primary", width="stretch", on_click=_create)
    examples.button(
        f"Create {len(EXAMPLES)} example tasks",
        key="example_tasks",
        width="stretch",
        help="They run at the same time, each on its own thread",
        on_click=_examples,
    )
    if st.session_state.pop(keys.TASK_WITHOUT_TOPIC, False):
        plain_text(("failed", "Type what the task is to write about."), key=keys.TASK_WITHOUT_TOPIC)


def _create() -> None:
    topic = str(st.session_state[keys.TASK_TOPIC]).strip()
    if not topic:
        st.session_state[keys.TASK_WITHOUT_TOPIC] = True
        return
    start_run(creation(_new_thread(), topic, st.session_state[keys.TASK_PLATFORM]), checkpoint="")
    st.session_state[keys.TASK_TOPIC] = ""


def _examples() -> None:
    for topic in EXAMPLES:
        start_run(creation(_new_thread(), topic), checkpoint="")


def _new_thread() -> str:
    return f"task-{secrets.token_hex(3)}"
