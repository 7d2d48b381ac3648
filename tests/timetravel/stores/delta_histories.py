"""Random histories of a graph with delta channels: inputs, forks, updates, failures, runs saved at exit."""

import random
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.channels import DeltaChannel
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.types import Overwrite, Send

CONFIG: dict[str, Any] = {"configurable": {"thread_id": "t"}}


def extend(state: list[str], writes: Sequence[list[str]]) -> list[str]:
    return [*state, *(item for write in writes for item in write)]


def merge(state: dict[str, int], writes: Sequence[dict[str, int]]) -> dict[str, int]:
    return {key: value for each in (state, *writes) for key, value in each.items()}


class State(TypedDict, total=False):
    n: int
    words: Annotated[list[str], DeltaChannel(extend, snapshot_frequency=3)]
    counts: Annotated[dict[str, int], DeltaChannel(merge, snapshot_frequency=1000)]


def made(saver: Any, chance: random.Random) -> Any:
    """The graph: a fan of parallel tasks between two nodes, of which one sometimes fails and some say nothing."""

    def first(state: State) -> State:
        return {"words": [f"first {len(state.get('words', []))}"], "n": state.get("n", 0) + 1}

    def work(state: State) -> State:
        if chance.random() < 0.1:
            raise RuntimeError("no luck")
        if chance.random() < 0.1:
            return {"words": Overwrite([f"over {state['n']}"])}
        return {"words": [f"work {state['n']}"], "counts": {f"k{state['n']}": chance.randrange(9)}}

    builder = StateGraph(State)
    builder.add_node("first", first)
    builder.add_node("work", work)
    builder.add_node("quiet", lambda state: {"n": 0})
    builder.add_node("last", lambda state: {"counts": {"last": len(state.get("words", []))}})
    builder.add_edge(START, "first")
    builder.add_conditional_edges("first", lambda s: [Send("work", {"n": i}) for i in range(chance.randrange(1, 12))])
    builder.add_edge("work", "quiet")
    builder.add_edge("quiet", "last")
    return builder.compile(checkpointer=saver)


def run(path: Path, seed: int, actions: int = 8) -> tuple[Any, list[Any]]:
    """Make a history in a file: the graph, and what LangGraph itself says of every checkpoint, newest first."""
    chance = random.Random(seed)
    with SqliteSaver.from_conn_string(str(path)) as saver:
        graph = made(saver, chance)
        for _ in range(actions):
            with suppress(Exception):  # some of what is tried at random LangGraph refuses, and some tasks fail
                _act(graph, chance)
        return graph, list(graph.get_state_history(CONFIG))


def _act(graph: Any, chance: random.Random) -> None:
    some = chance.choice(list(graph.get_state_history(CONFIG)) or [None])
    place = some.config if some and chance.random() < 0.6 else CONFIG
    match chance.randrange(6):
        case 0 | 1:
            graph.invoke({"words": ["in"], "n": 1}, place, durability=chance.choice(["sync", "async", "exit"]))
        case 2 if some:
            graph.invoke(None, place, durability=chance.choice(["sync", "exit"]))
        case 3:
            graph.update_state(place, {"words": ["by hand"], "counts": {"hand": 1}}, as_node="first")
        case 4:
            graph.update_state(place, {"words": Overwrite(["fresh"])}, as_node="quiet")
        case _:
            graph.invoke({"n": 5}, place)
