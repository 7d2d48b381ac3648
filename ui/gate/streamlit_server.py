"""All that the command and the gate use of Streamlit's server beyond its documented interface (`st.App`, its options).

Written for Streamlit 1.67.0. Each use has a fallback, and one line in the log says so, as in
session/streamlit_internals.py. It is a file of its own because it is used before there is a session, and must not
import Streamlit when it is imported: that would double the time before the command's first line.
"""

import http.client
import re
from importlib.util import find_spec
from pathlib import Path

from ui.timetravel.worker.child.shared.missing_parts import CHANGED, do_without

HEALTH = "/_stcore/health"
"""Answered without a token, for a supervisor of the process: it says only that the app is up."""


def is_up(status: int) -> bool:
    """Whether a server that answers HEALTH with this status serves the app; 0 means that it does not answer."""
    if status == http.client.NOT_FOUND:  # it listens, but no longer has such a page
        do_without(f"The server's page {HEALTH}", "The app counts as up as soon as the server answers")
        return True
    return status == http.client.OK


def chosen_port() -> int:
    """The port that the operating system chose; 0 until Streamlit has bound it and written it into its option.

    The option must not be read before the flags are in force: Streamlit would then read its configuration too early,
    and warn. So it is read only once there is a runtime (streamlit 1.67.0, runtime/__init__.py, `exists`).
    """
    import streamlit

    try:
        from streamlit import runtime

        if not runtime.exists():
            return 0
    except CHANGED as error:
        do_without("streamlit.runtime.exists", "The port is read from Streamlit's options at once", error)
    return int(streamlit.get_option("server.port") or 0)


def is_served() -> bool:
    """Whether the page that is being drawn is one of a server, rather than of a test (`AppTest`).

    If Streamlit does not show it, the page counts as served, since then no request is let in unchecked.
    """
    try:
        from streamlit import runtime

        return type(runtime.get_instance()) is runtime.Runtime  # AppTest has a stand-in
    except (*CHANGED, RuntimeError) as error:
        do_without("streamlit.runtime.get_instance", "Every page counts as served", error)
        return True


def inline_scripts() -> list[bytes]:
    """The scripts inside Streamlit's own page (streamlit 1.67.0, static/index.html); empty if it is not found.

    Then a browser runs none of them; in 1.67.0 one of them informs search engines when the page is drawn.
    """
    try:
        streamlit = find_spec("streamlit")
        page = Path((streamlit and streamlit.origin) or "").parent / "static" / "index.html"
        return re.findall(rb"<script>(.*?)</script>", page.read_bytes(), re.DOTALL)
    except (OSError, *CHANGED) as error:
        do_without("static/index.html", "Browsers run no script that stands in Streamlit's page itself", error)
        return []
