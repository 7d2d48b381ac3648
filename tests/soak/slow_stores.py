"""Stores that are made to be slow on a screen: by what is shown of them, or chosen from, rather than by one value.

Each function takes a number that the cost grows with, and gives rows whose thread "t" is to be looked at.
"""

from collections.abc import Callable

from tests.support.hostile.stores.stores import Checkpoint, Rows, State, Write, id_at, version
from tests.support.hostile.values.packing import Packed, pack

PLUMBING = {"source": "loop", "step": 0, "parents": {}}
MEGABYTE = "m" * 1_000_000


def _message(text: str, at: int) -> dict[str, object]:
    return {"role": "user", "content": text, "id": f"message {at}"}


def _two(old: object, new: object) -> Rows:
    made = Rows()
    made.chain("t", [{"x": old}, {"x": new}])
    return made


def _one(state: State) -> Rows:
    made = Rows()
    first, _ = made.chain("t", [{"x": 0}, {"x": 1}])
    made.add(Checkpoint("t", id_at(5, 1), first, state=state))
    return made


def _on(number: int, row: Callable[[int, str], Checkpoint | Write]) -> Rows:
    """So many rows more, made from a number and the id of the checkpoint that is looked at: it is the latest."""
    made = Rows()
    ids = made.chain("t", [{"x": 0}, {"x": 1}])
    made.add(*(row(at, ids[-1]) for at in range(number)))
    return made


