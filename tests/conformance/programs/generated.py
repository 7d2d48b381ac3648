"""Programs and shapes of graphs at random, from a source of random numbers alone.

    program = any_program(Random(7), any_shape)

So the same number gives the same program, whatever else is imported (Hypothesis' own strategies also draw constants
that stand in the modules that happen to be loaded), and all choices are equally likely.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any, TypeVar

from tests.conformance.programs.programs import Kind, Operation, Program
from tests.conformance.project.graphs import INNER, NAMES, ODD, build, nodes_of

T = TypeVar("T")
Shapes = Callable[[Random], str]

_ASKS = ("ask:继续", "ask:", "ask_twice:a")
_FAILS = ("fail", "once", "fail_at:1")
_WRITES = ("note", "quiet", "empty", "over")
_ANSWERS: tuple[Kind, ...] = ("answer", "answer_all", "answer_one")
_RUNS: tuple[Kind, ...] = ("resume", "resume", "answer", *_ANSWERS, "input", "command")
_DURABILITY = ("sync", "sync", "sync", "async", "exit")
_LETTERS = "ab Z0'\"\\%:|{}\n\t\x01\x7f\u2028é步骤🙂\uffff\U0010ffff"
_NUMBERS = (0, 1, -1, 2**31, -(2**31), 2**53 + 1, 0.0, -0.0, 1.5, -2.5e-7, 1e308, 5e-324)


def any_program(random: Random, shapes: Shapes) -> Program:
    """A program on a graph of one of these shapes."""
    shape = shapes(random)
    return Program(shape, _Choices(random, nodes_of(shape)).operations())


def storied_program(random: Random, shapes: Shapes) -> Program:
    """A program in which more may happen: processes are killed, tasks cancelled, two runs go on at once."""
    shape = shapes(random)
    return Program(shape, _Stories(random, nodes_of(shape)).operations())


class _Choices:
    """Operations on a graph with these nodes.

    Most programs begin with an input, some with one that makes nodes ask or fail, and with what goes on from there.
    """

    def __init__(self, random: Random, nodes: list[str]) -> None:
        self.random = random
        self.nodes = nodes or ["a"]

    def operations(self) -> tuple[Operation, ...]:
        beginning = self.one((self.begun, self.begun, self.asked, self.asked, self.failed, self.nothing))()
        more = (self.one((self.run, self.run, self.edit, self.begin))() for _ in range(self.random.randint(1, 6)))
        return (*beginning, *more)

    # --- how it begins ---

    def nothing(self) -> list[Operation]:
        return []

    def begun(self) -> list[Operation]:
        return [self.begin()]

    def asked(self) -> list[Operation]:
        return [self.planned(self.one(_ASKS)), Operation(self.one(_ANSWERS), **self.options())]

    def failed(self) -> list[Operation]:
        again: tuple[Kind, ...] = ("resume", "input")
        return [self.planned(self.one(_FAILS)), Operation(self.one(again), values={}, **self.options())]

    def planned(self, verb: str) -> Operation:
        """An input that has this done by the first node, by one of a subgraph and by those side by side, or by some."""
        names = [*self.nodes, *INNER]
        some = self.one((["a", "x", "work"], self.random.sample(names, min(3, len(names)))))
        return Operation("input", values={"plan": dict.fromkeys(some, verb), "work": 2})

    def begin(self) -> Operation:
        values = {"plan": self.plan(), "work": self.one((0, 1, 2, 2, 3)), **self.maybe(box=self.json)}
        return Operation("input", values=values, **self.options())

    # --- how it goes on ---

    def run(self) -> Operation:
        node = self.one((None, self.node()))
        return Operation(self.one(_RUNS), values=self.changes(), as_node=node, **self.where(), **self.options())

    def edit(self) -> Operation:
        kind: Kind = self.one(("update", "update", "bulk", self.one(("copy", "clear"))))
        if kind in ("copy", "clear"):
            return Operation(kind, **self.where())
        other = self.one((None, self.node(), self.one(("__start__", "__input__", *INNER))))
        node = self.node() if kind == "bulk" else other
        return Operation(kind, values=self.changes(), as_node=node, **self.where())

    def where(self) -> dict[str, Any]:
        at = self.one((None, None, self.random.randint(0, 12)))
        return {"at": at, "inside": self.one((None, None, None, 0, 1, 2))}

    def options(self) -> dict[str, Any]:
        stops = ((), (), (self.node(),))
        return {"before": self.one(stops), "after": self.one(stops), "durability": self.one(_DURABILITY)}

    # --- values ---

    def changes(self) -> dict[str, Any]:
        return self.maybe(
            plan=self.plan,
            n=lambda: self.random.randint(-2, 2),
            work=lambda: self.random.randint(0, 3),
            box=self.json,
            log=lambda: self.one(([], [self.text()], [self.text(), self.text()], {"__overwrite__": ["fresh"]})),
        )

    def maybe(self, **makers: Callable[[], Any]) -> dict[str, Any]:
        return {name: make() for name, make in makers.items() if self.one((True, False))}

    def plan(self) -> dict[str, str]:
        names = (self.one((self.node(), self.one((*self.nodes, *INNER)))) for _ in range(self.random.randint(0, 4)))
        return {name: self.verb() for name in names}

    def verb(self) -> str:
        odd = f"odd:{self.one(sorted(ODD))}"
        jump = f"{self.one(('goto', 'send', 'leave'))}:{self.node()}"
        asks = self.one(_ASKS)
        return self.one((asks, asks, self.one(_FAILS), self.one(_WRITES), odd, jump))

    def json(self, depth: int = 2) -> Any:
        make = self.one((self.text, self.number, self.simple, *((self.several, self.named) if depth else ())))
        return make(depth - 1)

    def several(self, depth: int) -> list[Any]:
        return [self.json(depth) for _ in range(self.random.randint(0, 3))]

    def named(self, depth: int) -> dict[str, Any]:
        return {self.text(): self.json(depth) for _ in range(self.random.randint(0, 3))}

    def simple(self, _: int) -> bool | None:
        return self.one((None, True, False))

    def number(self, _: int) -> float:
        return self.one((*_NUMBERS, self.random.randint(-(2**31), 2**31)))

    def text(self, _: int = 0) -> str:
        return "".join(self.one(_LETTERS) for _ in range(self.random.randint(0, 6)))

    def node(self) -> str:
        return self.one(self.nodes)

    def one(self, of: Sequence[T]) -> T:
        return self.random.choice(of)


class _Stories(_Choices):
    """What needs a process of its own to happen, too. Odd values and Commands from outside are the others' subject."""

    def operations(self) -> tuple[Operation, ...]:
        asked = (self.asked, self.asked, self.asked)
        begin = self.one((self.begun, *asked, self.failed, self.killed, self.cancelled, self.contested))
        more = (self.one((self.run, self.run, self.edit, self.begin))() for _ in range(self.random.randint(1, 4)))
        return (*begin(), *more)

    def killed(self) -> list[Operation]:
        planned = replace(self.planned("kill"), how="process")
        return [planned, *([replace(planned, kind="resume")] if self.one((True, False)) else [])]

    def cancelled(self) -> list[Operation]:
        """One of those side by side fails, the others take their time."""
        failing = self.one(self.nodes[1:4] or self.nodes)
        values = {"plan": {**dict.fromkeys([*self.nodes, *INNER], "wait"), "a": "note", failing: "fail"}, "work": 2}
        return [Operation("input", values=values, how="loop"), Operation("resume", **self.options())]

    def contested(self) -> list[Operation]:
        """Those side by side write to one channel that takes one value."""
        return [replace(self.planned("set"), values={"plan": dict.fromkeys(self.nodes, "set"), "work": 2})]

    def run(self) -> Operation:
        kind: Kind = self.one(("resume", "resume", *_ANSWERS, "answer_one", "input"))
        return Operation(kind, values=self.changes(), **self.where(), **self.options())

    def changes(self) -> dict[str, Any]:
        return {**super().changes(), **self.maybe(log=lambda: [self.text()])}

    def options(self) -> dict[str, Any]:
        return {**super().options(), "how": self.one(("", "", "", "loop", "process", "twice"))}

    def verb(self) -> str:
        return self.one((super().verb(), "kill", "wait", "set"))


