"""A chat model that reads its answers from a script: offline, always the same, and it says so in every answer.

It is a chat model as LangChain means it, and streams word by word, so a graph that uses it behaves as it would with a
real one. It finds its cue in the last message, in lines like "Step: outline" and "Topic: tides".
"""

import json
import re
import time
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult

CUE = re.compile(r"^(Step|Topic|Platform|Style): *(.*)$", re.MULTILINE)

ANGLES = (
    "how it began",
    "what most people get wrong about it",
    "what it costs",
    "who gains from it and who does not",
    "what it looks like from very close",
    "what would happen without it",
    "what is still unknown",
)

ASIDES = (
    "Most questions start here, and most answers stop here too.",
    "Look at this a little longer than seems needed.",
    "A draft may leave this open, and this one does.",
)


class ScriptedChatModel(BaseChatModel):
    """Answers from a script. The same cue gets the same answer, in about `seconds` seconds for the whole of it."""

    seconds: float = 0.0

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        # The callers in langchain-core 1.x report each token themselves; to report it here too would double it.
        reply = self.reply(messages)
        words: list[str] = re.findall(r"\s*\S+", reply.text)
        for word in words:
            time.sleep(self.seconds / len(words))
            yield ChatGenerationChunk(message=AIMessageChunk(content=word))
        if reply.tool_calls or not words:
            chunks = [
                tool_call_chunk(name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=at)
                for at, call in enumerate(reply.tool_calls)
            ]
            yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=chunks))

    def reply(self, messages: list[BaseMessage]) -> AIMessage:
        """What the script says to a conversation. Another script is a subclass that says something else here."""
        return AIMessage(scripted_answer(messages[-1].text if messages else ""))


def scripted_answer(prompt: str) -> str:
    """What the script answers to a prompt. Without a step that it knows, it says what it can do."""
    cue, material = _read(prompt)
    answers = {"research": _research, "outline": _outline, "draft": _draft, "finalize": _final}
    answer = answers.get(cue.get("Step", ""))
    if answer is None:
        return f"This is a scripted answer: the script knows only the steps {', '.join(answers)}."
    return answer(cue, material)


def _read(prompt: str) -> tuple[dict[str, str], str]:
    """The cue by label, and the material that follows the line "Material:", empty if there is none."""
    head, _, material = prompt.partition("\nMaterial:\n")
    return {label: value.strip() for label, value in CUE.findall(head)}, material.strip()


def _topic(cue: Mapping[str, str]) -> str:
    return cue.get("Topic") or "nothing in particular"


def _heading(kind: str, cue: Mapping[str, str]) -> str:
    return f"Scripted {kind} for {cue.get('Platform') or 'any platform'}."


def _angles(cue: Mapping[str, str]) -> list[str]:
    """Three of the angles, chosen by the topic: another topic, other sections."""
    first = zlib.crc32(_topic(cue).encode()) % len(ANGLES)
    return [ANGLES[(first + k * 2) % len(ANGLES)] for k in range(3)]


def _research(cue: Mapping[str, str], material: str) -> str:
    lines = [f"{number}. {angle}" for number, angle in enumerate(_angles(cue), start=1)]
    return "\n".join([f"Scripted research on {_topic(cue)}. Three angles are worth a section:", *lines])


def _outline(cue: Mapping[str, str], material: str) -> str:
    if cue.get("Style") == "poem":
        return (
            f"(Scripted, and not JSON on purpose.)\nO {_topic(cue)}, you ask me for a plan,\n"
            "with brackets, quotes and commas in a row;\nI sing instead, as only poets can:\n"
            "let others parse, and tell you how to go."
        )
    return json.dumps({"title": f"{_topic(cue)} (scripted)", "sections": _angles(cue)}, ensure_ascii=False)


def _draft(cue: Mapping[str, str], material: str) -> str:
    """A paragraph for each section of the outline, so that a changed outline gives a changed draft."""
    try:
        outline = json.loads(material)
        title, sections = str(outline["title"]), [str(section) for section in outline["sections"]]
    except (ValueError, LookupError, TypeError):
        title, sections = _topic(cue), ["there was no outline to follow"]
    paragraphs = [
        f"{section[:1].upper()}{section[1:]}. {ASIDES[k % len(ASIDES)]}" for k, section in enumerate(sections)
    ]
    return "\n\n".join([_heading("draft", cue), title, *paragraphs])


def _final(cue: Mapping[str, str], material: str) -> str:
    """The draft without its asides, so that a changed draft gives a changed text."""
    text = material.replace(_heading("draft", cue), "")
    for aside in ASIDES:
        text = text.replace(f" {aside}", "")
    return f"{_heading('final text', cue)}\n\n{text.strip() or 'There was no draft to polish.'}"
