import json
from typing import Any

import pytest
from hypothesis import given
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    RemoveMessage,
    SystemMessage,
    ToolMessage,
)
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from plain_values import plain_values

from ui.timetravel.decode import decode
from ui.timetravel.messages import Message, as_message
from ui.timetravel.plain import Typed

CALL = {"name": "search", "args": {"q": "cats"}, "id": "c1", "type": "tool_call"}


def stored(value: Any) -> Any:
    """The plain data that a store gives for it."""
    return decode(*JsonPlusSerializer().dumps_typed(value))


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (HumanMessage("Hi"), Message("human", "Hi")),
        (HumanMessage("Hi", name="Ann"), Message("human: Ann", "Hi")),
        (AIMessage("Hello"), Message("AI", "Hello")),
        (AIMessageChunk("He"), Message("AI", "He")),
        (SystemMessage("Be kind"), Message("system", "Be kind")),
        (ChatMessage("Hm", role="critic"), Message("critic", "Hm")),
        (FunctionMessage("42", name="answer"), Message("tool: answer", "42")),
        (ToolMessage("found", tool_call_id="c1"), Message("tool", "found")),
        (ToolMessage("gone", tool_call_id="c1", status="error", name="ls"), Message("tool, failed: ls", "gone")),
        (RemoveMessage(id="m7"), Message("remove", "removes the message m7")),
        (AIMessage("", tool_calls=[CALL]), Message("AI", 'calls search({"q": "cats"})')),
        (AIMessage("Let me see", tool_calls=[CALL]), Message("AI", 'Let me see\ncalls search({"q": "cats"})')),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_langchain_message_as_a_store_holds_it(message: Any, shown: Message) -> None:
    assert as_message(stored(message)) == shown


@pytest.mark.parametrize("module", ["schema.messages", "schema"])
@pytest.mark.parametrize(
    ("name", "fields", "shown"),
    [
        ("HumanMessage", {"content": "Hi", "type": "human"}, Message("human", "Hi")),
        ("AIMessageChunk", {"content": "He"}, Message("AI", "He")),
        ("ToolMessage", {"content": "42", "tool_call_id": "c1"}, Message("tool", "42")),
    ],
)
def test_a_message_of_an_older_langchain_is_one(module: str, name: str, fields: dict[str, Any], shown: Message) -> None:
    row = {"lc": 1, "type": "constructor", "id": ["langchain", *module.split("."), name], "kwargs": fields}
    assert as_message(decode("json", json.dumps(row).encode())) == shown


def test_what_else_was_in_the_module_of_old_messages_is_none() -> None:
    assert as_message(Typed("langchain.schema", "Document", {"content": "Hi"}, "langchain")) is None


def test_blocks_of_text_are_read_and_others_named() -> None:
    blocks = ["Look:", {"type": "text", "text": "a cat"}, {"type": "image_url", "image_url": {"url": "data:"}}]
    assert as_message(stored(HumanMessage(blocks))) == Message("human", "Look:\na cat\n[image_url]")


def test_a_message_built_by_its_constructor_is_named_by_its_class() -> None:
    made = Typed("langchain_core.messages.ai", "AIMessage", {"content": "Hi"}, "langchain")
    assert as_message(made) == Message("AI", "Hi")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"role": "user", "content": "Hi"}, Message("human", "Hi")),
        ({"role": "assistant", "content": "Hello"}, Message("AI", "Hello")),
        ({"role": "developer", "content": ""}, Message("system", "")),
        ({"role": "tool", "content": "42", "name": "add"}, Message("tool: add", "42")),
        ({"role": "user", "content": {"text": "Hi"}}, Message("human", "Hi")),
        ({"role": "user", "content": [1]}, Message("human", "[int]")),
    ],
)
def test_a_dict_with_a_role_and_content_is_a_message(value: dict[str, Any], shown: Message) -> None:
    assert as_message(value) == shown


def test_a_tool_call_as_openai_writes_it() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "search", "arguments": '{"q": "cats"}'}}
    value = {"role": "assistant", "content": None, "tool_calls": [call, "odd"]}
    assert as_message(value) == Message("AI", 'calls search({"q": "cats"})\ncalls a tool')


def test_arguments_of_any_kind_are_written_out() -> None:
    call = {"name": "f", "args": {(1, 2): b"x", "n": float("nan")}}
    value = {"role": "assistant", "content": "", "tool_calls": [call]}
    assert as_message(value) == Message("AI", 'calls f({"1, 2": "1 bytes: 78", "n": "nan"})')


def test_arguments_that_are_nested_too_deep_are_left_out() -> None:
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    value = {"role": "assistant", "content": "", "tool_calls": [{"name": "f", "args": deep}]}
    assert as_message(value) == Message("AI", "calls f(…)")


@pytest.mark.parametrize(
    "value",
    [
        None,
        "Hi",
        {"role": "user"},
        {"role": "owner", "content": "x"},
        {"role": ["user"], "content": "x"},
        {"content": "x"},
        Typed("datetime", "date", [2024, 2, 29], "args"),
        Typed("app.state", "HumanMessage", {"content": "x", "type": "human"}, "pydantic2"),
        Typed("langchain_core.messages.human", "HumanMessage", None),
    ],
)
def test_anything_else_is_none(value: Any) -> None:
    assert as_message(value) is None


@given(plain_values, plain_values, plain_values)
def test_a_message_of_any_content_is_read(content: Any, calls: Any, name: Any) -> None:
    fields = {"content": content, "tool_calls": [calls], "name": name, "type": "ai"}
    found = as_message(Typed("langchain_core.messages.ai", "AIMessage", fields))
    assert found is not None
    assert found.role.startswith("AI")
