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

from tests.timetravel.serde.plain_values import plain_values
from ui.timetravel.model.values import Typed
from ui.timetravel.serde.decode import decode
from ui.timetravel.serde.messages.blocks import Part
from ui.timetravel.serde.messages.chat import as_message, unanswered

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PNG = f"data:image/png;base64,{DOT}"
FILE = "file, 3 bytes, application/pdf, a.pdf"
HIDDEN = "(kept by the model's maker: encrypted, or not given)"
CALL = {"name": "search", "args": {"q": "cats"}, "id": "c1", "type": "tool_call"}


def said(value: Any) -> tuple[str, str] | None:
    """Who speaks, and what is said as plain text."""
    found = as_message(value)
    return found and (found.role, found.text)


def stored(value: Any) -> Any:
    """The plain data that a store gives for it."""
    return decode(*JsonPlusSerializer().dumps_typed(value))


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (HumanMessage("Hi"), ("human", "Hi")),
        (HumanMessage("Hi", name="Ann"), ("human: Ann", "Hi")),
        (AIMessage("Hello"), ("AI", "Hello")),
        (AIMessageChunk("He"), ("AI", "He")),
        (SystemMessage("Be kind"), ("system", "Be kind")),
        (ChatMessage("Hm", role="critic"), ("critic", "Hm")),
        (FunctionMessage("42", name="answer"), ("tool: answer", "42")),
        (ToolMessage("found", tool_call_id="c1"), ("tool", "found")),
        (ToolMessage("gone", tool_call_id="c1", status="error", name="ls"), ("tool, failed: ls", "gone")),
        (RemoveMessage(id="m7"), ("remove", "removes the message m7")),
        (AIMessage("", tool_calls=[CALL]), ("AI", 'calls search({"q": "cats"})')),
        (AIMessage("Let me see", tool_calls=[CALL]), ("AI", 'Let me see\ncalls search({"q": "cats"})')),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_langchain_message_as_a_store_holds_it(message: Any, shown: tuple[str, str]) -> None:
    assert said(stored(message)) == shown


@pytest.mark.parametrize("module", ["schema.messages", "schema"])
@pytest.mark.parametrize(
    ("name", "fields", "shown"),
    [
        ("HumanMessage", {"content": "Hi", "type": "human"}, ("human", "Hi")),
        ("AIMessageChunk", {"content": "He"}, ("AI", "He")),
        ("ToolMessage", {"content": "42", "tool_call_id": "c1"}, ("tool", "42")),
    ],
)
def test_a_message_of_an_older_langchain_is_one(
    module: str, name: str, fields: dict[str, Any], shown: tuple[str, str]
) -> None:
    row = {"lc": 1, "type": "constructor", "id": ["langchain", *module.split("."), name], "kwargs": fields}
    assert said(decode("json", json.dumps(row).encode())) == shown


def test_what_else_was_in_the_module_of_old_messages_is_none() -> None:
    assert as_message(Typed("langchain.schema", "Document", {"content": "Hi"}, "langchain")) is None


def test_blocks_of_text_are_read_and_others_named() -> None:
    blocks = ["Look:", {"type": "text", "text": "a cat"}, {"type": "image_url", "image_url": {"url": PNG}}]
    assert said(stored(HumanMessage(blocks))) == ("human", "Look:\na cat\n[image, 70 bytes, png]")


def test_a_message_built_by_its_constructor_is_named_by_its_class() -> None:
    made = Typed("langchain_core.messages.ai", "AIMessage", {"content": "Hi"}, "langchain")
    assert said(made) == ("AI", "Hi")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"role": "user", "content": "Hi"}, ("human", "Hi")),
        ({"role": "assistant", "content": "Hello"}, ("AI", "Hello")),
        ({"role": "developer", "content": ""}, ("system", "")),
        ({"role": "tool", "content": "42", "name": "add"}, ("tool: add", "42")),
        ({"role": "user", "content": {"text": "Hi"}}, ("human", "Hi")),
        ({"role": "user", "content": [1]}, ("human", "[int]")),
    ],
)
def test_a_dict_with_a_role_and_content_is_a_message(value: dict[str, Any], shown: tuple[str, str]) -> None:
    assert said(value) == shown


