"""The Clean up screen: deletes what is no longer needed, after a preview."""

import streamlit as st

from ui.components.base.plain_text import plain_text
from ui.components.cleanup import state as clean_state
from ui.components.cleanup.delete import STALE, delete_button, delete_now, what_was_done
from ui.components.cleanup.form import clean_form
from ui.components.cleanup.make_preview import current, make_preview
from ui.components.cleanup.overview import Overview, overview, overview_line
from ui.components.cleanup.preview import clean_preview, stays
from ui.components.cleanup.state import Preview
from ui.screens import links
from ui.services.deletion import refusal
from ui.session.context import source
from ui.session.view import View
from ui.timetravel.cleanup.rules import Rule
from ui.timetravel.ground.read_only import is_read_only


def draw(view: View) -> None:
    """Draw the screen for the view."""
    about = "Delete what is no longer needed. You see first what would go; nothing is deleted before you say so there."
    plain_text(("title", "Clean up"), ("quiet", about), key="clean_title")
    if not source().can.delete or is_read_only():
        plain_text(("asks", refusal(source())), key="clean_server")
        return
    found = overview()
    if not found.threads:
        what_was_done()
        plain_text(("text", "There is nothing to clean up: this store has no threads."), key="clean_empty")
        links.to_run(View(store=view.store, graph=view.graph), "Run a graph")
        return
    overview_line(found)
    left, right = st.columns([4, 8], gap="large")
    with left:
        rule = _rule(found)
    with right:
        confirmed = clean_state.take_requested_deletion()
        if confirmed is not None and confirmed.store == source().name:
            delete_now(confirmed)
        what_was_done()
        _preview(rule, found)


def _rule(found: Overview) -> Rule:
    rule = clean_form([thread.thread_id for thread in found.threads])
    st.button(
        "Preview",
        icon=":material/visibility:",
        key="clean_preview",
        on_click=clean_state.request_preview,
        args=(source().name, rule),
    )
    return rule


def _preview(rule: Rule, found: Overview) -> None:
    """Draw the preview for this rule, and the button that deletes what it shows, while it is up to date."""
    if clean_state.preview_requested(source().name, rule):
        make_preview(rule, found)
    preview = clean_state.shown_preview()
    if preview is None or preview.store != source().name:
        if clean_state.result(source().name) is None:
            plain_text(
                ("quiet", "Choose a rule and press Preview: what it would delete is shown here."), key="clean_hint"
            )
    elif preview.rule != rule:
        plain_text(
            ("quiet", "The rule is another one now. Press Preview to see what it would delete."), key="clean_hint"
        )
    elif (now := current(preview)) is not None:
        clean_state.set_preview(now)
        _shown(now)
    else:
        plain_text(("asks", f"{STALE} Press Preview again."), key="clean_hint")


def _shown(preview: Preview) -> None:
    if not preview.plan.threads:
        plain_text(("good", "Nothing would go by this rule."), key="clean_nothing")
        stays(preview.plan)
        return
    clean_preview(preview.plan)
    delete_button(preview)
