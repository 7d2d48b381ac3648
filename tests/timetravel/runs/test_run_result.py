from typing import Any

from ui.timetravel.model.checkpoints import Header
from ui.timetravel.presentation.run_result import result_cards, written


def header(*changed: str, ran: tuple[str, ...] = ("node",), source: str = "loop") -> Header:
    return Header("t", "", "id", None, None, 1, source, 1, ran=ran, changed=changed)


def said(role: str, content: Any) -> dict[str, Any]:
    return {"role": role, "content": content}


def test_what_was_written_last_comes_first_and_the_input_is_no_result() -> None:
    headers = [header("topic", ran=("__start__",)), header("draft", "log"), header("log"), header("x", source="update")]
    assert written(headers) == ["log", "draft"]


def test_a_result_is_what_the_graph_gives_back_and_wrote() -> None:
    cards, rest = result_cards({"a": 1, "b": 2, "c": 3, "__start__": 0}, ("a", "c"), ["b", "a"])
    assert [(card["path"], card["new"]["text"]) for card in cards] == [("a", "1")]
    assert rest == ["c"]


def test_of_a_conversation_what_was_said_since_the_last_question_is_the_result() -> None:
    talk = [said("user", "Hi"), said("assistant", "Hello"), said("user", "And?"), said("assistant", "That is all")]
    cards, _ = result_cards({"messages": talk}, (), ["messages"])
    assert [(card["path"], card["new"]["text"]) for card in cards] == [("messages[3]", "That is all")]


def test_a_functional_graph_returned_something_and_saved_something() -> None:
    cards, rest = result_cards({"__end__": "R", "__previous__": "S"}, ("__end__",), ["__previous__", "__end__"])
    assert [(card["path"], card["new"]["text"]) for card in cards] == [("result", "R"), ("saved for the next run", "S")]
    assert rest == []
