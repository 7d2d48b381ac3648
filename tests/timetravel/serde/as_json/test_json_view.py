import json

import pytest
from hypothesis import given

from tests.timetravel.serde.plain_values import plain_values
from ui.timetravel.model.values import Opaque, Typed
from ui.timetravel.serde.editable_json import display


@given(plain_values)
def test_anything_can_be_shown_by_any_browser(value):
    json.dumps(display(value), allow_nan=False, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        (b"hello", "5 bytes: 68656c6c6f"),
        (bytes(20), "20 bytes: " + "00" * 16 + "…"),
        ("x" * 5000, "x" * 5000),
        ("half \ud800", "half ⟨U+D800⟩"),
        (2**53 + 1, "9007199254740993"),
        (True, True),
        (float("nan"), "nan"),
        (Opaque("pickle", 3, "it is pickled"), "[pickle, 3 bytes: it is pickled]"),
        (Typed("uuid", "UUID", "00ff"), "UUID(00ff)"),
        (Typed("datetime", "date", [2024, 2, 29], "args"), "date(2024, 2, 29)"),
        (Typed("builtins", "set", [1, 2]), {"$type": "builtins.set", "$value": [1, 2]}),
        (Typed("a.b", "C", {"x": b""}, "kwargs"), {"$type": "a.b.C", "x": "0 bytes: "}),
        (Typed("", "undefined", None, "langchain"), "undefined"),
        ({(1, "a"): 1, None: 2}, {"1, a": 1, "None": 2}),
        ({1: "a", "1": "b"}, {"1 (int)": "a", "1": "b"}),
        ({"None": "a", None: "b"}, {"None": "a", "None (NoneType)": "b"}),
        ({(1, 2): "a", ((1, 2),): "b"}, {"1, 2": "a", "1, 2'": "b"}),
        ({"half " + chr(0xD800): 1, "half " + chr(0xD801): 2}, {"half ⟨U+D800⟩": 1, "half ⟨U+D801⟩": 2}),
        (Typed("a", "B", {"$type": 1}, "kwargs"), {"$type": "a.B", "$value": {"$type": 1}}),
    ],
)
def test_what_is_shown(plain, shown):
    assert display(plain) == shown


def test_a_text_of_megabytes_is_cut():
    shown = display("x" * 5_000_000)
    assert len(shown) < 101_000
    assert shown.endswith("x … 4,900,000 more characters")