def test_a_tool_call_as_openai_writes_it() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "search", "arguments": '{"q": "cats"}'}}
    value = {"role": "assistant", "content": None, "tool_calls": [call, "odd"]}
    assert said(value) == ("AI", 'calls search({"q": "cats"})\ncalls a tool')


def test_arguments_of_any_kind_are_written_out() -> None:
    call = {"name": "f", "args": {(1, 2): b"x", "n": float("nan")}}
    value = {"role": "assistant", "content": "", "tool_calls": [call]}
    assert said(value) == ("AI", 'calls f({"1, 2": "1 bytes: 78", "n": "nan"})')


def test_arguments_that_are_nested_too_deep_are_left_out() -> None:
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    value = {"role": "assistant", "content": "", "tool_calls": [{"name": "f", "args": deep}]}
    assert said(value) == ("AI", "calls f(…)")


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


# --- blocks ---


@pytest.mark.parametrize(
    ("block", "label"),
    [
        ({"type": "image_url", "image_url": {"url": PNG, "detail": "low"}}, "image, 70 bytes, png"),
        ({"type": "image_url", "image_url": PNG}, "image, 70 bytes, png"),
        ({"type": "image", "base64": DOT, "mime_type": "image/jpeg"}, "image, 70 bytes, jpeg"),
        ({"type": "image", "source_type": "base64", "data": DOT, "mime_type": "image/png"}, "image, 70 bytes, png"),
        (
            {"type": "image", "source": {"type": "base64", "media_type": "image/gif", "data": DOT}},
            "image, 70 bytes, gif",
        ),
        ({"type": "image", "url": "https://a.example/x.png"}, "image, not loaded, at https://a.example/x.png"),
        ({"type": "image", "source": {"type": "url", "url": "http://b/c"}}, "image, not loaded, at http://b/c"),
        ({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}, "audio, 3 bytes, wav"),
        ({"type": "file", "base64": "AAAA", "mime_type": "application/pdf", "filename": "a.pdf"}, FILE),
        ({"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AAAA"}}, FILE),
        ({"type": "image", "file_id": "f-1"}, "image, kept by the model's maker as f-1"),
        ({"type": "video", "data": b"12345"}, "video, 5 bytes"),
        ({"type": "image"}, "image"),
    ],
)
def test_pictures_sounds_and_files_are_told_in_words_and_never_fetched(block: dict[str, Any], label: str) -> None:
    assert as_message(stored(HumanMessage([block]))).parts == (Part("media", "", label),)


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ({"type": "reasoning", "reasoning": "It is small."}, "It is small."),
        ({"type": "thinking", "thinking": "Hm.", "signature": "x"}, "Hm."),
        ({"type": "reasoning", "summary": [{"type": "summary_text", "text": "A"}, {"text": "B"}]}, "A\n\nB"),
        ({"type": "reasoning_content", "reasoning_content": {"text": "C"}}, "C"),
        ({"type": "redacted_thinking", "data": "x"}, HIDDEN),
        ({"type": "reasoning", "id": "r", "summary": [], "encrypted_content": "x"}, HIDDEN),
    ],
)
def test_reasoning_stands_apart_from_what_is_said(block: dict[str, Any], text: str) -> None:
    message = as_message(stored(AIMessage([block, {"type": "text", "text": "A dot"}])))
    assert message.parts == (Part("reasoning", text, "reasoning"), Part("text", "A dot"))
    assert message.text == "A dot"


def test_reasoning_beside_the_content_is_read_too() -> None:
    message = as_message(stored(AIMessage("Yes", additional_kwargs={"reasoning_content": "Why not"})))
    assert [part.kind for part in message.parts] == ["reasoning", "text"]


