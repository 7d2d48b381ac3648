"""A channel's new value, where its type allows a few values only: chosen, not typed."""

from collections.abc import Mapping
from typing import Any

from ui.components.plain_text import plain_text
from ui.components.value_input import begin_with, value_input
from ui.timetravel.edit import from_text, to_text
from ui.timetravel.errors import EditError
from ui.timetravel.form import form
from ui.timetravel.plain import Plain
from ui.timetravel.schema_check import misfits
from ui.timetravel.worker.graph_info import GraphInfo


def channel_choice(info: GraphInfo, name: str, value: Plain, key: str) -> str | None:
    """Draw the choice, with the value that the channel has; None where the channel is to be written as JSON.

    Gives the value as JSON text, empty where nothing is chosen.
    """
    schema = channel_schema(info, name)
    if schema is None or form(schema).kind not in ("choice", "boolean"):
        return None
    begin_with(schema, value, key="fork", name=key)
    entered = value_input(
        schema,
        key="fork",
        name=key,
        title="New value",
        json_title="New value, as JSON",
        value_title="One of these",
    )
    return to_text(entered.value) if entered.given else ""


def said_doubts(info: GraphInfo, name: str, text: str, key: str) -> None:
    """Say where a value that was typed as JSON is not what the channel's type says; nothing where it is no JSON."""
    schema = channel_schema(info, name)
    if schema is None:
        return
    try:
        value = from_text(text)
    except EditError:
        return
    parts = misfits({"properties": {name: schema}, "$defs": schema["$defs"]}, {name: value})
    if parts:
        plain_text(*(("asks", str(one)) for one in parts), key=key)


def channel_schema(info: GraphInfo, name: str) -> Mapping[str, Any] | None:
    """The schema of a channel that is part of the graph's input, which is all that a graph says of its types."""
    properties = info.input_schema.get("properties")
    part = properties.get(name) if isinstance(properties, Mapping) else None
    if not isinstance(part, Mapping):
        return None
    own = {key: each for key, each in part.items() if key not in ("default", "examples")}
    return {**own, "$defs": info.input_schema.get("$defs", {})}
