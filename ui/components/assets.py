"""Our own browser components: their script and style, read from the files beside this one."""

import hashlib
import json
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent


def browser_component(name: str, html: str) -> ComponentRenderer:
    """Register the component of `name`.js and `name`.css; `html` is a constant of ours, never text from a store."""
    return st.components.v2.component(
        f"timetravel_{name}",
        html=html,
        css=(_HERE / f"{name}.css").read_text(encoding="utf-8"),
        js=(_HERE / f"{name}.js").read_text(encoding="utf-8"),
    )


def signature(data: Any) -> str:
    """Differs when `data` (JSON-able) differs, so that a component redraws only then."""
    return hashlib.blake2b(json.dumps(data, sort_keys=True, default=str).encode(), digest_size=12).hexdigest()
