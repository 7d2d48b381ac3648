"""What damaged rows hold: values for any column, for any part of a state, and for any key of metadata."""

from typing import Any

from tests.support.hostile.stores.stores import Sql, version
from tests.support.hostile.values.packing import Packed, Pairs, array, called, extension, nested, snapshot

CELLS: tuple[Any, ...] = (
    *(None, 0, 5, -1, 2**63 - 1, -(2**63), 1.5, -0.0, float("inf"), float("-inf"), 1e300),
    *(b"", b"\x00\xff", b"\x80", b"\xc1", b"\xff" * 5, bytes(200), b"\x91" * 6_000, b"\xed\xa0\x80"),
    *(
        "",
        " ",
        "x",
        "\0",
        "a\0b",
        "a\x1fb",
        "\x1f",
        "\u202eé\u0301",
        "{}",
        "null",
        "[" * 6_000,
        "9" * 6_000,
        "a:b|c:d|:",
    ),
    *(Sql("CAST(x'ff' AS TEXT)"), Sql("CAST(x'eda080' AS TEXT)"), Sql("CAST(x'61ff62' AS TEXT)"), "n" * 1_000_000),
    *("__error__", "__interrupt__", "__resume__", "__pregel_tasks", "__start__", "branch:to:node", "join:a+b:node"),
    *(
        "json",
        "msgpack",
        "pickle",
        "null",
        "bytes",
        "bytearray",
        "msgpack+aes",
        "~__pregel_push, ², False",
        "~__interrupt__, ",
    ),
)
"""What is put into any column."""

VALUES: tuple[Any, ...] = (
    *(
        None,
        0,
        -1,
        2**63,
        2**64 - 1,
        1.5,
        float("nan"),
        float("inf"),
        "",
        "x",
        "\ud800",
        "9" * 6_000,
        b"",
        b"\xff",
        [],
        {},
    ),
    *([None, 5, ["x"], "log"], {"log": 1}, {5: 1, None: 2, b"b": 3, 1.5: 4, True: 5, "": 6}, ["__pregel_tasks"]),
    *(called("langgraph.types", "Send", ["node", 1], code=1), called("os", "system", "true"), called(5, None, [])),
    *(
        called("langgraph.types", "Send", [None, 1], code=1),
        called("langgraph.types", "Interrupt", {"value": 1}, code=2),
    ),
    *(extension(42, b"x"), extension(-1, b""), extension(0, b"\xc1"), snapshot([1]), snapshot(nested(200))),
    *(array("<f8", [2**40, 2**40], "C", b"12345678"), array("<f8", [-1], "C", b""), array(5, "x", None, 7)),
    *(nested(99), nested(600), nested(20_000), nested(600, 1, b"\x81\xa1a"), nested(2_000, 1, b"\xc7\x03\x00")),
    *(
        Pairs([("x", 1), ("x", 2)]),
        Pairs([([1], 1), ({}, 2), (float("nan"), 3), (float("nan"), 4)]),
        Packed(b"\xdd\xff\xff\xff\xff"),
    ),
    *(Packed(b"\xc1"), Packed(b"\xa5ab"), Packed(b"\xa2\xff\xfe"), version(2), "0003", [1, 2], {"a": {"b": {"c": 1}}}),
)
"""What is put into any part of a state, of the value of a write, or of a version."""

TOLD: tuple[Any, ...] = (
    *(10**30, -(10**30), 10**400, 1e308, float("nan"), float("inf"), None, True, "x", "\ud800", "9" * 6_000),
    *(
        [],
        [1],
        {},
        {"a": 1},
        {"": ["x"]},
        {"": 5},
        {"\ud800": "\udfff"},
        {"lc": 1, "type": "constructor", "id": ["os", "x"]},
    ),
)
"""What is put under any key of a checkpoint's metadata."""
KEYS = (
    "source",
    "step",
    "parents",
    "run_id",
    "graph_id",
    "timetravel_from",
    "counters_since_delta_snapshot",
    "thread_id",
    "\0",
)
RAW_METADATA = (
    b"",
    b"5",
    b"[1]",
    b'"x"',
    b"null",
    b"{",
    b"{\x00}",
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b"NaN",
    b'{"step": 1e400}',
    b'{"a":' + b"[" * 6_000,
    b'{"source":"loop"' + b',"a":1' * 20_000 + b"}",
    '{"step":0}'.encode("utf-16"),
    None,
    5,
    "text",
)
TIMES = (
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    "x",
    "",
    5,
    None,
    "2026-W01-1",
    "10000-01-01T00:00:00Z",
    [1],
)
IDS = (
    "ffffffff-ffff-6fff-bfff-ffffffffffff",
    "00000000-0000-6000-8000-000000000000",
    "٠0000000-0000-6000-8000-000000000000",
    "+0000000-0000-6000-8000-0000000000000",
    "________-____-6___-____-____________",
    "x" * 1_000_000,
    " ",
    "../../etc/passwd",
)
