"""What a hostile LangGraph server may do with the shapes of its answers, and with answers that never end."""

import copy
import itertools
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

from tests.support.hostile.servers.scripted import (
    ABOVE,
    EVENTS,
    ONE,
    RESET,
    THREAD,
    Answer,
    Behaviour,
    Request,
    event,
    events,
    ok,
    state,
    stream_head,
    truth,
)
from tests.support.hostile.servers.wire import MIB, on_and_on, sends

ODD: tuple[Any, ...] = (
    *(
        None,
        0,
        -1,
        10**25,
        1.5,
        True,
        "",
        "x",
        [],
        {},
        [None],
        [[]],
        [{}],
        {"a": 1},
        {"": None},
        "9999-12-31T23:59:59Z",
    ),
    *(
        "../../../etc/passwd",
        "a\0b",
        "\u202e<b>\x1b[31m",
        "y" * 20_000,
        ["z"] * 3_000,
        {f"k{n}": n for n in range(3_000)},
    ),
)


def deep(levels: int) -> Any:
    """Lists in lists."""
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


def odd_versions(whole: Any) -> Iterator[tuple[str, Any]]:
    """The same answer with something else at each of its places, or nothing there."""
    for place in _places(whole):
        for odd in (*ODD, deep(500)):
            yield (
                f"{place} is {str(odd)[:30]!r}",
                _changed(whole, place, lambda part, key, odd=odd: part.__setitem__(key, odd)),
            )
        if place:
            yield f"{place} is missing", _changed(whole, place, lambda part, key: part.__delitem__(key))


def odd_version(rng: Random, whole: Any, odd: Sequence[Any]) -> Any:
    """The same answer with one of `odd` at one of its places."""
    chosen = copy.deepcopy(rng.choice(odd))
    return _changed(whole, rng.choice(list(_places(whole))), lambda part, key: part.__setitem__(key, chosen))


def shapes(name: str, request: Request) -> Iterator[tuple[str, Behaviour]]:
    """An endpoint's answers in every odd shape. `request` is one that asks for it."""
    for what, told in odd_versions(truth(request)):
        yield f"{name}: {what}", sends(ok(json.dumps(told).encode()))


def odd_streams() -> Iterator[tuple[str, Behaviour]]:
    """Streams in which one event has an odd shape."""
    for number, (kind, data) in enumerate(EVENTS):
        for what, told in odd_versions(data):
            changed = [*EVENTS[:number], (kind, told), *EVENTS[number + 1 :], ("end", None)]
            yield f"event {kind}: {what}", sends(events(*changed))


def endless_streams() -> Iterator[tuple[str, Behaviour]]:
    """Streams that go on and on: a person has to hang up."""
    yield (
        "events without end",
        lambda _: _numbered(
            lambda n: event("tasks", json.dumps({"id": f"t{n}", "name": "a", "triggers": []}).encode())
        ),
    )
    yield (
        "checkpoints without end",
        lambda _: _numbered(
            lambda n: event(
                "checkpoints", json.dumps({"config": {"configurable": {"checkpoint_id": f"c{n}"}}}).encode()
            )
        ),
    )
    yield "an event now and then", on_and_on(stream_head(), event("custom", b'"a"'), 0.05)
    yield "a byte now and then", on_and_on(stream_head() + b"data: ", b"x", 0.05)
    yield "comments without end", on_and_on(stream_head(), b": alive\n\n" * 1_000)
    yield "silence", sends(stream_head(), 60.0)
    again = b"location: /threads/%s/runs/%s/stream" % (THREAD.encode(), ONE.encode())
    yield (
        "a stream that is taken up again for ever",
        sends(stream_head(again) + b"id: 1\n" + event("custom", b'"a"'), RESET),
    )


def large_streams() -> Iterator[tuple[str, Behaviour]]:
    """Streams with an event that is too large, which ends them."""
    yield "a line without end", on_and_on(stream_head() + b"data: ", MIB)
    yield "an event without end", on_and_on(stream_head(), b"data: x\n" * 10_000)
    yield "a name without end", on_and_on(stream_head() + b"event: ", MIB)
    yield "values without end in an event", on_and_on(stream_head() + b"data: [", b"{}," * 20_000)


def endless_pages(name: str) -> Iterator[tuple[str, Behaviour]]:
    """Lists that never come to an end: `name` is "search", "history" or "assistants"."""
    row = {"search": "thread_id", "assistants": "assistant_id", "history": ""}[name]

    def rows(ids: Callable[[int], str], count: int) -> list[Any]:
        if name == "history":
            return [state(ids(n), ids(n + 1)) for n in range(count)]
        return [{**truth(_ask(name))[0], row: ids(n), "metadata": {}} for n in range(count)]

    def fresh(request: Request) -> Answer:
        return iter([ok(json.dumps(rows(lambda _: str(uuid.uuid4()), _limit(request))).encode())])

    def same(request: Request) -> Answer:
        return iter([ok(json.dumps(rows(lambda n: str(uuid.UUID(int=n)), _limit(request))).encode())])

    def cycle(request: Request) -> Answer:
        return iter([ok(json.dumps(rows(lambda n: (ONE, ABOVE)[n % 2], _limit(request))).encode())])

    def alike(request: Request) -> Answer:
        return iter([ok(json.dumps(rows(lambda _: ONE, _limit(request))).encode())])

    def more(request: Request) -> Answer:
        return iter([ok(json.dumps(rows(lambda _: str(uuid.uuid4()), 3 * _limit(request))).encode())])

    yield "new ones on every page", fresh
    yield "the same page again and again", same
    yield "two that are each other's parent", cycle
    yield "one again and again", alike
    yield "more than was asked for", more


def _ask(name: str) -> Request:
    """A request to an endpoint."""
    paths = {"search": "/threads/search", "assistants": "/assistants/search", "history": f"/threads/{THREAD}/history"}
    return Request("POST", paths[name], {}, b"{}")


def _limit(request: Request) -> int:
    return int(json.loads(request.body or b"{}").get("limit", 10))


def _numbered(one: Callable[[int], bytes]) -> Answer:
    yield stream_head()
    for number in itertools.count():
        yield b"".join(one(each) for each in range(number * 100, number * 100 + 100))


def _places(part: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield above
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, each in inside:
        yield from _places(each, (*above, key))


def _changed(whole: Any, place: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    box = {"": copy.deepcopy(whole)}
    part: Any = box
    path = ("", *place)
    for key in path[:-1]:
        part = part[key]
    change(part, path[-1])
    return box[""]
