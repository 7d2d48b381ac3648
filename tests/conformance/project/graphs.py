"""Graphs whose shape is a text and whose nodes do what the state tells them to.

So one program runs on any store: what fails, asks, sends, jumps or writes odd things is decided by its inputs and
updates. Needs LangGraph alone: a LangGraph server and a worker load it by its path.

A shape is a list of words: `S>a` an edge from the start, `a>b` an edge, `a+b>c` a join, `a*b` as many Sends as the
state says, `a?b` a loop back while the state's count is low, `b~` a deferred node, `b$` one that is answered from a
cache when it runs once more, `delta` makes the log a delta channel. The node called `inner` is a subgraph with another
one inside, `memory` a subgraph that keeps its own thread, `calls` a function that runs a subgraph, and `shaky` is tried
twice and has a node for its errors.
"""

import asyncio
import datetime as dt
import operator
import os
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig, RunnableLambda
from langgraph.config import get_config
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, RetryPolicy, Send, interrupt
from typing_extensions import TypedDict

try:
    from langgraph.cache.memory import InMemoryCache
    from langgraph.channels import DeltaChannel
    from langgraph.types import CachePolicy, Overwrite
except ImportError:  # an old LangGraph: it is given no shape and no verb that needs them
    DeltaChannel = lambda *args, **options: None  # type: ignore[assignment, misc]  # noqa: E731

SHAPES = {
    "chain": "S>a a>b b>c c?a",
    "parallel": "S>a a>b a>c b+c>d d?a",
    "uneven": "S>a S>b b>步骤 a+步骤>d b>late late~",
    "sends": "S>a a*work work>d a>b d?a",
    "nested": "S>a a>inner a>b inner>d d?a",
    "memory": "S>a a>memory memory>d d?memory",
    "calls": "S>a a>calls calls>d",
    "shaky": "S>a a>shaky a>b shaky>d",
    "delta": "delta S>a a>b a>c b>d c>d d?a",
    "delta_nested": "delta S>a a>inner inner>b b*work work>d d?a",
}
"""One of each kind, by name. There is one more, `functional`, which is no StateGraph."""

NAMES = (*SHAPES, "functional")
"""What a server has."""

INNER = ("x", "y", "p", "q")
"""The nodes of the subgraphs: x goes to y and to a graph of p and q."""

_FULL = 5
_SHORT, _LONG, _WHOLE = 0.01, 0.1, 5
_failed: set[tuple[str, str]] = set()


@dataclass
class Point:
    x: int
    name: str


ODD: dict[str, Any] = {
    "chinese": {"问题": "继续吗？", "🙂": ["步骤", "\u0000", "é"]},
    "bytes": b"\x00\xff bytes",
    "deep": {"list": [[[{"k": [1, 1.0, True, None, -0.0, 2**40]}]]], "": {}},
    "set": {1, 2, 3},
    "message": [
        HumanMessage("你好", id="h1"),
        AIMessage("", id="a1", tool_calls=[{"name": "f", "args": {}, "id": "c"}]),
    ],
    "point": Point(1, "点"),
    "time": {"at": dt.datetime(2024, 2, 29, 1, 2, 3, tzinfo=dt.UTC), "id": UUID(int=5), "sum": Decimal("1.10")},
    "keys": {1: "int", None: "none", False: "bool", 2.5: "float"},
    "none": None,
    "long": "长" * 5000,
}
"""Values that plain JSON does not have, and such that stores have stumbled on."""


def put_together(state: list[Any], writes: list[list[Any]]) -> list[Any]:
    return [*state, *(item for write in writes for item in write)]


class State(TypedDict, total=False):
    """`plan` says for each node what it does; `work` how many tasks a `*` starts."""

    plan: Annotated[dict[str, str], operator.or_]
    n: Annotated[int, operator.add]
    work: int
    box: Any
    log: Annotated[list[Any], operator.add]


class DeltaState(TypedDict, total=False):
    plan: Annotated[dict[str, str], operator.or_]
    n: Annotated[int, operator.add]
    work: int
    box: Any
    log: Annotated[list[Any], DeltaChannel(put_together, snapshot_frequency=3)]


class Inside(State, total=False):
    """What only a subgraph has."""

    own: Annotated[list[str], operator.add]


