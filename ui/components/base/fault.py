"""Shows an error to a person: as its sentence if it is one of the engine's, else as a fault of timetravel's."""

import hashlib
import platform
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import wraps
from importlib.metadata import PackageNotFoundError, version
from traceback import format_exception
from typing import ParamSpec

import streamlit as st

from ui.components.base.page_text import as_text, key_of
from ui.components.base.plain_text import plain_text
from ui.session import keys
from ui.session.context import open_view, requested_view, sources
from ui.session.streamlit_internals import get_logger
from ui.session.view import View
from ui.timetravel.errors import TimeTravelError
from ui.timetravel.ground.redaction.redact import without_secrets

P = ParamSpec("P")

_log = get_logger(__name__)

FAULT = "This is a fault of timetravel"
_LONGEST = 30_000
"""Characters of the details; of a longer traceback the beginning and the end are shown."""
_PACKAGES = ("langgraph-timetravel", "streamlit", "langgraph", "langgraph-checkpoint", "langgraph-sdk", "psycopg")


def draw_error(error: BaseException) -> None:
    """Draw an error of any kind. May be called in any part of the page."""
    if isinstance(error, TimeTravelError):
        text = str(error)
        plain_text(("failed", text), key=f"error_{_mark(text)}")
    else:
        _draw_fault(error)


def on_its_own(draw: Callable[P, None]) -> Callable[P, None]:
    """Decorate a part of a page: if it fails, the error is drawn in its place and the rest of the page is not
    affected.
    """

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            draw(*args, **kwargs)
        except Exception as error:
            _log.error("A part of the page failed", exc_info=error)
            draw_error(error)

    return drawn


def _draw_fault(error: BaseException) -> None:
    details = details_of(error)
    mark = _mark("".join(format_exception(error)))
    looked_at = said_of(requested_view())
    plain_text(
        ("failed", f"{FAULT}, neither of your graph nor of what you did. It happened {looked_at}."),
        (
            "text",
            "Try again: what is looked at may have changed just then. If it comes again, go on with another checkpoint"
            " or thread, and report it with the details below.",
        ),
        key=f"fault_{mark}",
    )
    with st.container(horizontal=True):
        # With a callback, so that errors of earlier callbacks are no longer shown.
        st.button("Try again", icon=":material/refresh:", key=key_of(f"fault_again_{mark}"), on_click=lambda: None)
        st.button(
            "Another thread",
            key=key_of(f"fault_leave_{mark}"),
            on_click=open_view,
            args=(View(store=requested_view().store),),
        )
    with st.expander("Details, to copy into a report"):
        st.code(as_text(details), language=None, wrap_lines=True, height=420)


def said_of(view: View) -> str:
    """The view in words, for a report."""
    parts = [f"the checkpoint {view.checkpoint}" if view.checkpoint else "", f"the run {view.run}" if view.run else ""]
    parts += [
        f"the thread {view.thread}" if view.thread else "",
        f"the namespace {view.namespace}" * bool(view.namespace),
    ]
    parts += [f"the lesson {view.lesson}" if view.lesson else "", f"the store {_title(view.store)}"]
    screen = st.session_state.get(keys.SCREEN, "")
    return without_secrets(f"on the screen {screen or '(not known)'}, at {', '.join(filter(None, parts))}")


def details_of(error: BaseException) -> str:
    """What is needed to mend the error, as plain text without secrets; no value of a variable is in it."""
    trace = "".join(format_exception(error))
    if len(trace) > _LONGEST:
        half = _LONGEST // 2
        trace = f"{trace[:half]}\n… {len(trace) - _LONGEST:,} characters …\n{trace[-half:]}"
    told = [
        f"{FAULT}: {type(error).__name__}",
        f"It happened {said_of(requested_view())}",
        f"at {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        f"Python {platform.python_version()} on {platform.system()} {platform.release()}",
        ", ".join(f"{name} {_version(name)}" for name in _PACKAGES),
        "",
        trace,
    ]
    return without_secrets("\n".join(told))


def _title(name: str) -> str:
    """The store's name on the screen. Never raises, whatever is broken."""
    with suppress(Exception):
        return sources().title(name or next(iter(sources().titles()))) or name
    return name or "(the first)"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


def _mark(text: str) -> str:
    """The same text for the same error, so that its details stay open while a timer draws it again and again."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
