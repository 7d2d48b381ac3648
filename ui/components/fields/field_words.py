"""The texts around a form's field: its title, its description, and the hint while it is empty."""

from dataclasses import replace
from typing import Any

from ui.components.base.page_text import label
from ui.timetravel.ground.text.formatting import shorten
from ui.timetravel.presentation.forms.input_form import Field
from ui.timetravel.serde.editable_json import to_text


def title(one: Field) -> str:
    """The field's title, which says whether it must be filled in; an item of a list always must."""
    return label(one.name) + (" (required)" if one.required and not one.is_item else "")


def about(one: Field) -> str | None:
    """The field's description, or None."""
    return label(one.help) or None


def left_out(one: Field) -> str:
    """The hint in an empty field: the value that applies if it stays empty."""
    if one.default is not None:
        return f"default: {_word(one.default)}"
    return "required" if one.required else "left out"


def default_of(one: Field) -> str:
    """The value that applies where nothing is chosen, for a widget that can't show it itself."""
    return f"(default: {_word(one.default)})" if one.default is not None else ""


def _word(value: Any) -> str:
    return shorten(value if isinstance(value, str) and value else to_text(value, indent=0), 60)


def choice_word(value: Any) -> str:
    """One of the choices: a text unchanged, anything else as JSON."""
    return (value or "(empty)") if isinstance(value, str) else to_text(value, indent=0)


def renamed(one: Field, name: str) -> Field:
    """The same field with another name."""
    return replace(one, name=name)