def watch(name: str, config: Any) -> AbstractContextManager[Any]:
    """Is entered when a node begins, and left as it ends. Who wants to know puts another one in its place."""
    return nullcontext()


def mortal(name: str) -> bool:
    """Whether the process that the node runs in may be killed there and then."""
    return False


def act(name: str) -> Any:
    """A node that does what the plan says: the first word is one of the verbs below, after a colon its argument."""

    def node(state, config: RunnableConfig):  # type: ignore[no-untyped-def]  # else it is the schema of its input
        verb, _, about = (state.get("plan") or {}).get(name, "note").partition(":")
        with watch(name, config):
            return VERBS.get(verb, note)(name, about, state, config)

    async def in_a_loop(state, config: RunnableConfig):  # type: ignore[no-untyped-def]
        verb, _, about = (state.get("plan") or {}).get(name, "note").partition(":")
        with watch(name, config):
            # With "long" for as long as a busy machine may need to tell that another one failed.
            await asyncio.sleep((_WHOLE if about == "long" else _LONG) if verb == "wait" else 0)
            return VERBS.get("note" if verb == "wait" else verb, note)(name, about, state, config)

    return RunnableLambda(node, in_a_loop, name=name)


def note(name: str, about: str, state: State, config: Any) -> Any:
    return {"log": [about or name], "n": 1}


def once(name: str, about: str, state: State, config: Any) -> Any:
    """Fails the first time, in each thread."""
    key = (config["configurable"]["thread_id"], name)
    if key not in _failed:
        _failed.add(key)
        raise ValueError(f"not yet: {name} 失败")
    return note(name, about, state, config)


def fail(name: str, about: str, state: State, config: Any) -> Any:
    raise RuntimeError(about or f"no luck in {name} 🙁")


def fail_at(name: str, about: str, state: State, config: Any) -> Any:
    """Fails for one of several tasks of the same node."""
    if str(state.get("work")) == about:
        raise ValueError(f"{about} is too many")
    return note(name, "", state, config)


def ask(name: str, about: str, state: State, config: Any) -> Any:
    return {"log": [interrupt({"node": name, "问题": about})], "n": 1}


def ask_twice(name: str, about: str, state: State, config: Any) -> Any:
    return {"log": [interrupt(f"{name}: go on?"), interrupt(["really?", about])], "n": 1}


def jump(name: str, about: str, state: State, config: Any) -> Any:
    if state.get("n", 0) > _FULL:
        return {"log": [f"{name} stays"]}
    return Command(update={"log": [name], "n": 1}, goto=about or END)


def send(name: str, about: str, state: State, config: Any) -> Any:
    if "sent" in state:  # or two would send four, and so on
        return {"log": [f"{name} sends nothing"]}
    # A Send to a node that is not there is dropped by LangGraph, which nothing but the code can tell.
    about = {"x": "y", "y": "x", "p": "q", "q": "p"}.get(name, about)
    sends = [Send(about, {**state, "work": number, "sent": True}) for number in (1, 2)]
    return Command(update={"log": [name], "n": 1}, goto=sends)


def wait(name: str, about: str, state: State, config: Any) -> Any:
    """Takes its time; in an event loop it is cancelled when a node beside it fails."""
    time.sleep(_SHORT)
    return note(name, about, state, config)


def kill(name: str, about: str, state: State, config: Any) -> Any:
    """Ends the process, when those beside it had time to finish; once, and nothing where others would die with it."""
    if mortal(name):
        time.sleep(_LONG)
        os.kill(os.getpid(), signal.SIGKILL)
    return note(name, about, state, config)


def leave(name: str, about: str, state: State, config: Any) -> Any:
    """Out of a subgraph, to a node of the graph around it."""
    return Command(graph=Command.PARENT, update={"log": [f"{name} leaves"], "n": 1}, goto=about)


VERBS: dict[str, Callable[[str, str, State, Any], Any]] = {
    "note": note,
    "quiet": lambda name, about, state, config: None,
    "empty": lambda name, about, state, config: {},
    "odd": lambda name, about, state, config: {"box": ODD.get(about), "n": 1},
    "over": lambda name, about, state, config: {"log": Overwrite([f"{name} anew"]), "n": 1},
    "once": once,
    "fail": fail,
    "fail_at": fail_at,
    "ask": ask,
    "ask_twice": ask_twice,
    "goto": jump,
    "send": send,
    "leave": leave,
    "wait": wait,
    "kill": kill,
    "set": lambda name, about, state, config: {"work": 2, "n": 1},
}