# --- shapes ---


def named_shape(random: Random) -> str:
    """What a server has."""
    return random.choice((*NAMES, "delta"))


def any_shape(random: Random) -> str:
    """One of those, or a graph wired at random."""
    return random.choice((named_shape, _wired))(random)


def _wired(random: Random) -> str:
    while True:
        kind = random.choice(([], [], ["delta"]))
        first = [f"S>{name}" for name in random.sample(_WIRED, random.randint(1, 2))]
        edges = [_edge(random) for _ in range(random.randint(2, 7))]
        shape = " ".join(dict.fromkeys([*kind, *first, *edges, "late~"]))
        if _compiles(shape):
            return shape


def storied_shape(random: Random) -> str:
    """One of all those, or one with a node that is answered from a cache."""
    return random.choice((any_shape, any_shape, lambda random: "S>a a>b a>c b>d c>d b$ d?a"))(random)


def old_shape(random: Random) -> str:
    """What a LangGraph since 0.2 can build."""
    return random.choice(("chain", "parallel", "nested", "calls"))


_WIRED = ("a", "b", "c", "d", "步骤")
_INTO = ("inner", "late", "shaky", "calls", "memory")
_OUT_OF = ("inner", "late", "shaky", "memory")


def _edge(random: Random) -> str:
    one, other = random.choice(_WIRED), random.choice(_WIRED)
    several = "+".join(random.sample(_WIRED, random.randint(2, 3)))
    into, out = random.choice(_INTO), random.choice(_OUT_OF)
    forms = (f"{one}>{other}", f"{one}>{into}", f"{out}>{one}", f"{several}>{one}", f"{one}?{other}")
    return random.choice((*forms, f"{one}*work", f"work>{one}"))


def _compiles(shape: str) -> bool:
    try:
        build(shape).compile()
    except ValueError:
        return False
    return True
