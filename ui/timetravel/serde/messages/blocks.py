"""Splits the content of a chat message into parts to read: text, reasoning, media, tool calls. Pure.

The forms of blocks are those of langchain-core 1.7.2 (messages/content.py) and those of the models' makers, which it
passes on: Anthropic's, OpenAI's (Chat Completions and Responses), Google's and Amazon's.
"""

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from ui.timetravel.errors import EditError
from ui.timetravel.ground.text.formatting import format_bytes
from ui.timetravel.model.values import Plain
from ui.timetravel.serde.editable_json import to_text
from ui.timetravel.serde.json_view import display

BlockKind = Literal["text", "reasoning", "media", "call", "data"]

_TEXTS = ("text", "output_text", "input_text", "text-plain", "text/plain")
_REASONING = ("reasoning", "thinking", "reasoning_content", "redacted_thinking")
_GIVEN = ("args", "input", "arguments")
"""The keys under which blocks hold the arguments of a call."""
_CALLS = ("tool_use", "tool_call", "function_call", "tool_call_chunk")
_MEDIA = {
    "image": "image",
    "image_url": "image",
    "input_image": "image",
    "audio": "audio",
    "input_audio": "audio",
    "video": "video",
    "file": "file",
    "input_file": "file",
    "document": "document",
    "media": "file",
}
_UNNAMED = "a tool"
_BASE64_BYTES = 3 / 4


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message: its `text`, with a `label` where it is not what the message says.

    For a "call" the label is the tool's name, `id` is the call's id, and `fields` are the arguments by name; arguments
    without names are in the text.
    """

    kind: BlockKind
    text: str = ""
    label: str = ""
    id: str = ""
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def line(self) -> str:
        """The part as plain text."""
        if self.kind == "call":
            return f"calls {self.label}({self.text})" if self.text or self.label != _UNNAMED else f"calls {_UNNAMED}"
        if self.kind in ("media", "data"):
            return f"[{': '.join(filter(None, (self.label, self.text)))}]"
        return self.text


def parts_of(content: Plain, calls: Collection[str] = ()) -> list[Part]:
    """The parts of a message's content.

    `calls` are the ids of tool calls to leave out, because they are shown already.
    """
    if content is None or isinstance(content, str):
        return [Part("text", content)] if content else []
    blocks = content if isinstance(content, list) else [content]
    return [part for block in blocks if (part := _part(block, calls)) is not None]


def call_part(call: Plain) -> Part:
    """A tool call as LangChain writes it, or as OpenAI's API does: with a "function", its arguments as JSON text."""
    if not isinstance(call, Mapping):
        return Part("call", "", _UNNAMED)
    inner = call.get("function")
    fields: Mapping[str, Plain] = inner if isinstance(inner, Mapping) else call
    given = next((fields[key] for key in _GIVEN if fields.get(key) is not None), None)
    return Part(
        "call",
        _arguments(given),
        str(fields.get("name") or _UNNAMED),
        _name(call, "call_id", "id"),
        tuple(_fields(given)),
    )


def _part(block: Plain, calls: Collection[str]) -> Part | None:
    if isinstance(block, str):
        return Part("text", block) if block else None
    if not isinstance(block, Mapping):
        return Part("data", "", type(block).__name__)
    kind = str(block.get("type", ""))
    if kind in _REASONING:
        return Part("reasoning", _reasoning(block), "reasoning")
    if kind in _CALLS:
        part = call_part(block)
        return None if part.id and part.id in calls else part
    if kind in _MEDIA or "inline_data" in block:
        return _media(_MEDIA.get(kind, "file"), block)
    if kind == "tool_result":
        return Part("data", _joined(block.get("content")), f"result of {_name(block, 'tool_use_id', 'id')}")
    if kind in _TEXTS or (not kind and isinstance(block.get("text"), str)):
        text = block.get("text")
        return Part("text", text) if isinstance(text, str) else None
    return _other(kind, block)


