"""All that the command and the gate use of Streamlit's server beyond its documented interface (`st.App`, its options).

Written for Streamlit 1.67.0. Each use falls back, and the log says so in one line, as in streamlit_internals.py of
session. It is a file of its own since it is used before there is a session, and must not import Streamlit when it is
imported: that takes as long as all else before the command's first word.
"""

import http.client
import re
from importlib.util import find_spec
from pathlib import Path

from ui.timetravel.worker.child.shared.missing_parts import CHANGED, do_without

HEALTH = "/_stcore/health"
"""Answered without a token, for a supervisor of the process: it says only that the app is up."""


def is_up(status: int) -> bool:
    """Whether a server that answers HEALTH with this status serves the app; 0 stands for no answer."""
    if status == http.client.NOT_FOUND:  # it listens, and has no such page any more
        do_without(f"The server's page {HEALTH}", "The app counts as up as soon as the server answers")
        return True
    return status == http.client.OK


def chosen_port() -> int:
    """The port that the operating system chose: Streamlit writes it over its option when it has bound it, else 0.

    Asked for before the flags are in force, the option would be read, and warned about, too early: so not before there
    is a runtime (streamlit 1.67.0, runtime/__init__.py, `exists`).
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

    Where Streamlit does not tell, it counts as served: that is the answer by which nobody is let in unasked.
    """
    try:
        from streamlit import runtime

        return type(runtime.get_instance()) is runtime.Runtime  # AppTest has a stand-in
    except (*CHANGED, RuntimeError) as error:
        do_without("streamlit.runtime.get_instance", "Every page counts as served", error)
        return True


def inline_scripts() -> list[bytes]:
    """The scripts that Streamlit's page itself holds (streamlit 1.67.0, static/index.html). None where it is elsewhere:
    then a browser runs none of them, of which in 1.67.0 one tells search engines when the page is drawn."""
    try:
        streamlit = find_spec("streamlit")
        page = Path((streamlit and streamlit.origin) or "").parent / "static" / "index.html"
        return re.findall(rb"<script>(.*?)</script>", page.read_bytes(), re.DOTALL)
    except (OSError, *CHANGED) as error:
        do_without("static/index.html", "Browsers run no script that stands in Streamlit's page itself", error)
        return []
