"""Real histories of real graphs, each made by running it on a saver of LangGraph. The tests read them back."""

import operator
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.cache.memory import InMemoryCache
from langgraph.channels import DeltaChannel, EphemeralValue, LastValue
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.pregel import NodeBuilder, Pregel
from langgraph.types import CachePolicy, Command, Overwrite, Send, StateUpdate, interrupt

CONFIG: dict[str, Any] = {"configurable": {"thread_id": "t"}}


def put_together(state: list[str], writes: list[list[str]]) -> list[str]:
    return [*state, *(item for write in writes for item in write)]


class Long(TypedDict, total=False):
    """`words` is a delta channel: told by its changes."""

    n: int
    words: Annotated[list[str], DeltaChannel(put_together)]


class State(TypedDict, total=False):
    n: int
    log: Annotated[list[str], operator.add]


def note(name: str) -> Callable[[State], dict[str, Any]]:
    def node(state: State) -> dict[str, Any]:
        return {"log": [name]}

    return node


def count(name: str) -> Callable[[State], dict[str, Any]]:
    def node(state: State) -> dict[str, Any]:
        return {"n": state.get("n", 0) + 1, "log": [name]}

    return node


def builder(*names: str) -> StateGraph:
    made = StateGraph(State)
    for name in names:
        made.add_node(name, note(name))
    return made


def chain(saver: BaseCheckpointSaver[Any], *names: str, **options: Any) -> Any:
    made = StateGraph(State)
    for name in names:
        made.add_node(name, count(name))
    for before, after in zip((START, *names), (*names, END), strict=True):
        made.add_edge(before, after)
    return made.compile(checkpointer=saver, **options)


def at(graph: Any, node: str) -> dict[str, Any]:
    """The config of the newest checkpoint from which `node` ran."""
    return next(s.config for s in graph.get_state_history(CONFIG) if node in s.next)


# --- the histories ---