def build(shape: str) -> Any:
    """The graph of a shape, or of the name of one, not compiled yet."""
    words = SHAPES.get(shape, shape).split()
    made = StateGraph(DeltaState if "delta" in words else State)
    for name in nodes_of(shape):
        _add(made, name, f"{name}~" in words, f"{name}$" in words)
    for word in words:
        _connect(made, word)
    return made


def compiled(shape: str, saver: Any = None) -> Any:
    if shape == "functional":
        return functional(saver)
    cached = {"cache": InMemoryCache()} if "$" in shape else {}
    return build(shape).compile(checkpointer=saver, **cached)


def functional(saver: Any = None) -> Any:
    @task
    def step(state: State, number: int) -> str:
        found = act("work").invoke({**state, "work": number}, get_config())
        return str(found["log"]) if isinstance(found, dict) and "log" in found else "nothing"

    @entrypoint(checkpointer=saver)
    def work(state: State, previous: Any = None) -> Any:
        with watch("work", get_config()):
            return worked(state, previous)

    def worked(state: State, previous: Any) -> Any:
        futures = [step(state, i) for i in range(state.get("work") or 0)]
        found = [future.result() for future in futures]
        if (state.get("plan") or {}).get("a", "").startswith("ask"):
            found.append(str(interrupt({"问题": found})))
        return entrypoint.final(value={"log": found}, save={"log": found, "before": previous and previous["log"]})

    return work


def nodes_of(shape: str) -> list[str]:
    """The nodes of the graph of a shape."""
    return list(dict.fromkeys(name for word in SHAPES.get(shape, shape).split() for name in _nodes(word)))


def _nodes(word: str) -> list[str]:
    if word in ("delta", "functional") or word.endswith(("~", "$")):
        return []
    for mark in ">*?":
        word = word.replace(mark, " ")
    return [name for part in word.split() for name in part.split("+") if name != "S"]


def _add(made: Any, name: str, deferred: bool, cached: bool) -> None:
    if name == "inner":
        made.add_node(name, _inside())
    elif name == "memory":
        made.add_node(name, _inside().copy(update={"checkpointer": True}))
    elif name == "calls":
        made.add_node(name, _calling(_inside()))
    elif name == "shaky":
        retry = RetryPolicy(initial_interval=0.001, max_attempts=2, jitter=False, retry_on=ValueError)
        made.add_node(name, act(name), retry_policy=retry, error_handler=mended)
    elif cached:
        made.add_node(name, act(name), cache_policy=CachePolicy(key_func=lambda state: name))
    else:
        made.add_node(name, act(name), **({"defer": True} if deferred else {}))


def _connect(made: Any, word: str) -> None:
    if ">" in word:
        before, after = word.split(">")
        sources = [START if name == "S" else name for name in before.split("+")]
        made.add_edge(sources if len(sources) > 1 else sources[0], after)
    elif "*" in word:
        before, after = word.split("*")
        made.add_conditional_edges(before, lambda s: [Send(after, {**s, "work": i}) for i in range(s.get("work") or 0)])
    elif "?" in word:
        before, after = word.split("?")
        made.add_conditional_edges(before, lambda s: after if s.get("n", 0) < _FULL else END, [after, END])


def mended(state):  # type: ignore[no-untyped-def]
    return {"log": ["mended"]}


def _inside() -> Any:
    """A subgraph of two nodes, of which the second is a subgraph of two nodes."""
    deep = StateGraph(State)
    deep.add_node("p", act("p"))
    deep.add_node("q", act("q"))
    deep.add_edge(START, "p")
    deep.add_edge("p", "q")
    made = StateGraph(Inside)
    made.add_node("x", act("x"))
    made.add_node("y", act("y"))
    made.add_node("deep", deep.compile())
    for before, after in ((START, "x"), ("x", "y"), ("x", "deep")):
        made.add_edge(before, after)
    return made.compile()


def _calling(inside: Any) -> Callable[[State], Any]:
    def calls(state):  # type: ignore[no-untyped-def]
        found = inside.invoke(state)
        return {"log": [f"called: {len(found.get('log') or [])}"], "n": 1}

    return calls