def _other(kind: str, block: Mapping[str, Plain]) -> Part:
    """Any other block: its text if it has one, else its data."""
    if kind == "refusal":
        return Part("data", str(block.get("refusal") or ""), "refuses")
    if isinstance(block.get("text"), str) and not kind:
        return Part("text", str(block["text"]))
    if kind == "non_standard" and isinstance(block.get("value"), Mapping):
        inner = block["value"]
        return Part("data", _data(inner), str(inner.get("type") or "block"))
    rest = {key: value for key, value in block.items() if key not in ("type", "index")}
    label = kind.replace("_", " ") or "block"
    if isinstance(name := block.get("name"), str) and any(key in block for key in _GIVEN):
        call = call_part(block)
        return Part("data", call.text, f"{label} {name}", call.id, call.fields)
    (only,) = rest.values() if len(rest) == 1 else (rest,)
    return Part("data", only if isinstance(only, str) else _data(rest) if rest else "", label)


def _reasoning(block: Mapping[str, Plain]) -> str:
    """The model's reasoning, as far as its maker publishes it."""
    for key in ("reasoning", "thinking", "text", "summary", "content", "reasoning_content"):
        if text := _joined(block.get(key)):
            return text
    return "(kept by the model's maker: encrypted, or not given)"


def _joined(value: Plain) -> str:
    """The text of a text, of a list of blocks with texts, or of a block inside another."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return _joined(value.get("text"))
    if isinstance(value, list):
        return "\n\n".join(filter(None, (_joined(each) for each in value)))
    return ""


def _media(what: str, block: Mapping[str, Plain]) -> Part:
    """A picture, sound or file in words: its size and type, or its address. It is never fetched."""
    known = _source(block)
    data, kind = known.get("data"), str(known.get("mime", ""))
    address = known.get("url")
    if isinstance(data, str) and data.startswith("data:"):
        address = data
    if isinstance(address, str) and address.startswith("data:"):
        head, _, data = address.partition(",")
        kind = head.removeprefix("data:").split(";")[0] or kind
        address = None
    said = [what]
    if isinstance(data, bytes):
        said.append(format_bytes(len(data)))
    elif isinstance(data, str):
        said.append(format_bytes(max(0, math.floor(len(data.rstrip("=")) * _BASE64_BYTES))))
    if kind:
        said.append(kind.rpartition("/")[2] if kind.startswith(f"{what}/") else kind)
    if name := known.get("name"):
        said.append(str(name))
    if isinstance(address, str):
        said.append(f"not loaded, at {address}")
    elif data is None and known.get("id"):
        said.append(f"kept by the model's maker as {known['id']}")
    return Part("media", "", ", ".join(said))


def _source(block: Mapping[str, Plain]) -> dict[str, Plain]:
    """The fields of a media block in one form: `data`, `url`, `mime`, `name` and `id`."""
    found: dict[str, Plain] = {}
    for inner in (block, *(block.get(key) for key in ("source", "image_url", "input_audio", "file", "inline_data"))):
        if isinstance(inner, str):
            found.setdefault("url", inner)
        if not isinstance(inner, Mapping):
            continue
        for name, keys in _KEYS.items():
            value = next((inner[key] for key in keys if isinstance(inner.get(key), str | bytes)), None)
            if value is not None:
                found.setdefault(name, value)
    return found


_KEYS = {
    "data": ("base64", "data", "file_data", "bytes"),
    "url": ("url", "file_url", "file_uri"),
    "mime": ("mime_type", "media_type", "format"),
    "name": ("filename", "name", "title"),
    "id": ("file_id", "id"),
}


def _fields(given: Plain) -> list[tuple[str, str]]:
    """The arguments by name, texts unchanged; empty where they have no names."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return []
    if not isinstance(given, Mapping):
        return []
    return [(name if isinstance(name, str) else str(display(name)), _value(value)) for name, value in given.items()]


def _value(value: Plain) -> str:
    return value if isinstance(value, str) and value else _data(value)


def _data(value: Plain) -> str:
    try:
        return to_text(value)
    except EditError:
        return "…"


def _arguments(given: Plain) -> str:
    if given is None or isinstance(given, str):
        return given or ""
    try:
        return json.dumps(display(given), ensure_ascii=False)
    except RecursionError:
        return "…"


def _name(fields: Mapping[str, Plain], *keys: str) -> str:
    """The first of these fields that is a text."""
    return next((found for key in keys if isinstance(found := fields.get(key), str)), "")
