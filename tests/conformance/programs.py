"""Programs: what is done to one thread, as data, generated at random and run on any kind of store.

    program = Program("S>a a>b", (Operation("input", values={"n": 0}), Operation("resume", at=2)))
    run(program, Local(graph, config))

What LangGraph refuses (an ambiguous update, an answer that nobody asked for) is left out, on every store alike.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from hypothesis import strategies as st
from langgraph.types import Command, StateUpdate

from tests.conformance.project.graphs import INNER, NAMES, ODD, build, nodes_of

Kind = Literal["input", "resume", "answer", "answer_all", "answer_one", "command", "update", "bulk", "copy", "clear"]

_LIMIT = 12


@dataclass(frozen=True)
class Operation:
    """One thing that is done, at the head of the thread, or at the checkpoint `at` (counted from the newest, modulo).

    `inside` picks a subgraph's namespace to do it in (modulo their number). `before` and `after` are static interrupts.
    """

    kind: Kind
    at: int | None = None
    inside: int | None = None
    values: dict[str, Any] | None = None
    as_node: str | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    durability: str = "sync"


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
        _do(operation, driver)
    except Exception:
        return False
    return True


def _do(operation: Operation, driver: Driver) -> None:
    config = _place(operation, driver)
    if operation.kind in ("update", "bulk", "copy", "clear"):
        _change(operation, driver, config)
        return
    driver.invoke(
        _given(operation, driver),
        config,
        interrupt_before=list(operation.before) or None,
        interrupt_after=list(operation.after) or None,
        durability=operation.durability,
    )


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


def _place(operation: Operation, driver: Driver) -> dict[str, Any]:
    if operation.at is None and operation.inside is None:
        return {}
    places = driver.places(operation.inside)
    return places[(operation.at or 0) % len(places)] if places else {}


def _given(operation: Operation, driver: Driver) -> Any:
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


# --- generated ---

_texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**31), 2**31)
    | _texts
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=6,
)
_logs = st.lists(_texts, max_size=2) | st.just({"__overwrite__": ["fresh"]})
_durability = st.sampled_from(["sync", "sync", "sync", "async", "exit"])
_where: dict[str, Any] = {
    "at": st.none() | st.none() | st.integers(0, 12),
    "inside": st.sampled_from([None, None, None, 0, 1, 2]),
}
_asks = st.sampled_from(["ask:继续", "ask:", "ask_twice:a"])
_fails = st.sampled_from(["fail", "once", "fail_at:1"])
_writes = st.sampled_from(["note", "quiet", "empty", "over"])
_odd = st.sampled_from(sorted(ODD)).map("odd:{}".format)


class _Generated:
    """Operations on a graph with these nodes."""

    def __init__(self, nodes: list[str]) -> None:
        self.node = st.sampled_from(nodes or ["a"])
        jumps = st.builds("{}:{}".format, st.sampled_from(["goto", "send", "leave"]), self.node)
        verbs = st.one_of(_asks, _asks, _fails, _writes, _odd, jumps)
        planned = st.one_of(self.node, st.sampled_from([*nodes, *INNER]))
        self.plans = st.dictionaries(planned, verbs, max_size=4)
        self.changes = st.fixed_dictionaries(
            {},
            optional={
                "plan": self.plans,
                "n": st.integers(-2, 2),
                "work": st.integers(0, 3),
                "box": _json,
                "log": _logs,
            },
        )
        stop = st.just(()) | st.tuples(self.node)
        self.options: dict[str, Any] = {"before": stop, "after": stop, "durability": _durability}

    def begin(self) -> st.SearchStrategy[Operation]:
        required = {"plan": self.plans, "work": st.sampled_from([0, 1, 2, 2, 3])}
        values = st.fixed_dictionaries(required, optional={"box": _json})
        return st.builds(Operation, st.just("input"), values=values, **self.options)

    def runs(self) -> st.SearchStrategy[Operation]:
        kinds = ["resume", "resume", "answer", "answer", "answer_all", "answer_one", "input", "command"]
        more = {"values": self.changes, "as_node": st.none() | self.node, **_where, **self.options}
        return st.builds(Operation, st.sampled_from(kinds), **more)

    def edits(self) -> st.SearchStrategy[Operation]:
        more = {"values": self.changes, **_where}
        elsewhere = st.sampled_from(["__start__", "__input__", *INNER])
        return st.one_of(
            st.builds(Operation, st.just("update"), as_node=st.none() | self.node, **more),
            st.builds(Operation, st.just("update"), as_node=elsewhere, **more),
            st.builds(Operation, st.just("bulk"), as_node=self.node, **more),
            st.builds(Operation, st.sampled_from(["copy", "clear"]), **_where),
        )

    def operations(self) -> st.SearchStrategy[tuple[Operation, ...]]:
        """Most begin with an input, some of them with one that makes a node ask, and an answer."""
        any_of_all = st.one_of(self.runs(), self.runs(), self.edits(), self.begin())
        listed = st.lists(any_of_all, min_size=1, max_size=6).map(tuple)
        begun = st.builds(lambda first, more: (first, *more), self.begin(), listed)
        asked = st.builds(lambda plan, answer, more: (_asking(plan), answer, *more), _asks, self.answer(), listed)
        return st.one_of(begun, begun, begun, asked, listed)

    def answer(self) -> st.SearchStrategy[Operation]:
        return st.builds(Operation, st.sampled_from(["answer", "answer_all", "answer_one"]), **self.options)


def _asking(verb: str) -> Operation:
    return Operation("input", values={"plan": {"a": verb, "x": verb}, "work": 2})


def _edges(nodes: list[str]) -> st.SearchStrategy[str]:
    one = st.sampled_from(nodes)
    return st.one_of(
        st.builds("{}>{}".format, one, one),
        st.builds("{}>{}".format, one, st.sampled_from(["inner", "late", "shaky", "calls", "memory"])),
        st.builds("{}>{}".format, st.sampled_from(["inner", "late", "shaky", "memory"]), one),
        st.builds("{}>{}".format, st.lists(one, min_size=2, max_size=3, unique=True).map("+".join), one),
        st.builds("{}?{}".format, one, one),
        st.sampled_from(nodes).map("{}*work".format),
        one.map("work>{}".format),
    )


_WIRED = ["a", "b", "c", "d", "步骤"]
_wired = st.builds(
    lambda kind, first, edges: " ".join(dict.fromkeys([*kind, *(f"S>{name}" for name in first), *edges, "late~"])),
    st.sampled_from([(), (), ("delta",)]),
    st.lists(st.sampled_from(_WIRED), min_size=1, max_size=2, unique=True),
    st.lists(_edges(_WIRED), min_size=2, max_size=7),
)


def _compiles(shape: str) -> bool:
    try:
        build(shape).compile()
    except ValueError:
        return False
    return True


named_shapes = st.sampled_from(NAMES)
"""What a server has."""

shapes = st.one_of(named_shapes, _wired.filter(_compiles))
"""Those, and graphs wired at random."""


def programs(of: st.SearchStrategy[str] = shapes) -> st.SearchStrategy[Program]:
    """Programs on graphs of these shapes."""
    return of.flatmap(lambda shape: st.builds(Program, st.just(shape), _Generated(nodes_of(shape)).operations()))
