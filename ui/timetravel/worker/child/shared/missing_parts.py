"""Handles parts of other packages that are not promised to stay: if one is missing the app works without it, and the
log says so.

The code that uses such parts is in a few files: session/streamlit_internals.py, gate/streamlit_server.py,
worker/child/savers/internals and worker/child/graphs/langgraph_internals.py. Only the standard library here.
"""

import logging

CHANGED = (ImportError, AttributeError, TypeError, ValueError)
"""The errors that the use of a part may raise if it is missing, or is made or called in another way now."""

_log = logging.getLogger("timetravel")
_said: set[str] = set()


def do_without(part: str, instead: str, error: BaseException | None = None) -> None:
    """Log in one line that a part is missing or has changed, and what happens instead: once in a process for each
    part.
    """
    if part in _said:
        return
    _said.add(part)
    why = f" ({type(error).__name__}: {' '.join(str(error).split())[:200]})" if error is not None else ""
    _log.warning("%s: not found in the form that timetravel knows%s. %s.", part, why, instead)
