"""The fields of a form as widgets."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from ui.components.base.page_text import as_text, key_of, label
from ui.components.fields.field_choices import boolean_choice, place_choice, variant_choice
from ui.components.fields.field_words import about, left_out, renamed, title
from ui.components.fields.typed_fields import as_typed, keep, take_in, type_in, typed_in, widget_key
from ui.timetravel.ground.text.visible import visible
from ui.timetravel.presentation.forms.form_contents import beginning
from ui.timetravel.presentation.forms.form_items import resized, without_item
from ui.timetravel.presentation.forms.form_values import KEY, NULL, FieldPath, within_variant
from ui.timetravel.presentation.forms.input_form import Field, fields, is_fixed, item, variants

if TYPE_CHECKING:
    from ui.session.streamlit_internals import DeltaGenerator

_LONG = 80
"""The most letters of a text in a single line; a longer one gets a box."""
_SHORT = ("text", "integer", "number", "boolean", "choice")


def draw_fields(whole: Field, key: str, title: str = "") -> dict[FieldPath, Any]:
    """Draw the fields, and return what is typed in them, in the form that `form_values.collect` takes.

    It is kept in the session under `key`, even while the fields are not on the page. `title` is for a value that is not
    an object.
    """
    drawing = _Drawing(key, typed_in(whole, key))
    drawing.draw(replace(whole, name=title, is_item=True), (), st.container())
    keep(key, drawing.typed, drawing.widgets)
    return drawing.typed


class _Drawing:
    """One drawing of a form: `typed` and `widgets` are filled on the way."""

    def __init__(self, key: str, held: Mapping[FieldPath, Any]) -> None:
        self.key = key
        self.held = held
        self.typed: dict[FieldPath, Any] = {}
        self.widgets: dict[FieldPath, str] = {}

    def draw(self, one: Field, path: FieldPath, place: "DeltaGenerator") -> None:
        """Draw one field, with all that is inside it, in this container."""
        with place:
            if self._has_null(one, path) and self._null(one, path):
                return
            draw = self._DRAWERS.get(one.kind, _Drawing._json)
            draw(self, one, path)

    # --- what holds others ---

    def _object(self, one: Field, path: FieldPath) -> None:
        if not path or not one.name:
            self._parts(one, path)
            return
        with st.container(border=True, gap="small"):
            if not one.required and (one.nullable or len(path) > 1):
                there = self._take(
                    path, lambda key: st.toggle(title(one), help=about(one), key=key_of(key)), nothing=False
                )
                self.typed[path] = there or None
                if not there:
                    return
            else:
                st.markdown(f"**{title(one)}**", help=about(one))
                self.typed[path] = self.held.get(path)
            self._parts(one, path)

    def _parts(self, one: Field, path: FieldPath) -> None:
        parts = [part for part in fields(one) if not (is_fixed(part) and part.required)]
        for part, place in zip(parts, _places(parts), strict=True):
            self.draw(part, (*path, part.name), place)

    def _several(self, one: Field, path: FieldPath) -> None:
        """Draw a list or a map: its items, and buttons to add and remove one."""
        count = self.held.get(path)
        self.typed[path] = count
        with st.container(border=bool(count), gap="small"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{title(one)}**", help=about(one), width="content")
                if not count:
                    none = "none yet" if one.required else left_out(one)
                    st.caption("empty" if count == 0 else label(none), width="content")
                self._button("Add", ":material/add:", path, "add", lambda held: resized(held, path, (count or 0) + 1))
                if count is not None:
                    self._button("Leave out", "", path, "out", lambda held: resized(held, path, None))
            for at in range(count or 0):
                self._item(one, path, at)

    def _item(self, one: Field, path: FieldPath, at: int) -> None:
        here = (*path, at)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            if one.kind == "map":
                self._text_line((*here, KEY), "Key", None, "", width=140)
            inner = item(one)
            self._begin(inner, here)
            self.draw(renamed(inner, f"{one.name} {at + 1}"), here, st.container(width="stretch"))
            self._button("", ":material/close:", here, "remove", lambda held: without_item(held, path, at), "Remove")

    def _union(self, one: Field, path: FieldPath) -> None:
        among = variants(one)
        chosen = self._take(path, lambda key: variant_choice(one, [each.name for each in among], key))
        if chosen is not None and chosen < len(among):
            name, within = "" if among[chosen].kind == "object" else one.name, within_variant(path, chosen)
            self._begin(among[chosen], within)
            self.draw(renamed(among[chosen], name), within, st.container())

    # --- what is typed or chosen ---

    def _has_null(self, one: Field, path: FieldPath) -> bool:
        """Whether to draw a box for null.

        If the default is null, leaving the field out does the same, so it is drawn only if ticked.
        """
        is_default = one.part.get("default", "") is None
        return one.nullable and (not is_default or bool(self.held.get((*path, NULL))))

    def _null(self, one: Field, path: FieldPath) -> bool:
        ticked = bool(
            self._take((*path, NULL), lambda key: st.checkbox(f"{title(one)}: null", key=key_of(key)), nothing=False)
        )
        self.typed[(*path, NULL)] = ticked or None
        return ticked

    def _text(self, one: Field, path: FieldPath) -> None:
        self._text_line(path, title(one), about(one), left_out(one))

    def _text_line(self, path: FieldPath, name: str, about: str | None, empty: str, width: Any = "stretch") -> None:
        text = str(self.held.get(path) or "")
        long = len(text) > _LONG or "\n" in text
        self._take(
            path,
            # A box and a line are two widgets, which both have to show what was typed.
            lambda key: _text_box(name, about, empty, key, width, long=long),
            suffix="~box" if long else "",
            nothing="",
        )

    def _integer(self, one: Field, path: FieldPath) -> None:
        self._take(
            path,
            lambda key: st.number_input(
                title(one), value=None, step=1, help=about(one), placeholder=as_text(left_out(one)), key=key_of(key)
            ),
        )

    def _number(self, one: Field, path: FieldPath) -> None:
        # %g shows all digits; Streamlit's own format shows two behind the point.
        self._take(
            path,
            lambda key: st.number_input(
                title(one),
                value=None,
                format="%g",
                help=about(one),
                placeholder=as_text(left_out(one)),
                key=key_of(key),
            ),
        )

    def _boolean(self, one: Field, path: FieldPath) -> None:
        self._take(path, lambda key: boolean_choice(one, key))

    def _choice(self, one: Field, path: FieldPath) -> None:
        self._take(path, lambda key: place_choice(one, key))

    def _messages(self, one: Field, path: FieldPath) -> None:
        named = f"{title(one)}: what the human says, or JSON"
        self._take(path, lambda key: st.text_area(named, help=about(one), height=90, key=key_of(key)), nothing="")

    def _json(self, one: Field, path: FieldPath) -> None:
        self._take(
            path,
            lambda key: st.text_area(
                f"{title(one)} (JSON)", help=about(one), placeholder=as_text(left_out(one)), height=90, key=key_of(key)
            ),
            nothing="",
        )

    # --- widgets ---

    def _begin(self, one: Field, path: FieldPath) -> None:
        """Fill in the examples for fields that a choice or a button adds to the page."""
        if not any(at[: len(path)] == path for at in self.held):
            self.held = {**self.held, **beginning(one, path)}

    def _take(self, path: FieldPath, draw: Callable[[str], Any], suffix: str = "", nothing: Any = None) -> Any:
        """Draw a widget that shows what was typed at the path, and return its content."""
        widget = widget_key(self.key, path) + suffix
        if widget not in st.session_state:
            held = self.held.get(path)
            st.session_state[widget] = nothing if held is None else visible(held) if isinstance(held, str) else held
        self.widgets[path] = widget
        self.typed[path] = as_typed(draw(widget), self.held.get(path))
        return self.typed[path]

    def _button(
        self,
        title: str,
        icon: str,
        path: FieldPath,
        name: str,
        change: Callable[[Mapping[FieldPath, Any]], Any],
        about: str = "",
    ) -> None:
        st.button(
            title,
            icon=icon or None,
            help=about or None,
            type="tertiary",
            key=key_of(f"{widget_key(self.key, path)}~{name}"),
            on_click=self._changed,
            args=(change,),
        )

    def _changed(self, change: Callable[[Mapping[FieldPath, Any]], dict[FieldPath, Any]]) -> None:
        """Take in what was typed since the last drawing."""
        take_in(self.typed, self.widgets)
        type_in(self.key, change(self.typed))

    _DRAWERS: Mapping[str, Callable[["_Drawing", Field, FieldPath], None]] = {
        "object": _object,
        "list": _several,
        "map": _several,
        "union": _union,
        "text": _text,
        "integer": _integer,
        "number": _number,
        "boolean": _boolean,
        "choice": _choice,
        "messages": _messages,
    }


def _text_box(name: str, about: str | None, empty: str, key: str, width: Any, *, long: bool) -> str:
    """Draw a line, or a box for a long text; `name` and `about` are escaped already."""
    placeholder = as_text(empty)
    if long:
        return st.text_area(name, help=about, placeholder=placeholder, key=key_of(key), width=width)
    return st.text_input(name, help=about, placeholder=placeholder, key=key_of(key), width=width)


def _places(parts: list[Field]) -> "list[DeltaGenerator]":
    """Containers for fields: two short ones beside each other, so that the Run button stays visible; others take the
    whole width.
    """
    places: list[DeltaGenerator] = []
    free: list[DeltaGenerator] = []
    for part in parts:
        if part.kind not in _SHORT or len(parts) == 1:
            places.append(st.container())
            free = []
            continue
        free = free or list(st.columns(2))
        places.append(free.pop(0))
    return places
