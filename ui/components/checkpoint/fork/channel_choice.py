"""A channel's new value where its type allows only a few values: chosen rather than typed."""

from ui.components.base.plain_text import plain_text
from ui.components.fields.value_input import Entered, begin_with, value_input
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.values import Plain
from ui.timetravel.presentation.forms.channel_schema import channel_schema
from ui.timetravel.presentation.forms.input_form import form


def channel_choice(info: GraphInfo, name: str, value: Plain, key: str) -> Entered | None:
    """Draw the choice, beginning with the channel's present value; None where the value has to be typed as JSON."""
    schema = channel_schema(info, name)
    if schema is None or form(schema).kind not in ("choice", "boolean"):
        return None
    begin_with(schema, value, key="fork", name=key)
    return value_input(
        schema,
        key="fork",
        name=key,
        title="New value",
        json_title="New value, as JSON",
        value_title="One of these",
    )


def said_doubts(doubts: tuple[str, ...], key: str) -> None:
    """Say where a value that was typed does not fit the channel's type."""
    if doubts:
        plain_text(*(("asks", one) for one in doubts), key=key)
