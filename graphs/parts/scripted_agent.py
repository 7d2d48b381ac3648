"""The script of chat_agent: which tools its model calls for a question, and how it answers with what they gave."""

import re
from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.tool import ToolCall, tool_call
from langchain_core.runnables import Runnable
from parts.scripted_model import ScriptedChatModel

SUM = re.compile(r"[\d.(][\d.()+\-*/×÷ ]*[\d.)]")
LOOKED_UP = re.compile(r"\b(?:tides?|bread|bees?|lighthouses?)\b|潮汐|面包|蜜蜂|灯塔", re.IGNORECASE)
EARLIER = re.compile(r"\b(?:before|earlier|so far|remember)\b|之前|刚才|记得", re.IGNORECASE)


class ScriptedAgentModel(ScriptedChatModel):
    """Calls calculate for every sum in what was said last, and look_up for every word that the script knows."""

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[LanguageModelInput, AIMessage]:
        """The script knows its tools already."""
        return self

    def reply(self, messages: list[BaseMessage]) -> AIMessage:
        """The tools that the last question needs; once they have answered, or where it needs none, the answer."""
        said = [at for at, message in enumerate(messages) if isinstance(message, HumanMessage)]
        if not said:
            return AIMessage("Scripted: nobody has said anything yet.")
        found = [message for message in messages[said[-1] + 1 :] if isinstance(message, ToolMessage)]
        if found:
            return AIMessage(" ".join(["Scripted, from the tools:", *(message.text for message in found)]))
        text = messages[said[-1]].text
        calls = tool_calls(text, len(messages))
        if calls:
            return AIMessage("Scripted: let me see.", tool_calls=calls)
        return AIMessage(_without_tools(text, [messages[at].text for at in said[:-1]]))


def tool_calls(text: str, position: int) -> list[ToolCall]:
    """The tools that a question needs; their ids come from the position of the answer in the conversation."""
    sums = [each.strip() for each in SUM.findall(text) if re.search(r"[\d)] *[+\-*/×÷]", each)]
    words = dict.fromkeys(word.lower() for word in LOOKED_UP.findall(text))
    wanted = [("calculate", {"expression": each}) for each in sums] + [("look_up", {"word": word}) for word in words]
    return [tool_call(name=name, args=args, id=f"call_{position}_{at}") for at, (name, args) in enumerate(wanted)]


def _without_tools(text: str, earlier: list[str]) -> str:
    if EARLIER.search(text) and earlier:
        return f"Scripted: before this you said: {' | '.join(earlier)}"
    if EARLIER.search(text):
        return "Scripted: this is the first thing you said on this thread."
    return (
        "Scripted: I can work out a sum (12 * 7), look up tides, bread, bees or lighthouses, "
        "and tell what you said before."
    )
