import json
import time
from typing import Any

import pytest
from hypothesis import given

from tests.timetravel.serde.plain_values import keys, plain_values
from ui.timetravel.diff import diff
from ui.timetravel.model.checkpoints import Interrupt, Task, Write
from ui.timetravel.model.values import Opaque, Typed
from ui.timetravel.presentation.change_cards import (
    COMPARING,
    LONGEST,
    cards,
    message_cards,
    path_words,
    render_value,
    task_cards,
)


def human(text: str) -> Typed:
    return Typed("langchain_core.messages.human", "HumanMessage", {"content": text, "type": "human"}, "pydantic2")


def nested(depth: int) -> Any:
    deep: Any = []
    for _ in range(depth):
        deep = [deep]
    return deep


def fits_a_browser(value: Any) -> bool:
    json.dumps(value, allow_nan=False, ensure_ascii=False).encode("utf-8")
    return True


# --- any value ---


@given(plain_values, plain_values)
def test_the_cards_of_any_change_can_be_shown_by_any_browser(old: Any, new: Any) -> None:
    assert fits_a_browser(cards(diff({"a": old}, {"a": new})))


@given(keys, plain_values)
def test_the_cards_of_any_key_can_be_shown_by_any_browser(key: Any, value: Any) -> None:
    assert fits_a_browser(cards(diff({}, {key: value})))


@given(plain_values)
def test_what_a_task_left_can_be_shown_by_any_browser(value: Any) -> None:
    task = Task("id", "n", "", (Write("c", 0, value, 3),), error=value, interrupts=(Interrupt("i\ud800", value),))
    assert fits_a_browser(task_cards(task))
    assert fits_a_browser(message_cards([value, human("half \ud800")]))


def test_half_a_character_inside_a_text_becomes_the_sign_for_one() -> None:
    assert render_value("half \ud800")["text"] == "half ⟨U+D800⟩"
    (card,) = cards(diff("half \ud800 " * 9, "half \ud801 " * 9))
    assert fits_a_browser(card)


# --- one change ---


def test_a_change_says_what_was_done_and_where() -> None:
    made = {card["path"]: card for card in cards(diff({"b": 1, "c": 1}, {"a": [], "c": True}))}
    added, removed, changed = made["a"], made["b"], made["c"]
    assert (added["mark"], added["word"], added["new"]["text"]) == ("+", "added", "[]")
    assert (removed["mark"], removed["word"], removed["old"]["text"]) == ("−", "removed", "1")
    assert (changed["mark"], changed["old"]["text"], changed["new"]["text"]) == ("~", "1", "true")
    assert "new" not in removed
    assert "old" not in added


def test_short_texts_stand_one_after_the_other() -> None:
    (card,) = cards(diff("ready", "done"))
    assert (card["path"], card["old"]["text"], card["new"]["text"]) == ("(the whole value)", "ready", "done")


def test_long_texts_are_compared_inside() -> None:
    (card,) = cards(diff("The draft is ready. " * 3 + "Send it.", "The draft is ready. " * 3 + "Keep it."))
    assert card["note"] == "68 → 68 characters (+0)"
    assert [(piece["kind"], piece["text"]) for piece in card["pieces"][1:]] == [
        ("removed", "Send"),
        ("added", "Keep"),
        ("same", " it."),
    ]
    assert "old" not in card


def test_what_stays_far_from_any_change_is_counted() -> None:
    (card,) = cards(diff("a" + "." * 5_000, "b" + "." * 5_000))
    assert card["pieces"][-1] == {"kind": "left out", "text": " … 4,920 characters unchanged … "}


def test_a_text_that_was_empty_is_new() -> None:
    (card,) = cards(diff("", "x" * 100))
    assert (card["old"]["text"], card["new"]["text"]) == ('""', "x" * 100)


def test_a_long_piece_is_cut_and_says_so() -> None:
    (card,) = cards(diff("same " * 9, "same " * 9 + "x" * (LONGEST + 1_000)))
    assert card["pieces"][-1]["text"].endswith(" … 1,000 more characters")


def test_comparing_inside_many_texts_takes_a_bounded_time() -> None:
    old = {str(k): "".join(chr(97 + (k + i * i) % 23) for i in range(5_000)) for k in range(40)}
    new = {key: "".join(chr(97 + (ord(c) * 7 + i) % 19) for i, c in enumerate(text)) for key, text in old.items()}
    start = time.perf_counter()
    made = cards(diff(old, new))
    assert time.perf_counter() - start < COMPARING + 4
    assert len(made) == 40
    assert all("pieces" in card or card["new"]["text"] == new[card["path"][2:-2]] for card in made)


# --- one value ---


