"""Chat messages inside plain data: which values are one, who speaks, and what is said. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ui.timetravel.display import display
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


OLD_MODULES = ("langchain.schema.messages", "langchain.schema")
"""Where LangChain's messages once were: `json` rows name them so (langchain-core 1.7.2, load/mapping.py)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A chat message: the `role` in words, and its `text`, with tool calls written out below it."""

    role: str
    text: str


def as_message(value: Plain) -> Message | None:
    """The message that a value is, or None: LangChain's message classes, dicts with a role and content, and those that
    LangChain makes of its messages (a server's JSON has them): with a type, content, and additional_kwargs."""
    if isinstance(value, Typed):
        if not is_message_type(value) or not isinstance(value.value, Mapping):
            return None
        return _message(str(value.value.get("type", value.name)), value.value)
    if isinstance(value, Mapping) and "content" in value:
        role = value.get("role")
        kind = value.get("type")
        if isinstance(kind, str) and "additional_kwargs" in value:
            return _message(kind, value)
        return _message(role, value) if isinstance(role, str) and role in ROLES else None
    return None


def is_message_type(typed: Typed) -> bool:
    """Whether a value says of itself that it is one of LangChain's messages."""
    if typed.module in OLD_MODULES:
        return typed.name.removesuffix("Chunk").endswith("Message")
    return typed.module == "langchain_core.messages" or typed.module.startswith("langchain_core.messages.")


def _message(kind: str, fields: Mapping[str, Plain]) -> Message:
    said = [_said(fields.get("content")), *_calls(fields)]
    role = _role(kind, fields)
    if role == "remove":  # langchain-core 1.7.2, messages/modifier.py: it has no content, its id is what it is about
        said.append(f"removes the message {fields.get('id')}")
    if fields.get("status") == "error":
        role = f"{role}, failed"
    name = fields.get("name")
    return Message(f"{role}: {name}" if isinstance(name, str) and name else role, "\n".join(filter(None, said)))


def _role(kind: str, fields: Mapping[str, Plain]) -> str:
    """Who speaks, from a class name, LangChain's `type` or a dict's role; a ChatMessage has a role of its own."""
    short = kind.removesuffix("Chunk").removesuffix("Message").lower()
    own = fields.get("role")
    return own if short == "chat" and isinstance(own, str) and own else ROLES.get(short, kind)


def _said(content: Plain) -> str:
    """The text of a message's content, which is a string, a list of blocks, or None beside tool calls."""
    if content is None or isinstance(content, str):
        return content or ""
    blocks = content if isinstance(content, list) else [content]
    return "\n".join(_block(block) for block in blocks)


def _block(block: Plain) -> str:
    if isinstance(block, str):
        return block
    if isinstance(block, Mapping):
        text = block.get("text")
        return text if isinstance(text, str) else f"[{block.get('type', 'block')}]"
    return f"[{type(block).__name__}]"


def _calls(fields: Mapping[str, Plain]) -> list[str]:
    calls = fields.get("tool_calls")
    return [_call(call) for call in calls] if isinstance(calls, list) else []


def _call(call: Plain) -> str:
    """A tool call as LangChain writes it, or as OpenAI's API does: with a "function", its arguments as JSON text."""
    if not isinstance(call, Mapping):
        return "calls a tool"
    inner = call.get("function")
    if isinstance(inner, Mapping):
        return f"calls {inner.get('name', 'a tool')}({_arguments(inner.get('arguments'))})"
    return f"calls {call.get('name', 'a tool')}({_arguments(call.get('args'))})"


def _arguments(given: Plain) -> str:
    if given is None or isinstance(given, str):
        return given or ""
    try:
        return json.dumps(display(given), ensure_ascii=False)
    except RecursionError:
        return "…"
