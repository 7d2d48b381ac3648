"""What a person changes in a control, told from what the browser merely repeats of it.

A fragment's drawing is asked for with the values of every control on the page, unless a timer asks (ui/timers.py).
Where the page has just set another value, the browser may not know it yet and repeats the one before. Streamlit takes
that for a change, and a person's click would be taken back. What a person changes outside a fragment always draws the
whole page (streamlit 1.67.0, runtime/app_session.py, `request_rerun`, and runtime/state/session_state.py,
`_call_callbacks`).
"""

from collections.abc import Callable

from streamlit.runtime.scriptrunner import get_script_run_ctx


def by_hand(callback: Callable[[], None]) -> Callable[[], None]:
    """`callback` for a control outside any fragment whose value the page sets: not called for what is repeated."""

    def changed() -> None:
        if not _of_a_fragment():
            callback()

    return changed


def _of_a_fragment() -> bool:
    """Whether only a fragment is to be drawn."""
    running = get_script_run_ctx()
    return running is not None and bool(running.fragment_ids_this_run)
