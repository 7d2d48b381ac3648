"""Plain data for tests: any of it (Hypothesis), real objects with LangGraph's own bytes, and strict comparison."""

import datetime as dt
import ipaddress
import re
from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from langchain_core.documents import Document
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
from langgraph.store.base import Item
from langgraph.types import Interrupt, Send
from pydantic import BaseModel

from ui.timetravel.model.values import Plain, Typed
from ui.timetravel.serde.msgpack.extensions import CONSTRUCTORS


class Color(Enum):
    RED = "red"
    BLUE = 2


@dataclass
class Point:
    x: int
    y: "Point | None" = None


class Plan(BaseModel):
    title: str
    steps: list[str] = []
    inner: "Plan | None" = None


class Pair(NamedTuple):
    left: int
    right: str


TOOL_CALL = {"name": "search", "args": {"q": "cats", "n": 3}, "id": "call_1", "type": "tool_call"}

REAL_OBJECTS: list[Any] = [
    HumanMessage("Hi", id="1", name="Ann"),
    HumanMessage([{"type": "text", "text": "Hi"}, {"type": "image_url", "image_url": {"url": "data:"}}]),
    AIMessage("", tool_calls=[TOOL_CALL], usage_metadata={"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}),
    AIMessageChunk("He", id="3"),
    ToolMessage("found", tool_call_id="call_1", artifact={"rows": [1, 2]}, status="error"),
    SystemMessage("Be kind"),
    ChatMessage("Hm", role="critic"),
    FunctionMessage("42", name="answer"),
    RemoveMessage(id="1"),
    Document("text", metadata={"page": 1}),
    Point(1, Point(2)),
    Plan(title="a", steps=["b"], inner=Plan(title="c")),
    Pair(1, "b"),
    Color.RED,
    Color.BLUE,
    {1, 2, 3},
    frozenset({"a"}),
    deque([1, 2]),
    dt.datetime(2024, 2, 29, 12, 30, 1, 5),
    dt.datetime(2024, 2, 29, tzinfo=dt.UTC),
    dt.date(2024, 2, 29),
    dt.time(1, 2, 3, 4),
    dt.timedelta(days=-1, microseconds=5),
    dt.timezone(dt.timedelta(hours=2)),
    ZoneInfo("Europe/Berlin"),
    UUID("12345678123456781234567812345678"),
    Decimal("1.10"),
    Path("/tmp/a.txt"),
    re.compile("a.b", re.IGNORECASE),
    ipaddress.ip_address("::1"),
    ipaddress.ip_network("10.0.0.0/8"),
    Send("node", {"messages": [HumanMessage("x")]}),
    Interrupt("Go on?", id="abc"),
    Item(
        value={"a": 1},
        key="k",
        namespace=("n",),
        created_at=dt.datetime(2026, 1, 2),
        updated_at=dt.datetime(2026, 1, 3),
    ),
    b"\x00\xff",
    {"a": b"bytes", "b": [bytearray(b"x")]},
    {1: "int", 2.5: "float", None: "none", False: "bool", b"b": "bytes", (1, ("a", None)): "tuple"},
    [2**64 - 1, -(2**63), 1.0, 1, True, None, "", "é 中 😀", float("inf"), -0.0],
    {"$type": "not one of ours", "$$": {}},
    [[[]], {}, {"": {"": None}}],
]
"""One of everything that LangGraph's serializer has a rule for, arrays aside (they have no `==`)."""


def same(one: Plain, other: Plain) -> bool:
    """Equal, and of the same types throughout: True is not 1, and 1 is not 1.0. NaN is the same as NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one), list(other)) and same(list(one.values()), list(other.values()))
    if isinstance(one, Typed):
        return (one.module, one.name, one.constructor, one.method) == (
            other.module,
            other.name,
            other.constructor,
            other.method,
        ) and same(one.value, other.value)
    return one == other or one != one


names = st.text(max_size=8) | st.sampled_from(["a.b", "$type", "", "builtins", "set", "datetime"])
scalars = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=20) | st.binary()
)
_hashable = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False)
keys = st.recursive(_hashable | st.text() | st.binary(), lambda inner: st.lists(inner, max_size=3).map(tuple))
fields = st.text(max_size=6) | st.sampled_from(["$type", "$value", "$$map", "$", "type", "content"])
_tagged_constructors = st.sampled_from([name for name in CONSTRUCTORS if name not in ("numpy", "delta")])
_KNOWN = [
    ("datetime", "datetime", "method", "fromisoformat"),
    ("builtins", "set", "value", None),
    ("langchain_core.messages.human", "HumanMessage", "pydantic2", "model_validate_json"),
]


def _typed(values: st.SearchStrategy[Plain]) -> st.SearchStrategy[Plain]:
    anything = st.builds(Typed, names, names, values, _tagged_constructors, st.none() | names)
    known = st.builds(lambda tag, value: Typed(tag[0], tag[1], value, tag[2], tag[3]), st.sampled_from(_KNOWN), values)
    delta = st.builds(
        Typed, st.just("langgraph.checkpoint.serde.types"), st.just("_DeltaSnapshot"), values, st.just("delta")
    )
    return anything | known | delta


plain_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(fields, inner, max_size=4)
        | st.dictionaries(keys, inner, max_size=3)
        | _typed(inner)
    ),
    max_leaves=12,
)
"""Any plain data that LangGraph can store, `Opaque` excepted."""