@pytest.mark.parametrize(
    "block",
    [
        {"type": "tool_use", "id": "c1", "name": "search", "input": {"q": "cats"}},
        {"type": "tool_call", "id": "c1", "name": "search", "args": {"q": "cats"}},
        {"type": "function_call", "id": "fc", "call_id": "c1", "name": "search", "arguments": '{"q": "cats"}'},
    ],
)
def test_a_call_that_stands_in_the_content_as_well_is_told_once(block: dict[str, Any]) -> None:
    told = as_message(stored(AIMessage([block], tool_calls=[CALL])))
    alone = as_message({"role": "assistant", "content": [block]})
    for message in (told, alone):
        (part,) = message.parts
        assert (part.kind, part.label, part.id, part.fields) == ("call", "search", "c1", (("q", "cats"),))


def test_each_argument_of_a_call_is_a_text_of_its_own_with_its_line_breaks() -> None:
    call = {"name": "write", "args": {"path": "/r.md", "content": "# Tea\n\nhot", "lines": [1, 2]}, "id": "c1"}
    (part,) = as_message(stored(AIMessage("", tool_calls=[call]))).parts
    assert part.fields == (("path", "/r.md"), ("content", "# Tea\n\nhot"), ("lines", "[\n  1,\n  2\n]"))


def test_a_function_call_of_an_old_model_is_a_call() -> None:
    call = {"name": "search", "arguments": '{"q": "cats"}'}
    assert said(stored(AIMessage("", additional_kwargs={"function_call": call}))) == (
        "AI",
        'calls search({"q": "cats"})',
    )


def test_arguments_that_are_no_json_are_shown_as_they_are() -> None:
    broken = {"name": "write", "args": '{"path": ', "id": "c1", "error": "no"}
    (part,) = as_message(stored(AIMessage("", invalid_tool_calls=[broken]))).parts
    assert (part.label, part.text) == ("write, with arguments that are no JSON", '{"path": ')


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ({"type": "server_tool_call", "name": "web", "args": {"q": 1}, "id": "s"}, '[server tool call web: {"q": 1}]'),
        ({"type": "code_execution_result", "outcome": "1"}, "[code execution result: 1]"),
        ({"type": "non_standard", "value": {"type": "mcp", "x": 1}}, "mcp"),
        ({"type": "refusal", "refusal": "no"}, "[refuses: no]"),
        (
            {"type": "tool_result", "tool_use_id": "c1", "content": [{"type": "text", "text": "42"}]},
            "[result of c1: 42]",
        ),
        ({"type": ["odd"]}, "odd"),
    ],
)
def test_any_other_block_is_named_and_shown_as_it_is(block: dict[str, Any], line: str) -> None:
    assert line in as_message({"role": "user", "content": [block]}).text


# --- calls and their answers ---


def test_a_call_that_no_message_answers_is_found_by_its_id() -> None:
    two = {"name": "f", "args": {}, "id": "c2"}
    messages = [
        AIMessage("", tool_calls=[CALL, two]),
        ToolMessage("found", tool_call_id="c1"),
        HumanMessage("still there?"),
        AIMessage("", tool_calls=[{"name": "f", "args": {}, "id": "c3"}]),
        ToolMessage("done", tool_call_id="c3"),
    ]
    assert unanswered([as_message(stored(each)) for each in messages]) == {0: ("c2",)}


def test_an_answer_before_its_call_is_none() -> None:
    messages = [ToolMessage("early", tool_call_id="c1"), AIMessage("", tool_calls=[CALL])]
    assert unanswered([as_message(stored(each)) for each in messages]) == {1: ("c1",)}


def test_a_result_in_the_content_is_an_answer() -> None:
    call = {"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "f", "input": {}}]}
    result = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "42"}]}
    assert unanswered([as_message(call), as_message(result)]) == {}