def texts_that_differ(number: int) -> Rows:
    text = "The quick brown fox. " * (number // 20)
    return _two(text, text[: number // 2] + "jumps" + text[number // 2 :])


def lists_that_differ(number: int) -> Rows:
    return _two([f"item {at}" for at in range(number)], [f"item {at * 7 % number + at % 3}" for at in range(number)])


def large_messages(number: int) -> Rows:
    texts = [_message("Long. " * 17_000, at) for at in range(number)]
    return _two(texts[:-1], texts)


def small_messages(number: int) -> Rows:
    texts = [_message(f"Hello {at}", at) for at in range(number)]
    return _two(texts[:-1], texts)


def a_table_of_records(number: int) -> Rows:
    rows = [{f"column {c}": at * c for c in range(10)} for at in range(number)]
    return _two(rows, [*rows[:10], *rows[11:]])


def deep_values(number: int) -> Rows:
    return _two(Packed(b"\x91" * number + b"\xc0"), Packed(b"\x81\xa1k" * number + b"\xc0"))


def long_channel_names(number: int) -> Rows:
    return _one(State({f"{at} {'c' * 2_000}": at for at in range(number)}))


def long_namespaces(number: int) -> Rows:
    more = {**PLUMBING, "parents": {}}
    return _on(number, lambda at, head: Checkpoint("t", id_at(9), None, f"n:{at}{'s' * 2_000}", metadata=more))


def nodes_that_saw_channels(number: int) -> Rows:
    versions = {f"c{at}": version(2) for at in range(number)}
    seen = {f"node {at}": {f"c{at % number}": version(2)} for at in range(2 * number)}
    return _one(State({"x": 1}, versions=versions, seen=seen))


def nodes_that_are_due(number: int) -> Rows:
    names = [f"n{at}{'o' * 100}" for at in range(number)]
    versions = {f"branch:to:{name}": version(2) for name in names}
    values = {f"branch:to:{name}": None for name in names}
    return _one(State(values, versions=versions, seen={name: {} for name in names}, updated=list(versions)))


def tasks(number: int) -> Rows:
    return _on(number, lambda at, head: Write("t", head, f"task-{at}", 0, "x", at, path=f"~__pregel_pull, n{at}"))


def tasks_that_failed(number: int) -> Rows:
    return _on(
        number,
        lambda at, head: Write("t", head, f"task-{at}", -1, "__error__", "E" * 500, path=f"~__pregel_pull, n{at}"),
    )


def large_writes(number: int) -> Rows:
    return _on(number, lambda at, head: Write("t", head, "task", at, "x", MEGABYTE))


def large_errors(number: int) -> Rows:
    return _on(
        number,
        lambda at, head: Write("t", head, f"task-{at}", -1, "__error__", MEGABYTE, path=f"~__pregel_pull, n{at}"),
    )


def open_questions(number: int) -> Rows:
    return _on(
        number,
        lambda at, head: Write(
            "t",
            head,
            f"task-{at}",
            -3,
            "__interrupt__",
            [{"value": "Go on? " * 20, "id": f"{at:032}"}],
            path=f"~__pregel_pull, n{at}",
        ),
    )


def large_checkpoints(number: int) -> Rows:
    made = Rows()
    state = State({"x": MEGABYTE}, versions={"x": version(1)})
    parent = None
    for at in range(number):
        one = id_at(at, at)
        made.add(Checkpoint("t", one, parent, state=state, metadata={**PLUMBING, "step": at}))
        parent = one
    return made


def heavy_checkpoints(number: int) -> Rows:
    made = Rows()
    made.chain("t", [State({"x": ["é" * 50] * 100_000 + [at]}, versions={"x": version(at)}) for at in range(number)])
    return made


def large_metadata(number: int) -> Rows:
    made = Rows()
    about = {**PLUMBING, "writes": {f"k{at}": at for at in range(50_000)}}
    for at in range(number):
        made.add(Checkpoint("t", id_at(at, at), id_at(at - 1, at - 1) if at else None, metadata=about))
    return made


def long_thread_ids(number: int) -> Rows:
    made = Rows()
    for at in range(number):
        made.chain(f"{at} {'t' * 5_000}", [{"x": 0}], start=at)
    made.chain("t", [{"x": 0}], start=number + 5)
    return made


def threads_of_large_checkpoints(number: int) -> Rows:
    made = Rows()
    for at in range(number):
        made.chain(f"t{at}", [State({"x": MEGABYTE}, versions={"x": version(1)})], start=at)
    made.chain("t", [{"x": 0}], start=number + 5)
    return made


def branches_of_one(number: int) -> Rows:
    return _on(number, lambda at, head: Checkpoint("t", id_at(9 + at, 1), id_at(0, -1)))


def namespaces_of_nodes(number: int) -> Rows:
    """Subgraphs' runs below the checkpoint that is looked at, each with two checkpoints."""
    made = Rows()
    ids = made.chain("t", [{"x": 0}, {"x": 1}])
    for at in range(number):
        where, about = f"n{at % 50}:{at:08}-0000", {**PLUMBING, "parents": {"": ids[-1]}}
        made.chain("t", [{"y": 0}, {"y": 1}], where, start=9 + at, **about)
    return made


def one_huge_text(number: int) -> Rows:
    return _two("short", "A" * number)


def many_keys(number: int) -> Rows:
    return _two({"k": 1}, {f"k{at}": at for at in range(number)})


def small_extensions(number: int) -> Rows:
    return _two(0, Packed(b"\xdd" + number.to_bytes(4, "big") + b"\xd4\x07\xc0" * number))


def copies_of_one_value(number: int) -> Rows:
    """The same large value in two checkpoints, in a write, an error and a question."""
    value = Packed(pack({f"k{at}": at for at in range(number)}))
    made = Rows()
    _, head = made.chain("t", [{"x": 0}, {"x": value, "y": 1}])
    made.add(
        Write("t", head, "a", 0, "x", value),
        Write("t", head, "b", -1, "__error__", value),
        Write("t", head, "c", -3, "__interrupt__", [{"value": value, "id": "i"}]),
    )
    return made


KINDS: dict[str, tuple[Callable[[int], Rows], int, int]] = {
    "a text of so many letters": (one_huge_text, 200_000_000, 20_000),
    "two texts that differ a little": (texts_that_differ, 100_000_000, 20_000),
    "two lists that differ everywhere": (lists_that_differ, 200_000, 200),
    "keys of a dict": (many_keys, 1_000_000, 2_000),
    "keys of a dict that is everywhere": (copies_of_one_value, 1_000_000, 2_000),
    "small extensions": (small_extensions, 2_000_000, 2_000),
    "messages of 100 KB": (large_messages, 1_000, 5),
    "small messages": (small_messages, 100_000, 100),
    "records": (a_table_of_records, 100_000, 100),
    "levels": (deep_values, 1_000_000, 1_000),
    "channels with long names": (long_channel_names, 10_000, 20),
    "namespaces with long names": (long_namespaces, 20_000, 20),
    "namespaces of nodes": (namespaces_of_nodes, 20_000, 20),
    "channels that twice as many nodes saw": (nodes_that_saw_channels, 10_000, 100),
    "nodes that are due": (nodes_that_are_due, 10_000, 50),
    "tasks": (tasks, 200_000, 50),
    "tasks that failed": (tasks_that_failed, 10_000, 50),
    "writes of a megabyte": (large_writes, 200, 2),
    "errors of a megabyte": (large_errors, 200, 2),
    "open questions": (open_questions, 10_000, 20),
    "checkpoints of a megabyte": (large_checkpoints, 400, 3),
    "checkpoints that are heavy": (heavy_checkpoints, 20, 2),
    "checkpoints with large metadata": (large_metadata, 400, 3),
    "threads with long ids": (long_thread_ids, 1_500, 10),
    "threads of a megabyte": (threads_of_large_checkpoints, 400, 3),
    "branches of one checkpoint": (branches_of_one, 10_000, 50),
}
"""By what they hold much of: how they are made, the number at length, and the number in short."""
