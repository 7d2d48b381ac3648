"""The fields for a run's settings: its context, configurable values, recursion limit and tags."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from ui.components.base.page_text import as_text, key_of
from ui.components.base.plain_text import plain_text
from ui.components.fields.value_input import Entered, begin_with, value_input
from ui.session import keys
from ui.session.context import is_server, run_target, values_to_make
from ui.timetravel.errors import EditError
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.jobs import RunSettings
from ui.timetravel.presentation.forms.schema_check import unknown_keys
from ui.timetravel.runs.run_settings import (
    NOTHING,
    Inherited,
    inherited,
    knows_all,
    required_unknown,
    starting_context,
)
from ui.timetravel.runs.run_settings import in_words as settings_in_words
from ui.timetravel.serde.editable_json import from_text, to_text

_ABOUT = (
    "LangGraph writes plain configurable values into the metadata of each checkpoint. Runs from here keep the rest "
    "there, too, so that a run that goes on from a checkpoint begins with the same; but nothing whose name says that "
    "it is a secret (key, token, password, …): that is used for the run and kept nowhere."
)


@dataclass(frozen=True)
class TypedSettings:
    """The settings that were typed. `settings` None: only those with which the run begins anyway.

    `wrong` says what can't be sent, and `missing` what still has to be filled in.
    """

    settings: RunSettings | None
    wrong: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def run_settings(info: GraphInfo, key: str, found: Inherited = NOTHING) -> TypedSettings:
    """Draw the fields, filled with the settings with which the run begins if nothing is changed."""
    begins = found.settings
    fields = info.context_schema.get("properties") or {}
    # Values for which the schema has a field are typed there: a run's context is among its configurable values, too.
    others = {name: value for name, value in begins.configurable.items() if name not in fields}
    first = others or values_to_make(info.name)
    if said := settings_in_words(begins):
        plain_text(
            ("quiet", f"Begins with the settings of the checkpoint's run: {', '.join(said)}."), key=f"begins_{key}"
        )
    empty = bool(info.context_schema) and bool(required_unknown(info.context_schema, found))
    with st.expander("Run settings", expanded=empty, icon=":material/tune:", key=key_of(f"run_settings_{key}")):
        context, changed, entered = _context(info, key, found)
        # A context accepts only what it declares, as an input does; for most others LangGraph raises a TypeError.
        beyond = unknown_keys(info.context_schema, context or {}, "a field of this graph’s context")
        wrong = [f"Context: {one}" for one in (*entered.wrong, *(beyond if info.context_schema else ()))]
        configurable = _json_box("Configurable values, as JSON", first, f"configurable_{key}", wrong)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            limit = st.number_input(
                "Recursion limit",
                min_value=1,
                value=begins.recursion_limit,
                step=1,
                placeholder="LangGraph's own",
                key=key_of(f"recursion_limit_{key}"),
                width=220,
            )
            tags = _tags(begins.tags, key)
        st.caption(_ABOUT if not is_server() else "The server keeps plain values in the metadata of each checkpoint.")
        if found.left_out:
            kept = f"Not kept with this checkpoint, so to be given anew: {', '.join(found.left_out)}."
            plain_text(("asks", kept), key=f"left_out_{key}")
    typed = RunSettings(context, configurable, limit, tags)
    if not info.takes_context and context:
        typed = RunSettings(None, {**configurable, **context}, typed.recursion_limit, typed.tags)
    missing = tuple(f"Context: {one}" for one in entered.missing)
    same = (configurable, limit, typed.tags) == (others, begins.recursion_limit, begins.tags)
    return TypedSettings(None if same and not changed else typed, tuple(wrong), missing)


def _tags(begins: tuple[str, ...], key: str) -> tuple[str, ...]:
    """The tags as typed; where nothing was typed, those with which the run begins, even if not all are visible."""
    first = as_text(", ".join(begins))
    typed = st.text_input("Tags, with commas between", first, key=key_of(f"tags_{key}"), width=300)
    return begins if typed == first else tuple(filter(None, (tag.strip() for tag in typed.split(","))))


def settings_of_thread(info: GraphInfo, thread: str | None) -> TypedSettings:
    """The fields for an input: filled with the settings of the thread's last run, or empty for a new thread (None)."""
    where = run_target()
    latest = where.store.skeleton(thread).latest if where and thread is not None else None
    headers = where.store.headers(thread or "", "", [latest]) if where and latest else []
    found = inherited(where.store, headers[0]) if where and headers else NOTHING
    typed = run_settings(info, f"{info.name}_{thread if headers else ''}", found)
    # An input inherits nothing by itself, so the values with which the fields began are sent as well.
    return typed if typed.settings or found is NOTHING else replace(typed, settings=found.settings)


def _context(info: GraphInfo, key: str, found: Inherited) -> tuple[Mapping[str, Any] | None, bool, Entered]:
    """The context as typed (None where nothing was typed, or the graph has none), and whether it was changed."""
    if not info.context_schema:
        return found.settings.context, False, Entered(given=False, value=None)
    known = starting_context(info.context_schema, found)
    if found is not NOTHING and not found.knows_context and not knows_all(info.context_schema, found):
        unsaid = "The store does not keep which context this checkpoint's run had."
        plain_text(("asks", unsaid), key=f"context_unknown_{key}")
    place = {"key": "context", "name": key}
    if known:
        begin_with(info.context_schema, known, **place, fills_defaults=True)
    entered = value_input(
        info.context_schema,
        **place,
        title="Context as",
        json_title="Context, as JSON",
        fills_defaults=True,
        top="a field of this graph’s context",
    )
    typed = entered.value if isinstance(entered.value, dict) else {}
    if entered.doubts:
        plain_text(*(("asks", f"Context: {one}") for one in entered.doubts), key=f"context_doubts_{key}")
    if not typed and found is not NOTHING:
        # Values that are neither known nor given are reported by the run, whose form starts with them empty.
        return found.settings.context, bool(known), Entered(given=False, value=None)
    return typed or None, typed != known, entered


def values_to_make_it(graph: str, place: str) -> None:
    """Draw fields for the values that a function needs to make a graph, if it can't do without."""
    st.caption(
        "This graph is made by a function, which is given the configurable values of each run. Give those it needs:"
    )
    wrong: list[str] = []
    values = _json_box("Configurable values, as JSON", values_to_make(graph), f"made_of_{place}_{graph}", wrong)
    if wrong:
        plain_text(*(("failed", one) for one in wrong), key=f"made_of_wrong_{place}_{graph}")
    elif values != values_to_make(graph):
        st.session_state.setdefault(keys.GRAPHS_MADE_OF, {})[graph] = values
        st.rerun()


def _json_box(title: str, first: Mapping[str, Any], key: str, wrong: list[str]) -> dict[str, Any]:
    text = st.text_area(title, value=to_text(dict(first)), key=key_of(key), height=100)
    try:
        typed = from_text(text) if text.strip() else {}
    except EditError as error:
        wrong.append(f"{title}: {error}")
        return dict(first)
    if not isinstance(typed, dict):
        wrong.append(f"{title}: this must be an object, like {{}}.")
        return dict(first)
    return typed
