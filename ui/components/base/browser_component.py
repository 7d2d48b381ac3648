"""Our own browser components: their script and style are read from files beside the Python file."""

import hashlib
import json
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from ui.components.base.page_text import data as data_shown
from ui.components.base.page_text import key_of
from ui.timetravel.ground.paths import COMPONENTS

if TYPE_CHECKING:
    from ui.session.streamlit_internals import ComponentRenderer


def browser_component(name: str, html: str, *, called: str = "", uses: tuple[str, ...] = ()) -> "ComponentRenderer":
    """Register the component whose files are `name`.js and `name`.css, as in "history/tree".

    To Streamlit it is `called` this after "timetravel_": the last part of `name` where that is empty, such as "tree".
    `html` is a constant of ours, never text from a store. The scripts in `uses` are put before its own. Every text in
    the `data` of a drawing is made safe (page_text.py) for any caller.
    """
    draw = st.components.v2.component(
        f"timetravel_{called or name.rpartition('/')[2]}",
        html=html,
        css=(COMPONENTS / f"{name}.css").read_text(encoding="utf-8"),
        js="".join((COMPONENTS / f"{one}.js").read_text(encoding="utf-8") for one in (*uses, name)),
    )

    @wraps(draw)
    def drawn(*, data: Any = None, key: str | None = None, **others: Any) -> Any:
        return draw(data=data_shown(data), key=None if key is None else key_of(key), **others)

    return cast("ComponentRenderer", drawn)


def signature(data: Any) -> str:
    """A text that differs when `data` (JSON-able) differs, so that a component is redrawn only then."""
    return hashlib.blake2b(json.dumps(data, sort_keys=True, default=str).encode(), digest_size=12).hexdigest()
