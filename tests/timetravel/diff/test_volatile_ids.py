from ui.timetravel.diff import diff
from ui.timetravel.diff.volatile_ids import drop_unmatched_ids
from ui.timetravel.model.values import Typed


def said(text: str, name: str) -> Typed:
    return Typed("langchain_core.messages.ai", "AIMessage", {"content": text, "id": name}, "pydantic2")


def test_equal_messages_of_two_runs_are_equal_though_their_ids_are_not():
    old, new = {"messages": [said("hello", "run-1")]}, {"messages": [said("hello", "run-2")]}
    assert diff(old, new)
    assert diff(*drop_unmatched_ids(old, new)) == []


def test_an_id_that_both_have_still_says_which_message_was_changed():
    old, new = [said("a", "1"), said("b", "2")], [said("b!", "2")]
    assert [(change.op, change.path) for change in diff(*drop_unmatched_ids(old, new))] == [
        ("remove", (0,)),
        ("replace", (1, "content")),
    ]


def test_only_items_of_lists_lose_their_ids():
    assert drop_unmatched_ids({"id": "mine"}, {"id": "yours"}) == ({"id": "mine"}, {"id": "yours"})


def test_dicts_lose_them_as_messages_do():
    assert drop_unmatched_ids([{"id": "a", "x": 1}], [{"x": 1, "id": "b"}]) == ([{"x": 1}], [{"x": 1}])