@pytest.mark.parametrize(
    ("value", "text", "prose"),
    [
        (None, "null", False),
        (1.0, "1.0", False),
        ("", '""', False),
        ("two\nlines", "two\nlines", True),
        (float("nan"), '{\n  "$float": "nan"\n}', False),
        (b"\x00\xff", '{\n  "$bytes": "AP8="\n}', False),
        (Typed("uuid", "UUID", "00ff"), '{\n  "$type": "uuid.UUID",\n  "$value": "00ff"\n}', False),
        (Opaque("pickle", 3, "it is pickled"), "can't be shown: it is pickled (pickle, 3 bytes)", True),
        (nested(5_000), "can't be shown: it is nested too deep", True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_is_shown_as_prose_or_as_data(value: Any, text: str, prose: bool) -> None:
    assert render_value(value) == {"text": text, "prose": prose}


def test_a_message_is_shown_with_who_speaks() -> None:
    assert render_value(human("Hi")) == {"text": "Hi", "prose": True, "role": "human"}


@pytest.mark.parametrize("value", ["x" * (LONGEST + 5), human("x" * (LONGEST + 5)), ["x" * (LONGEST + 5)]])
def test_a_huge_value_is_cut_and_says_so(value: Any) -> None:
    card = render_value(value)
    assert len(card["text"]) == LONGEST
    assert card["more"].endswith("more characters")


# --- paths ---


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ((), "(the whole value)"),
        (("messages", 2, "content"), "messages[2].content"),
        (("scores", "a b", "größe"), "scores['a b'].größe"),
        (("", "1"), "['']['1']"),
        ((True, 1, 1.0, None), "[True][1][1.0][None]"),
        (((1, "a"), b"\xff"), "[(1, 'a')][b'\\xff']"),
        ((Typed("uuid", "UUID", "00ff"),), "[UUID(00ff)]"),
        (("half \ud800",), "['half \\ud800']"),
        (('a"]\n',), "['a\"]\\n']"),
    ],
)
def test_a_path_is_written_as_python_would(path: tuple[Any, ...], words: str) -> None:
    assert path_words(path) == words


@pytest.mark.parametrize("key", ["k" * 10_000, b"k" * 10_000, ("k" * 10_000,) * 50])
def test_a_long_key_is_cut(key: Any) -> None:
    assert len(path_words((key, 0))) < 1_000


# --- what a task left ---


def test_what_a_task_wrote() -> None:
    task = Task("id", "draft", "", (Write("log", 0, ["x"], 1_500), Write("branch:to:b", 1, None, 1)))
    first, second = task_cards(task)
    assert (first["word"], first["path"], first["note"]) == ("wrote to", "log", "1.5 kB")
    assert (second["path"], second["note"]) == ("branch:to:b", "1 byte")


def test_what_a_task_raised_and_asked_is_told_once() -> None:
    writes = (Write("__error__", -1, "no", 2), Write("__interrupt__", -3, [], 2))
    failed, asks = task_cards(Task("id", "n", "", writes, error="no", interrupts=(Interrupt("i", "Go on?"),)))
    assert (failed["mark"], failed["word"], failed["new"]["text"]) == ("✖", "failed with", "no")
    assert (asks["mark"], asks["word"], asks["note"], asks["new"]["text"]) == ("?", "asks", "i", "Go on?")


def test_of_a_question_that_was_answered_nobody_asks_any_more() -> None:
    writes = (Write("__interrupt__", -3, [], 2), Write("__resume__", -4, ["yes"], 5))
    asked, answers = task_cards(Task("id", "n", "", writes, interrupts=(Interrupt("i", "Go on?"),)), waits=False)
    assert (asked["mark"], asked["word"]) == ("?", "asked")
    assert (answers["word"], answers["path"], answers["note"]) == ("was given the answers in", "__resume__", "5 bytes")


def test_a_task_that_left_nothing_has_no_cards() -> None:
    assert task_cards(Task("id", "n", "", ())) == []


# --- messages ---


def test_a_list_of_messages_is_a_card_each() -> None:
    made = message_cards([human("Hi"), {"role": "assistant", "content": "Hello"}])
    assert [(card["path"], card["new"]["role"], card["new"]["text"]) for card in made] == [
        ("[0]", "human", "Hi"),
        ("[1]", "AI", "Hello"),
    ]


def test_a_call_without_an_answer_is_marked_where_the_messages_are_shown() -> None:
    call = {"id": "call_2", "type": "function", "function": {"name": "get_news", "arguments": '{"q": "x"}'}}
    asked = {"role": "assistant", "content": None, "tool_calls": [call]}
    cut_off, _ = message_cards([asked, human("still there?")])
    assert cut_off["warning"] == "no tool message answers call_2"
    (part,) = cut_off["new"]["parts"]
    assert (part["label"], part["id"], part["fields"]) == ("get_news", "call_2", [["q", "x"]])
    answered, answer = message_cards([asked, {"role": "tool", "content": "none", "tool_call_id": "call_2"}])
    assert "warning" not in answered
    assert answer["new"]["answers"] == "call_2"


def test_the_parts_of_a_long_message_are_cut_together() -> None:
    blocks = [{"type": "text", "text": "x" * LONGEST}, {"type": "reasoning", "reasoning": "y" * 100}]
    first, second = render_value({"role": "assistant", "content": blocks})["parts"]
    assert (len(first["text"]), second["text"], second["more"]) == (LONGEST, "", "… 100 more characters")


@pytest.mark.parametrize("value", [[], None, "Hi", [human("Hi"), "Hi"], human("Hi"), {"a": human("Hi")}])
def test_anything_but_messages_has_no_cards(value: Any) -> None:
    assert message_cards(value) == []
