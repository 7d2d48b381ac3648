"""What a graph's schema says about one channel, and about a value for it. Pure."""

from collections.abc import Mapping
from typing import Any

from ui.timetravel.errors import EditError
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.presentation.forms.schema_check import misfits
from ui.timetravel.serde.editable_json import from_text


def channel_schema(info: GraphInfo, name: str) -> Mapping[str, Any] | None:
    """The schema of a channel, from the input's schema or the state's; None where the graph declares no type for it."""
    for whole in (info.input_schema, info.state_schema):
        properties = whole.get("properties")
        part = properties.get(name) if isinstance(properties, Mapping) else None
        if isinstance(part, Mapping):
            own = {key: each for key, each in part.items() if key not in ("default", "examples")}
            return {**own, "$defs": whole.get("$defs", {})}
    return None


def channel_doubts(info: GraphInfo, name: str, text: str) -> tuple[str, ...]:
    """Sentences on where a value that was typed as JSON does not fit the channel's type; none where it is not JSON."""
    schema = channel_schema(info, name)
    if schema is None:
        return ()
    try:
        value = from_text(text)
    except EditError:
        return ()
    parts = misfits({"properties": {name: schema}, "$defs": schema["$defs"]}, {name: value})
    return tuple(map(str, parts))
