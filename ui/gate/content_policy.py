"""What a page of the app may load, and where it may send data: the Content-Security-Policy of every answer."""

import base64
import functools
import hashlib

from ui.gate.streamlit_server import inline_scripts


def content_policy(origin: str) -> str:
    """The header's text for a page of this origin, which may communicate with nothing but its own server.

    Measured with Streamlit 1.67 in Chromium over every screen (tests/browser/screens/test_other_origins.py). Beside the
    files of its own server it needs: WebAssembly for the drawing of graphs, blob: for the scripts of components, data:
    for icons and the fonts of tables, and styles that scripts write into the page.
    """
    socket = origin.replace("http", "ws", 1)
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' 'wasm-unsafe-eval' blob: {_inline_scripts()}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "media-src": "'none'",
        # 'self' is not the WebSocket of the same origin in every browser.
        "connect-src": f"'self' {socket}",
        "worker-src": "'none'",
        "manifest-src": "'self'",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value.strip()}" for name, value in rules.items())


@functools.cache
def _inline_scripts() -> str:
    """The scripts inside Streamlit's own page, by their digests: no other inline script runs."""
    digests = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in inline_scripts())
    return " ".join(f"'sha256-{digest}'" for digest in digests)