def one_node(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = chain(saver, "only")
    graph.invoke({"n": 0}, CONFIG)
    return graph


def chain_twice(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = chain(saver, "a", "b")
    graph.invoke({"n": 0}, CONFIG)
    graph.invoke({"n": 5}, CONFIG)
    return graph


def loop(saver: BaseCheckpointSaver[Any]) -> Any:
    made = StateGraph(State)
    made.add_node("count", count("count"))
    made.add_edge(START, "count")
    made.add_conditional_edges("count", lambda s: "count" if s["n"] < 4 else END)
    graph = made.compile(checkpointer=saver)
    graph.invoke({"n": 0}, CONFIG)
    return graph


def silent_nodes(saver: BaseCheckpointSaver[Any]) -> Any:
    made = StateGraph(State)
    made.add_node("quiet", lambda s: None)
    made.add_node("silent", lambda s: {})
    made.add_edge(START, "quiet")
    made.add_edge("quiet", "silent")
    graph = made.compile(checkpointer=saver)
    graph.invoke({"n": 0}, CONFIG)
    return graph


def join(saver: BaseCheckpointSaver[Any]) -> Any:
    made = builder("a", "b", "b2", "c")
    made.add_edge(START, "a")
    made.add_edge(START, "b")
    made.add_edge("b", "b2")
    made.add_edge(["a", "b2"], "c")
    graph = made.compile(checkpointer=saver)
    graph.invoke({"log": []}, CONFIG)
    return graph


def join_of_one_step(saver: BaseCheckpointSaver[Any]) -> Any:
    made = builder("left", "right", "both")
    made.add_edge(START, "left")
    made.add_edge(START, "right")
    made.add_edge(["left", "right"], "both")
    made.add_node("left2", note("left2"))
    made.add_edge("left", "left2")
    graph = made.compile(checkpointer=saver)
    _ignore(lambda: graph.invoke({"log": []}, CONFIG))
    return graph


def deferred(saver: BaseCheckpointSaver[Any]) -> Any:
    made = StateGraph(State)
    for name in ("a", "b", "b2"):
        made.add_node(name, lambda s, name=name: {"log": [name]})
    made.add_node("late", note("late"), defer=True)
    made.add_edge(START, "a")
    made.add_edge(START, "b")
    made.add_edge("a", "late")
    made.add_edge("b", "b2")
    made.add_edge("b2", "late")
    graph = made.compile(checkpointer=saver)
    graph.invoke({"log": []}, CONFIG)
    return graph


def deferred_updated(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = deferred(saver)
    graph.update_state(at(graph, "b2"), {"log": ["by hand"]}, as_node="a")
    return graph


def join_updated(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = join(saver)
    graph.update_state(at(graph, "b2"), {"log": ["by hand"]}, as_node="a")
    graph.update_state(at(graph, "c"), {"log": ["by hand"]}, as_node="a")
    return graph


def sends(saver: BaseCheckpointSaver[Any]) -> Any:
    made = StateGraph(State)
    made.add_node("split", lambda s: {"log": ["split"]})
    made.add_node("work", lambda s: {"log": [f"work {s['n']}"]})
    made.add_node("other", lambda s: {"log": ["other"]})
    made.add_edge(START, "split")
    made.add_conditional_edges("split", lambda s: [Send("work", {"n": 1}), Send("other", {}), Send("work", {"n": 2})])
    made.add_edge("work", END)
    made.add_edge("split", "other")
    graph = made.compile(checkpointer=saver)
    graph.invoke({"log": []}, CONFIG)
    return graph


def sends_forked(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = sends(saver)
    graph.invoke(None, at(graph, "work"))
    graph.update_state(at(graph, "split"), {"log": ["by hand"]}, as_node="split")
    return graph


def sends_that_fail(saver: BaseCheckpointSaver[Any]) -> Any:
    def work(state: State) -> dict[str, Any]:
        if state["n"] == 2:
            raise ValueError("two is too many")
        return {"log": [f"work {state['n']}"]}

    made = StateGraph(State)
    made.add_node("work", work)
    made.add_conditional_edges(START, lambda s: [Send("work", {"n": i}) for i in range(4)])
    graph = made.compile(checkpointer=saver)
    _ignore(lambda: graph.invoke({"log": []}, CONFIG))
    return graph


def goto(saver: BaseCheckpointSaver[Any]) -> Any:
    made = StateGraph(State)
    made.add_node("a", lambda s: Command(update={"log": ["a"]}, goto="c"), destinations=("b", "c"))
    made.add_node("b", note("b"))
    made.add_node(
        "c", lambda s: Command(update={"log": ["c"]}, goto=[Send("b", {"n": 9}), "d"]), destinations=("b", "d")
    )
    made.add_node("d", note("d"))
    made.add_edge(START, "a")
    graph = made.compile(checkpointer=saver)
    graph.invoke({"log": []}, CONFIG)
    return graph


def goto_from_outside(saver: BaseCheckpointSaver[Any]) -> Any:
    made = builder("a", "b", "c")
    for before, after in ((START, "a"), ("a", "b"), ("b", "c")):
        made.add_edge(before, after)
    graph = made.compile(checkpointer=saver, interrupt_before=["b"])
    graph.invoke({"n": 0}, CONFIG)
    graph.invoke(Command(update={"log": ["outside"]}, goto="c"), CONFIG)
    return graph


def updates(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = chain(saver, "a", "b", "c")
    graph.invoke({"n": 0}, CONFIG)
    graph.update_state(CONFIG, {"n": 100})
    graph.update_state(at(graph, "b"), {"n": 50}, as_node="a")
    graph.update_state(at(graph, "c"), {"log": Overwrite(["fresh"])}, as_node="b")
    graph.invoke(None, CONFIG)
    return graph


def updates_before_any_run(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = chain(saver, "a", "b", "c")
    graph.update_state(CONFIG, {"n": 1}, as_node="a")
    graph.update_state(CONFIG, {"n": 2}, as_node="b")
    return graph


def updates_as_input_and_end(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = chain(saver, "a", "b")
    graph.update_state(CONFIG, {"n": 1}, as_node="__input__")
    graph.update_state(CONFIG, None, as_node=END)
    graph.update_state(CONFIG, {"n": 1}, as_node="__input__")
    graph.update_state(CONFIG, {"n": 3}, as_node=START)
    graph.invoke(None, CONFIG)
    return graph


def updates_in_bulk(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = join(saver)
    graph.bulk_update_state(
        CONFIG,
        [[StateUpdate({"log": ["x"]}, "a"), StateUpdate({"log": ["y"]}, "b")], [StateUpdate({"log": ["z"]}, "b2")]],
    )
    graph.invoke(None, CONFIG)
    return graph


def copied(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = chain(saver, "a", "b", "c")
    graph.invoke({"n": 0}, CONFIG)
    graph.update_state(at(graph, "c"), None, as_node="__copy__")
    return graph


def forks(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = chain(saver, "a", "b", "c")
    graph.invoke({"n": 0}, CONFIG)
    origin = at(graph, "b")
    for _ in range(3):
        graph.invoke(None, origin)
    graph.invoke(None, graph.get_state(CONFIG).config)
    return graph


def fork_after_update(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = chain(saver, "a", "b", "c")
    graph.invoke({"n": 0}, CONFIG)
    changed = graph.update_state(at(graph, "b"), {"n": 40}, as_node="a")
    graph.invoke(None, changed)
    graph.invoke(None, changed)
    return graph


def fork_of_join(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = join(saver)
    graph.invoke(None, at(graph, "c"))
    graph.invoke(None, at(graph, "b2"))
    return graph


def asking(saver: BaseCheckpointSaver[Any]) -> Any:
    made = StateGraph(State)
    made.add_node("before", note("before"))
    made.add_node("ask", lambda s: {"log": [interrupt({"question": "go on?"}), interrupt("really?")]})
    made.add_node("beside", note("beside"))
    made.add_edge(START, "before")
    made.add_edge("before", "ask")
    made.add_edge("before", "beside")
    return made.compile(checkpointer=saver)


def interrupted(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = asking(saver)
    graph.invoke({"n": 0}, CONFIG)
    return graph


def interrupted_twice(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = interrupted(saver)
    graph.invoke(Command(resume="yes"), CONFIG)
    return graph


def answered(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = interrupted_twice(saver)
    graph.invoke(Command(resume="yes, really"), CONFIG)
    return graph


def interrupted_then_updated(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = interrupted(saver)
    graph.update_state(CONFIG, {"log": ["by hand"]}, as_node="ask")
    graph.invoke(None, CONFIG)
    return graph


def static_interrupts(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = chain(saver, "a", "b", "c", interrupt_before=["b"], interrupt_after=["b"])
    graph.invoke({"n": 0}, CONFIG)
    graph.invoke(None, CONFIG)
    return graph


def static_interrupt_updated(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = chain(saver, "a", "b", "c", interrupt_before=["b"])
    graph.invoke({"n": 0}, CONFIG)
    graph.update_state(CONFIG, {"n": 7})
    graph.invoke(None, CONFIG)
    return graph


def static_interrupt_then_new_input(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = chain(saver, "a", "b", "c", interrupt_before=["b"])
    graph.invoke({"n": 0}, CONFIG)
    graph.invoke({"n": 10}, CONFIG)
    return graph


def failed(saver: BaseCheckpointSaver[Any]) -> Any:
    """Of three tasks one fails. It waits for the others: LangGraph drops a result that comes after a failure."""

    def broken(state: State) -> None:
        _wait_for_results(saver, 2)
        raise RuntimeError("no luck")

    made = builder("start", "fine", "slow")
    made.add_node("broken", broken)
    made.add_edge(START, "start")
    for name in ("fine", "broken", "slow"):
        made.add_edge("start", name)
    graph = made.compile(checkpointer=saver)
    _ignore(lambda: graph.invoke({"log": []}, CONFIG))
    return graph


def _wait_for_results(saver: BaseCheckpointSaver[Any], tasks: int) -> None:
    """Return when as many tasks have written to `log` beside the newest checkpoint, or after ten seconds."""
    by = time.monotonic() + 10
    while time.monotonic() < by:
        found = saver.get_tuple(CONFIG)
        if len({task for task, name, _ in (found and found.pending_writes) or () if name == "log"}) >= tasks:
            return
        time.sleep(0.01)


def failed_then_resumed(saver: BaseCheckpointSaver[Any]) -> Any:
    tries: list[int] = []

    def shaky(state: State) -> dict[str, Any]:
        tries.append(1)
        if len(tries) == 1:
            _wait_for_results(saver, 1)
            raise RuntimeError("not yet")
        return {"log": ["shaky"]}

    made = StateGraph(State)
    made.add_node("shaky", shaky)
    made.add_node("beside", lambda s: {"log": ["beside"]})
    made.add_edge(START, "shaky")
    made.add_edge(START, "beside")
    graph = made.compile(checkpointer=saver)
    _ignore(lambda: graph.invoke({"log": []}, CONFIG))
    graph.invoke(None, CONFIG)
    return graph


def failed_then_new_input(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = failed(saver)
    _ignore(lambda: graph.invoke({"log": ["again"]}, CONFIG))
    return graph


def subgraph(saver: BaseCheckpointSaver[Any]) -> Any:
    inner = builder("in1", "in2")
    inner.add_edge(START, "in1")
    inner.add_edge("in1", "in2")
    made = builder("outer")
    made.add_node("sub", inner.compile())
    made.add_edge(START, "outer")
    made.add_edge("outer", "sub")
    graph = made.compile(checkpointer=saver)
    graph.invoke({"n": 0}, CONFIG)
    return graph


def cached(saver: BaseCheckpointSaver[Any]) -> Any:
    made = StateGraph(State)
    made.add_node("slow", count("slow"), cache_policy=CachePolicy(key_func=lambda *_: "same"))
    made.add_node("after", count("after"))
    made.add_edge(START, "slow")
    made.add_edge("slow", "after")
    graph = made.compile(checkpointer=saver, cache=InMemoryCache())
    graph.invoke({"n": 0}, CONFIG)
    graph.invoke({"n": 0}, CONFIG)
    return graph


def sends_that_ask(saver: BaseCheckpointSaver[Any]) -> Any:
    made = StateGraph(State)
    made.add_node("ask", lambda s: {"log": [interrupt(s["n"])]})
    made.add_conditional_edges(START, lambda s: [Send("ask", {"n": 1}), Send("ask", {"n": 2})])
    graph = made.compile(checkpointer=saver)
    graph.invoke({"log": []}, CONFIG)
    return graph


def subgraph_that_asks(saver: BaseCheckpointSaver[Any]) -> Any:
    inner = builder("in1")
    inner.add_node("ask", lambda s: {"log": [interrupt("inside?")]})
    inner.add_edge(START, "in1")
    inner.add_edge("in1", "ask")
    made = StateGraph(State)
    made.add_node("sub", inner.compile())
    made.add_edge(START, "sub")
    graph = made.compile(checkpointer=saver)
    graph.invoke({"n": 0}, CONFIG)
    return graph


def pregel(saver: BaseCheckpointSaver[Any]) -> Any:
    """A graph of bare channels, whose triggers have names of their own."""
    up = NodeBuilder().subscribe_only("a").do(lambda x: x + 1).write_to("b")
    down = NodeBuilder().subscribe_only("b").do(lambda x: x * 2).write_to("c")
    graph = Pregel(
        nodes={"up": up, "down": down},
        channels={"a": EphemeralValue(int), "b": LastValue(int), "c": LastValue(int)},
        input_channels=["a"],
        output_channels=["c"],
        checkpointer=saver,
    )
    graph.invoke({"a": 1}, CONFIG)
    graph.invoke({"a": 5}, CONFIG)
    return graph


def delta(saver: BaseCheckpointSaver[Any]) -> Any:
    """Two channels that are told by their changes, stored in full only now and then; the fork stores them anew."""
    made = StateGraph(Long)
    made.add_node("a", lambda s: {"words": ["a"]})
    made.add_node("b", lambda s: {"n": 1})
    made.add_edge(START, "a")
    made.add_edge("a", "b")
    graph = made.compile(checkpointer=saver)
    graph.invoke({"n": 0, "words": ["first"]}, CONFIG)
    graph.invoke(None, at(graph, "b"))
    return graph


def delta_stored_before_it_was_written(saver: BaseCheckpointSaver[Any]) -> Any:
    """The second input drops the write of a, so the empty channel is stored in full, as if all nodes had read it."""
    tries: list[int] = []

    def shaky(state: Long) -> dict[str, Any]:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("not yet")
        return {"n": 1}

    made = StateGraph(Long)
    made.add_node("a", lambda s: {"words": ["a"]})
    made.add_node("shaky", shaky)
    made.add_node("after", lambda s: {"words": ["after"]})
    made.add_edge(START, "a")
    made.add_edge(START, "shaky")
    made.add_edge("shaky", "after")
    graph = made.compile(checkpointer=saver)
    _ignore(lambda: graph.invoke({"n": 0}, CONFIG))
    graph.invoke({"n": 0}, CONFIG)
    return graph


def delta_chain(saver: BaseCheckpointSaver[Any]) -> Any:
    made = StateGraph(Long)
    made.add_node("a", lambda s: {"words": ["a"]})
    made.add_node("b", lambda s: {"words": ["b"]})
    made.add_edge(START, "a")
    made.add_edge("a", "b")
    return made.compile(checkpointer=saver)


def delta_saved_at_exit(saver: BaseCheckpointSaver[Any]) -> Any:
    """Before the first checkpoint LangGraph puts an empty one, for the writes that the delta channel follows from."""
    graph = delta_chain(saver)
    graph.invoke({"n": 0, "words": ["first"]}, CONFIG, durability="exit")
    return graph


def delta_saved_at_exit_after_update(saver: BaseCheckpointSaver[Any]) -> Any:
    """The writes of the run are kept on a checkpoint from which START is not due."""
    graph = delta_chain(saver)
    graph.update_state(CONFIG, {"n": 1}, as_node="a")
    graph.invoke({"n": 0, "words": ["first"]}, CONFIG, durability="exit")
    return graph


def delta_saved_at_exit_after_goto(saver: BaseCheckpointSaver[Any]) -> Any:
    """A node that only a Command sent on ran from a checkpoint that does not hold the Command."""
    made = StateGraph(Long)
    made.add_node("a", lambda s: {"n": 1})
    made.add_node("b", lambda s: {"words": ["b"]})
    made.add_edge(START, "a")
    graph = made.compile(checkpointer=saver)
    graph.invoke({"n": 0}, CONFIG)
    graph.invoke(Command(goto="b"), CONFIG, durability="exit")
    return graph


def functional(saver: BaseCheckpointSaver[Any]) -> Any:
    @task
    def square(n: int) -> int:
        return n * n

    @entrypoint(checkpointer=saver)
    def work(n: int, previous: int | None = None) -> int:
        futures = [square(i) for i in range(n)]
        return sum(f.result() for f in futures) + (previous or 0)

    work.invoke(3, CONFIG)
    work.invoke(2, CONFIG)
    return work


def functional_interrupted(saver: BaseCheckpointSaver[Any]) -> Any:
    @task
    def step(n: int) -> int:
        return n + 1

    @entrypoint(checkpointer=saver)
    def work(n: int) -> str:
        return f"{step(n).result()} {interrupt('ok?')}"

    work.invoke(3, CONFIG)
    return work


def functional_whose_call_failed(saver: BaseCheckpointSaver[Any]) -> Any:
    @task
    def halve(n: int) -> int:
        raise ValueError("odd")

    @entrypoint(checkpointer=saver)
    def work(n: int) -> int:
        return int(halve(n).result())

    _ignore(lambda: work.invoke(3, CONFIG))
    return work


def functional_that_caught_a_failure(saver: BaseCheckpointSaver[Any]) -> Any:
    @task
    def halve(n: int) -> int:
        raise ValueError("odd")

    @entrypoint(checkpointer=saver)
    def work(n: int) -> int:
        with suppress(ValueError):
            halve(n).result()
        return int(interrupt("odd, go on?"))

    work.invoke(1, CONFIG)
    return work


def functional_written_to_from_outside(saver: BaseCheckpointSaver[Any]) -> Any:
    """By a Command that writes to something with the very name of the entrypoint."""

    @entrypoint(checkpointer=saver)
    def work(n: int) -> int:
        raise ValueError("never")

    _ignore(lambda: work.invoke(3, CONFIG))
    _ignore(lambda: work.invoke(Command(update={"work": 1}), CONFIG))
    return work


def failure_handled(saver: BaseCheckpointSaver[Any]) -> Any:
    def broken(state: State) -> None:
        raise RuntimeError("no luck")

    def mended(state: State) -> dict[str, Any]:
        return {"log": ["mended"]}

    made = builder("beside")
    made.add_node("broken", broken, error_handler=mended)
    made.add_edge(START, "broken")
    made.add_edge(START, "beside")
    graph = made.compile(checkpointer=saver)
    graph.invoke({"log": []}, CONFIG)
    return graph


def saved_at_exit(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = chain(saver, "a", "b")
    graph.invoke({"n": 0}, CONFIG, durability="exit")
    graph.invoke({"n": 1}, CONFIG, durability="exit")
    return graph


def named_oddly(saver: BaseCheckpointSaver[Any]) -> Any:
    graph = chain(saver, "a, b", "branch to c", "join+d", "channel_versions", "步骤")
    graph.invoke({"n": 0}, CONFIG)
    return graph


def _ignore(run: Callable[[], object]) -> None:
    with suppress(RuntimeError, ValueError):
        run()


HISTORIES: dict[str, Callable[[Any], Any]] = {
    make.__name__: make
    for make in (
        one_node,
        chain_twice,
        loop,
        silent_nodes,
        join,
        join_of_one_step,
        join_updated,
        deferred,
        deferred_updated,
        sends,
        sends_forked,
        sends_that_fail,
        goto,
        goto_from_outside,
        updates,
        updates_before_any_run,
        updates_as_input_and_end,
        updates_in_bulk,
        copied,
        forks,
        fork_after_update,
        fork_of_join,
        interrupted,
        interrupted_twice,
        answered,
        interrupted_then_updated,
        static_interrupts,
        static_interrupt_updated,
        static_interrupt_then_new_input,
        failed,
        failed_then_resumed,
        failed_then_new_input,
        subgraph,
        functional,
        functional_interrupted,
        functional_whose_call_failed,
        functional_written_to_from_outside,
        failure_handled,
        cached,
        sends_that_ask,
        subgraph_that_asks,
        pregel,
        delta,
        delta_stored_before_it_was_written,
        delta_saved_at_exit,
        delta_saved_at_exit_after_update,
        saved_at_exit,
        named_oddly,
    )
}


def made(make: Callable[[Any], Any], path: Path) -> list[Any]:
    """Make a history in a file, and give back what LangGraph itself says of it, newest first."""
    with SqliteSaver.from_conn_string(str(path)) as saver:
        return told(make, saver)


def made_in_database(make: Callable[[Any], Any], url: str) -> list[Any]:
    """The same in a PostgreSQL database, whose tables are made, or emptied where they are there already."""
    with PostgresSaver.from_conn_string(url) as saver:
        saver.setup()
        saver.delete_thread("t")
        return told(make, saver)


def told(make: Callable[[Any], Any], saver: BaseCheckpointSaver[Any]) -> list[Any]:
    """Make a history with a saver, and give back what LangGraph itself says of it, newest first."""
    return list(make(saver).get_state_history(CONFIG))
