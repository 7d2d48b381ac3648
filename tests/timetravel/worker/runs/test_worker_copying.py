"""Copies through a saver's public interface, in any kind; files and databases are in test_worker_forking.py."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command, interrupt
from typing_extensions import TypedDict

from ui.timetravel.worker.child.runs.copy_checkpoint import copy_checkpoint
from ui.timetravel.worker.child.savers.opening.saver import telling


class State(TypedDict, total=False):
    answer: str


def ask(state: State) -> State:
    return {"answer": interrupt("really?")}


_inner = StateGraph(State).add_node(ask).add_edge(START, "ask").compile()
_builder = StateGraph(State).add_node("inside", _inner).add_edge(START, "inside")


class Own(BaseCheckpointSaver[Any]):
    """A saver as somebody may write one: nothing of how it keeps things is known."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = InMemorySaver()

    def get_next_version(self, current: Any, channel: None) -> Any:
        return self._kept.get_next_version(current, channel)

    async def aget_tuple(self, config: Any) -> CheckpointTuple | None:
        return await self._kept.aget_tuple(config)

    async def alist(self, config: Any, **options: Any) -> AsyncIterator[CheckpointTuple]:
        async for each in self._kept.alist(config, **options):
            yield each

    async def aput(self, *given: Any) -> Any:
        return await self._kept.aput(*given)

    async def aput_writes(self, *given: Any) -> None:
        await self._kept.aput_writes(*given)


async def asked(saver: BaseCheckpointSaver[Any]) -> Any:
    """The graph on this saver, with a question in a subgraph of the thread "t" that waits."""
    graph = _builder.compile(checkpointer=saver)
    await graph.ainvoke({}, {"configurable": {"thread_id": "t"}}, durability="sync")
    return graph


@pytest.mark.parametrize("kind", [InMemorySaver, Own])
def test_a_question_inside_a_subgraph_is_answered_in_a_copy(kind):
    async def work() -> tuple[Any, Any]:
        saver = kind()
        graph = await asked(saver)
        await copy_checkpoint(saver, "t", None, "new", ancestors=False)
        answered = await graph.ainvoke(Command(resume="yes"), {"configurable": {"thread_id": "new"}})
        waits = await graph.aget_state({"configurable": {"thread_id": "t"}})
        return answered, waits

    answered, waits = asyncio.run(work())
    assert answered["answer"] == "yes"
    assert waits.next == ("inside",)


def test_the_paths_of_tasks_go_along_in_memory():
    async def work() -> InMemorySaver:
        saver = InMemorySaver()
        await asked(saver)
        await copy_checkpoint(saver, "t", None, "new", ancestors=False)
        return saver

    saver = asyncio.run(work())
    paths = {
        thread: {path for key, rows in saver.writes.items() if key[0] == thread for *_, path in rows.values()}
        for thread in ("t", "new")
    }
    assert "~__pregel_pull, inside" in paths["new"] <= paths["t"]


@pytest.mark.parametrize("kind", [InMemorySaver, Own])
def test_a_saver_of_any_kind_can_tell_what_it_writes_and_stays_silent_itself(kind):
    heard: list[tuple[str, str, str]] = []

    async def work() -> None:
        saver = kind()
        await asked(telling(saver, lambda *place: heard.append(place)))
        assert {thread for thread, _, _ in heard} == {"t"}
        assert {namespace.partition(":")[0] for _, namespace, _ in heard} == {"", "inside"}
        count = len(heard)
        await copy_checkpoint(saver, "t", None, "new", ancestors=False)
        assert len(heard) == count

    asyncio.run(work())
