"""Buttons to allow the types that a store names to be built, and to withdraw that, each with its consequences."""

from collections.abc import Sequence

import streamlit as st

from ui.components.base.page_text import key_of
from ui.components.base.plain_text import plain_text
from ui.services.allowed_types import meaning
from ui.session.context import sources
from ui.session.permissions.buildable_types import allow, withdraw
from ui.timetravel.ground.text.formatting import shorten
from ui.timetravel.worker.child.shared.standard_types import StoredType


def allowing(types: Sequence[StoredType], target: str, *, key: str) -> None:
    """Draw a button to allow these types for a store; nothing where there are none."""
    if not types:
        return
    with st.popover("Allow for this store…", icon=":material/lock_open:", width="content", key=key_of(f"allow_{key}")):
        plain_text(("asks", meaning(types)), key=f"allowing_means_{key}")
        st.button(
            "I trust this store: allow",
            key=key_of(f"allow_types_{key}"),
            on_click=lambda: allow(target, types),
        )


def withdrawing(target: str) -> None:
    """Draw what is allowed for a store, with a button to withdraw it; nothing where nothing is allowed."""
    types = sorted(sources().allowed.of(target))
    if not types:
        return
    with st.popover(f"Allowed types: {len(types)}", icon=":material/lock:", width="content", key="withdrawing"):
        names = "\n".join(shorten(f"{module}.{name}") for module, name in types)
        plain_text(
            ("quiet", f"You have allowed a run to build these of what this store holds:\n{names}"), key="allowed_types"
        )
        st.button("Withdraw", key="withdraw_types", on_click=lambda: withdraw(target))
