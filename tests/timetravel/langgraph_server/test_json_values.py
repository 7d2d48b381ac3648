import math

import pytest

from ui.timetravel.errors import EditError
from ui.timetravel.langgraph_server.json_values import to_json
from ui.timetravel.model.values import Opaque, Typed


def message(name: str, fields: dict[str, object]) -> Typed:
    return Typed("langchain_core.messages", name, fields, "kwargs")


def test_json_stays_as_it_is() -> None:
    value = {"a": [1, 2.5, None, True, "ü", {"b": []}]}
    assert to_json(value) == value


def test_messages_become_the_dicts_that_reducers_take() -> None:
    given = [message("HumanMessage", {"content": "hi"}), message("AIMessageChunk", {"content": "ho", "type": "ai"})]
    assert to_json(given) == [{"type": "human", "content": "hi"}, {"type": "ai", "content": "ho"}]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"a": [Typed("datetime", "date", [2026, 1, 1], "args")]}, r"At a\[0\]: a value of the type datetime\.date"),
        ({"a": {1: 2}}, "At a: the key 1 is no text"),
        ({"a": b"bytes"}, "At a: A value of type bytes"),
        ({"a": math.nan}, "At a: The number nan has no form in JSON"),
        (2**64, "more than 64 bits"),
        ("\ud800", "half of a character"),
        ([Opaque("x", 3, "unknown")], r"At \[0\]: A value that could not be read"),
        (message("HumanMessage", {"content": Opaque("x", 3, "unknown")}), "At content: A value that could not be read"),
    ],
)
def test_what_json_has_no_form_for_is_refused_by_its_place(value: object, reason: str) -> None:
    with pytest.raises(EditError, match=reason):
        to_json(value)


def test_deep_nesting_is_refused() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(EditError, match="too deep"):
        to_json(deep)
