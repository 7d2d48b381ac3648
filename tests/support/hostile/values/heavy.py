"""Stores that ask for much time or memory, by kind and size: a quadratic reader shows at n, 2n and 4n.

make("many channels", 20_000)       Rows with one checkpoint, or more, whose cost grows with the number
VALUES["many small extensions"](n)  the msgpack of one value
"""

import json
import struct
from collections.abc import Callable

from tests.support.hostile.stores.stores import Checkpoint, Rows, State, Write, id_at, version
from tests.support.hostile.values.packing import Packed, pack

ALIKE = b"\xc4\x14" + b"A" * 16
NAN = b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00"


def listed(number: int, item: bytes) -> bytes:
    """A list of so many equal items."""
    return b"\xdd" + struct.pack(">I", number) + item * number


def mapped(number: int, entry: Callable[[int], bytes]) -> bytes:
    """A map of so many entries, each a key and a value."""
    return b"\xdf" + struct.pack(">I", number) + b"".join(map(entry, range(number)))


def nested(number: int, head: bytes) -> bytes:
    """Something inside itself so many times."""
    return head * number + b"\xc0"


VALUES: dict[str, Callable[[int], bytes]] = {
    "nothings": lambda n: listed(n, b"\xc0"),
    "empty dicts": lambda n: listed(n, b"\x80"),
    "short texts": lambda n: listed(n, b"\xa2ab"),
    "small extensions": lambda n: listed(n, b"\xd4\x07\xc0"),
    "texts as keys": lambda n: mapped(n, lambda k: pack(f"k{k}") + b"\x01"),
    "numbers as keys": lambda n: mapped(n, lambda k: pack(k) + b"\x01"),
    "NaN as keys": lambda n: mapped(n, lambda k: NAN + b"\xc0"),
    "bytes as keys that read alike": lambda n: mapped(
        n, lambda k: b"\xc4\x14" + b"A" * 16 + struct.pack(">I", k) + b"\xc0"
    ),
    "lists as keys that read alike": lambda n: mapped(n, lambda k: b"\x91" + NAN + b"\xc0"),
    "messages": lambda n: listed(n, pack({"role": "user", "content": "Hi", "id": "i"})),
    "calls of a message": lambda n: pack(
        {"role": "ai", "content": "", "tool_calls": Packed(listed(n, pack({"name": "t"})))}
    ),
    "a long text": lambda n: pack("é" * (20 * n)),
    "marks that combine": lambda n: pack("e" + "\u0301" * (10 * n)),
    "lines": lambda n: pack("a\n" * (10 * n)),
    "bytes": lambda n: b"\xc6" + struct.pack(">I", 20 * n) + b"A" * (20 * n),
    "lists in lists": lambda n: nested(n, b"\x91"),
    "dicts in dicts": lambda n: nested(n, b"\x81\xa1k"),
    "a promise of four billion": lambda n: b"\xdd\xff\xff\xff\xff" * n,
}
"""msgpack whose parts grow with the number."""

PLUMBING = {"source": "loop", "step": 0, "parents": {}}


def _state(**parts: object) -> Rows:
    made = Rows()
    first, _ = made.chain("t", [{"x": 0}, {"x": 1}])
    state = State(**{"values": {"x": 1}, **parts})  # type: ignore[arg-type]
    made.add(Checkpoint("t", id_at(5, 1), first, state=state))
    return made


def _more(number: int, row: Callable[[int, str], Checkpoint | Write]) -> Rows:
    made = Rows()
    first, _ = made.chain("t", [{"x": 0}, {"x": 1}])
    made.add(*(row(k, first) for k in range(number)))
    return made


def _about(text: bytes) -> Rows:
    made = _state()
    made.add(Checkpoint("t", id_at(6, 2), id_at(5, 1), metadata=text))
    return made


def _joins(number: int) -> Rows:
    return _state(
        values={f"join:a{k}+b:z{k}": ["a"] for k in range(number)},
        seen={f"z{k}": {f"join:a{k}+b:z{k}": version(0)} for k in range(number)},
    )


