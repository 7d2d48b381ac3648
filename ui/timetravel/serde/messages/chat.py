"""Finds chat messages in plain data: which values are messages, who speaks, and their content in parts. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ui.timetravel.model.values import Plain, Typed
from ui.timetravel.serde.messages.blocks import Part, call_part, parts_of

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
"""Former modules of LangChain's messages, which `json` rows name (langchain-core 1.7.2, load/mapping.py)."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A chat message: the `role` in words, and what it holds in parts. `answers` is the id of the call it answers."""

    role: str
    parts: tuple[Part, ...] = ()
    answers: str = ""

    @property
    def text(self) -> str:
        """What it says, with tool calls written out below; its reasoning only where there is nothing else."""
        said = [part.line for part in self.parts if part.kind != "reasoning"] or [part.line for part in self.parts]
        return "\n".join(filter(None, said))

    @property
    def calls(self) -> tuple[str, ...]:
        """The ids of its tool calls, each of which needs an answer."""
        return tuple(part.id for part in self.parts if part.kind == "call" and part.id)


def as_message(value: Plain) -> ChatMessage | None:
    """The message that a value represents; None if it is not one.

    Recognized are LangChain's message classes, dicts with a role and content, and LangChain's JSON for messages (a
    server's): with a type, content, and additional_kwargs.
    """
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
    """Whether a value's type is one of LangChain's message classes."""
    if typed.module in OLD_MODULES:
        return typed.name.removesuffix("Chunk").endswith("Message")
    return typed.module == "langchain_core.messages" or typed.module.startswith("langchain_core.messages.")


def unanswered(messages: Sequence[ChatMessage]) -> dict[int, tuple[str, ...]]:
    """The tool calls that no later message answers, by the index of the message that makes them."""
    open_calls: dict[int, tuple[str, ...]] = {}
    answered: set[str] = set()
    for at in range(len(messages) - 1, -1, -1):
        left = tuple(call for call in messages[at].calls if call not in answered)
        if left:
            open_calls[at] = left
        answered |= {messages[at].answers, *_results(messages[at])}
    return open_calls


def _results(message: ChatMessage) -> set[str]:
    """The ids of the calls that a message answers in its content, as in Anthropic's API."""
    return {part.label.removeprefix("result of ") for part in message.parts if part.label.startswith("result of ")}


def _message(kind: str, fields: Mapping[str, Plain]) -> ChatMessage:
    calls = [call_part(call) for call in _listed(fields, "tool_calls")] or _old_call(fields)
    broken = [_broken(call) for call in _listed(fields, "invalid_tool_calls")]
    parts = [*_reasoned(fields), *parts_of(fields.get("content"), {call.id for call in (*calls, *broken)})]
    parts += [*calls, *broken]
    role = _role(kind, fields)
    if role == "remove":  # langchain-core 1.7.2, messages/modifier.py: no content, only the id of what to remove
        parts.append(Part("text", f"removes the message {fields.get('id')}"))
    if fields.get("status") == "error":
        role = f"{role}, failed"
    name = fields.get("name")
    answers = fields.get("tool_call_id")
    return ChatMessage(
        f"{role}: {name}" if isinstance(name, str) and name else role,
        tuple(parts),
        answers if isinstance(answers, str) else "",
    )


def _reasoned(fields: Mapping[str, Plain]) -> list[Part]:
    """Reasoning that is stored beside the content, as several makers' models do."""
    more = fields.get("additional_kwargs")
    for found in (
        fields.get("reasoning_content"),
        more.get("reasoning_content") if isinstance(more, Mapping) else None,
    ):
        if isinstance(found, str) and found:
            return [Part("reasoning", found, "reasoning")]
    return []


def _old_call(fields: Mapping[str, Plain]) -> list[Part]:
    """The one function call that a message could hold before there were tool calls."""
    more = fields.get("additional_kwargs")
    call = more.get("function_call") if isinstance(more, Mapping) else None
    return [call_part(call)] if isinstance(call, Mapping) else []


def _listed(fields: Mapping[str, Plain], name: str) -> list[Plain]:
    found = fields.get(name)
    return found if isinstance(found, list) else []


def _broken(call: Plain) -> Part:
    """A call whose arguments are not JSON; LangChain stores those in a list of their own."""
    part = call_part(call)
    return replace(part, label=f"{part.label}, with arguments that are no JSON", fields=())


def _role(kind: str, fields: Mapping[str, Plain]) -> str:
    """Who speaks: from a class name, LangChain's `type`, a dict's role, or the `role` of a ChatMessage."""
    short = kind.removesuffix("Chunk").removesuffix("Message").lower()
    own = fields.get("role")
    return own if short == "chat" and isinstance(own, str) and own else ROLES.get(short, kind)
