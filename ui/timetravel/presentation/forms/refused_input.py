"""Recognizes inputs that LangGraph always refuses, whatever a graph's types are. Pure."""

from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.values import Plain
from ui.timetravel.presentation.forms.schema_check import kind_in_words


def refused_input(info: GraphInfo, value: Plain) -> str:
    """Why a run can't be given this value as its input; empty where it may be.

    If the graph has channels, START takes only an object (langgraph 0.2 to 1.2.22, graph/state.py, `attach_node`,
    raises InvalidUpdateError). Null is no input to any graph: it means to continue.
    """
    if value is None:
        return "The input is null, which is no input: to LangGraph it means to go on with what is due."
    if not info.takes_channels or isinstance(value, dict):
        return ""
    names = [channel.name for channel in info.channels]
    example = next((name for name in info.input_schema.get("properties") or () if name in names), names[0])
    return (
        f'The input must be an object in braces with channels as its keys, like {{"{example}": …}}, not '
        f"{kind_in_words(value)}: LangGraph refuses anything else."
    )