STORES: dict[str, Callable[[int], Rows]] = {
    "channels": lambda n: _state(values={f"c{k}": 1 for k in range(n)}),
    "versions": lambda n: _state(
        versions={f"branch:to:n{k}": version(2) for k in range(n)},
        seen={f"n{k}": {f"branch:to:n{k}": version(1)} for k in range(n)},
    ),
    "joins": _joins,
    "nodes in a join": lambda n: _state(values={f"join:{'+'.join(f'n{k}' for k in range(n))}:z": ["n1"]}),
    "writes of a checkpoint": lambda n: _more(
        n, lambda k, at: Write("t", at, f"task-{k % 50}", k, f"c{k}", raw=b"\xc0")
    ),
    "writes of nodes that nothing names": lambda n: _more(
        n, lambda k, at: Write("t", at, f"task-{k}", 0, f"c{k}", raw=b"\xc0", path="")
    ),
    "questions": lambda n: _more(
        n, lambda k, at: Write("t", at, f"task-{k}", -3, "__interrupt__", [{"value": "?", "id": str(k)}])
    ),
    "namespaces": lambda n: _more(
        n, lambda k, at: Checkpoint("t", id_at(9), None, f"n:{k}", metadata={**PLUMBING, "parents": {"": at}})
    ),
    "namespaces in each other": lambda n: _more(
        min(n, 500), lambda k, at: Checkpoint("t", id_at(9), None, "|".join(f"n:{j}" for j in range(k + 1)))
    ),
    "branches": lambda n: _more(n, lambda k, at: Checkpoint("t", id_at(9 + k, 1), at)),
    "roots": lambda n: _more(n, lambda k, at: Checkpoint("t", id_at(9 + k, 1), f"gone-{k}")),
    "checkpoints": lambda n: _more(n, lambda k, at: Checkpoint("t", id_at(9 + k, 1), id_at(8 + k, 1))),
    "threads": lambda n: _more(n, lambda k, at: Checkpoint(f"t{k}", id_at(9 + k, 1))),
    "metadata of each": lambda n: _each(json.dumps(PLUMBING | {"a": [{}] * n}).encode(), State({"x": 1})),
    "versions of each": lambda n: _each(
        b"{}", State({"x": 1}, versions={f"branch:to:n{k}": version(2) for k in range(min(n, 39_000))})
    ),
    "odd versions of each": lambda n: _each(b"{}", State({"x": 1}, versions={"x": Packed(listed(n, b"\x80"))})),
    "updated channels of each": lambda n: _each(b"{}", State({"x": 1}, updated=Packed(listed(n, b"\xa1x")))),
    "sends of each": lambda n: _each(b"{}", State({"__pregel_tasks": Packed(listed(n, b"\x90"))})),
    "writes of each": lambda n: _each(b"{}", State({"x": 1}), n // 20),
    "metadata of many keys": lambda n: _about(json.dumps(PLUMBING | {f"k{k}": k for k in range(n)}).encode()),
    "metadata with a long text": lambda n: _about(json.dumps(PLUMBING | {"a": "A" * (100 * n)}).encode()),
    "metadata with a huge number": lambda n: _about(b'{"step": ' + b"9" * (20 * n) + b"}"),
    "metadata in metadata": lambda n: _about(b'{"a":' * n),
    "parents in a ring": lambda n: _ring(n),
}
"""Rows whose number, or the parts of one of which, grow with the number."""


def _each(metadata: bytes, state: State, writes: int = 0) -> Rows:
    """As many checkpoints as a screen reads at once, each as large as one may be."""
    made = Rows()
    for k in range(300):
        made.add(Checkpoint("t", id_at(k), id_at(k - 1) if k else None, state=state, metadata=metadata))
        made.add(*(Write("t", id_at(k), f"task-{one}", 0, "x", raw=b"\xc0") for one in range(writes)))
    return made


def _ring(number: int) -> Rows:
    counted = {**PLUMBING, "counters_since_delta_snapshot": {"m": [1, 1]}}
    made = Rows()
    for k in range(number):
        state = State({}, versions={"m": version(1)})
        made.add(Checkpoint("t", id_at(k), id_at((k - 1) % number), state=state, metadata=counted))
    return made


def make(kind: str, number: int) -> Rows:
    """The store of this kind, of `STORES` or one with such a value in a channel, a write, an error and a question."""
    if kind in STORES:
        return STORES[kind](number)
    value = Packed(VALUES[kind](number))
    made = Rows()
    first, second = made.chain("t", [{"x": 0}, {"x": value, "y": 1}])
    made.add(
        Write("t", second, "a", 0, "x", value),
        Write("t", second, "b", -1, "__error__", value),
        Write("t", first, "c", -3, "__interrupt__", [{"value": value, "id": "i"}]),
    )
    return made
