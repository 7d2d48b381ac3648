"""Chat messages inside plain data: which values are one, who speaks, and what is said. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ui.timetravel.plain import Plain, Typed

ROLES = {
    "human": "human",
    "user": "human",
    "ai": "AI",
    "assistant": "AI",
    "system": "system",
    "developer": "system",
    "tool": "tool",
    "function": "tool",
    "remove": "remove",
}


@dataclass(frozen=True, slots=True)
class Message:
    """A chat message: the `role` in words, and its `text`, with tool calls written out below it."""

    role: str
    text: str


def as_message(value: Plain) -> Message | None:
    """The message that a value is, or None: LangChain's message classes, and dicts with a role and content."""
    if isinstance(value, Typed):
        if not value.module.startswith("langchain_core.messages") or not isinstance(value.value, Mapping):
            return None
        return _message(str(value.value.get("type", value.name)), value.value)
    if isinstance(value, Mapping) and value.get("role") in ROLES and "content" in value:
        return _message(str(value["role"]), value)
    return None


def _message(role: str, fields: Mapping[str, Plain]) -> Message:
    said = _said(fields.get("content", ""))
    calls = fields.get("tool_calls")
    if isinstance(calls, list):
        said = "\n".join([*([said] if said else []), *(_call(call) for call in calls)])
    name = fields.get("name")
    shown = ROLES.get(role.removesuffix("MessageChunk").removesuffix("Message").lower(), role)
    return Message(f"{shown}: {name}" if isinstance(name, str) and name else shown, said)


def _said(content: Plain) -> str:
    """The text of a message's content, which is a string or a list of blocks."""
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else [content]
    return "\n".join(_block(block) for block in blocks)


def _block(block: Plain) -> str:
    if isinstance(block, str):
        return block
    if isinstance(block, Mapping):
        text = block.get("text")
        return text if isinstance(text, str) else f"[{block.get('type', 'block')}]"
    return f"[{type(block).__name__}]"


def _call(call: Plain) -> str:
    if not isinstance(call, Mapping):
        return "calls a tool"
    return f"calls {call.get('name', 'a tool')}({json.dumps(call.get('args'), ensure_ascii=False, default=str)})"
