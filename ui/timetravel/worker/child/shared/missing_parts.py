"""Parts of other packages that nobody promised to keep: where one is missing we do without it, and the log says so.

What touches such parts is gathered in a few files: session/streamlit_internals.py, gate/streamlit_server.py, and in
worker/child savers/internals, graphs/langgraph_internals.py and surroundings/memory_index.py. Only the standard library
here.
"""

import logging

CHANGED = (ImportError, AttributeError, TypeError, ValueError)
"""What is raised by the use of a part that is not there any more, or is made or called in another way now."""

_log = logging.getLogger("timetravel")
_said: set[str] = set()


def do_without(part: str, instead: str, error: BaseException | None = None) -> None:
    """Log in one line that a part is missing or changed, and what happens instead: once a process for each part."""
    if part in _said:
        return
    _said.add(part)
    why = f" ({type(error).__name__}: {' '.join(str(error).split())[:200]})" if error is not None else ""
    _log.warning("%s: not found in the form that timetravel knows%s. %s.", part, why, instead)
