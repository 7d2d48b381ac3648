"""Programs: what is done to one thread, as data, run on any kind of store.

    program = Program("S>a a>b", (Operation("input", values={"n": 0}), Operation("resume", at=2)))
    run(program, Local(graph, config))

What LangGraph refuses (an ambiguous update, an answer that nobody asked for) is left out, on every store alike.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from langgraph.types import Command

try:
    from langgraph.types import StateUpdate
except ImportError:  # before langgraph 0.4
    StateUpdate = None  # type: ignore[assignment, misc]

Kind = Literal["input", "resume", "answer", "answer_all", "answer_one", "command", "update", "bulk", "copy", "clear"]

_LIMIT = 12


@dataclass(frozen=True)
class Operation:
    """One thing that is done, at the head of the thread, or at the checkpoint `at` (counted from the newest, modulo).

    `inside` picks a subgraph's namespace to do it in (modulo their number). `before` and `after` are static interrupts.
    `how`: plainly, or in a "loop" of events, "twice" at once, or in a "process" of its own (see player.py).
    """

    kind: Kind
    at: int | None = None
    inside: int | None = None
    values: dict[str, Any] | None = None
    as_node: str | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    durability: str = "sync"
    how: str = ""


@dataclass(frozen=True)
class Program:
    """Operations on one thread of a graph of this shape (see project/graphs.py)."""

    shape: str
    operations: tuple[Operation, ...]

    def as_data(self) -> dict[str, Any]:
        """As what JSON can hold; `from_data` is the inverse."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Program":
        lists = ("before", "after")
        made = [Operation(**{**o, **{name: tuple(o[name]) for name in lists}}) for o in data["operations"]]
        return cls(data["shape"], tuple(made))


class Driver(Protocol):
    """One thread of a graph, local or on a server."""

    def invoke(self, given: Any, config: dict[str, Any], **options: Any) -> Any: ...

    def update(self, config: dict[str, Any], values: Any, as_node: str | None) -> Any: ...

    def bulk(self, config: dict[str, Any], supersteps: Sequence[Sequence[StateUpdate]]) -> Any: ...

    def places(self, inside: int | None) -> list[dict[str, Any]]:
        """The configs of the checkpoints, newest first, of the root or of a subgraph's namespace."""
        ...

    def questions(self) -> list[str]:
        """The ids of the interrupts that wait at the head."""
        ...


def run(program: Program, driver: Driver) -> int:
    """Do it all; gives the number of operations that ended in no error."""
    return sum(_did(operation, driver) for operation in program.operations)


def _did(operation: Operation, driver: Driver) -> bool:
    try:
        do(operation, driver)
    except Exception:
        return False
    return True


def do(operation: Operation, driver: Driver) -> None:
    config = place_of(operation, driver)
    if operation.kind in ("update", "bulk", "copy", "clear"):
        _change(operation, driver, config)
        return
    driver.invoke(given_by(operation, driver), config, **options_of(operation))


def options_of(operation: Operation) -> dict[str, Any]:
    """What the run of an operation is called with."""
    return {
        "interrupt_before": list(operation.before) or None,
        "interrupt_after": list(operation.after) or None,
        "durability": operation.durability,
    }


def _change(operation: Operation, driver: Driver, config: dict[str, Any]) -> None:
    if operation.kind == "copy":
        driver.update(config, None, "__copy__")
    elif operation.kind == "clear":
        driver.update(config, None, "__end__")
    elif operation.kind == "bulk":
        one = StateUpdate(operation.values, operation.as_node)
        driver.bulk(config, [[one, StateUpdate({"log": ["bulk"]}, "a")], [one]])
    else:
        driver.update(config, operation.values, operation.as_node)


def place_of(operation: Operation, driver: Driver) -> dict[str, Any]:
    if operation.at is None and operation.inside is None:
        return {}
    places = driver.places(operation.inside)
    return places[(operation.at or 0) % len(places)] if places else {}


def given_by(operation: Operation, driver: Driver) -> Any:
    if operation.kind == "resume":
        return None
    if operation.kind == "command":
        return Command(update=operation.values, goto=operation.as_node or ())
    if operation.kind == "answer":
        return Command(resume={"answer": "好"})
    if operation.kind in ("answer_all", "answer_one"):
        asked = driver.questions()
        some = asked if operation.kind == "answer_all" else asked[:1]
        return Command(resume={one: f"to {number}" for number, one in enumerate(some)})
    return operation.values


def config_of(thread: str) -> dict[str, Any]:
    """What every run of the thread is configured with: few steps, since plans may jump in circles."""
    return {"configurable": {"thread_id": thread}, "recursion_limit": _LIMIT}
