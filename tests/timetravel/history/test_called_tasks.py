"""The names of functions that tasks called, from what LangGraph itself stores."""

import asyncio
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
from typing_extensions import TypedDict

from ui.timetravel.history.called_tasks import called_names, caller_of
from ui.timetravel.model.checkpoints import Header, Task
from ui.timetravel.stores import open_store


@task
def outline(topic: str) -> str:
    return f"outline of {topic}"


@task
def section(title: str) -> str:
    return f"section on {title}"


@task(name="named otherwise")
async def calls(title: str) -> str:
    return await inside(title)


@task
async def inside(title: str) -> str:
    return title


@entrypoint()
def essay(topic: str) -> str:
    made = section(outline(topic).result()).result()
    return f"{made} {interrupt('good?')}"


@entrypoint()
async def nested(topic: str) -> str:
    return await calls(topic)


class State(TypedDict):
    topic: str


graph = (
    StateGraph(State)
    .add_node("work", lambda state: {"topic": outline(state["topic"]).result()})
    .add_edge(START, "work")
    .compile()
)
NAMES = ("outline", "section", "inside", "named otherwise", "something else")


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "store.sqlite")


def named(path: str) -> list[tuple[str, str]]:
    """Name and caller of each called task of the thread."""
    found = []
    with open_store(path) as store:
        for header in store.headers("t", "", store.skeleton("t").ids):
            tasks = store.writes("t", "", header.checkpoint_id)
            names = called_names(header, tasks, NAMES)
            for one in tasks:
                if one.task_id in names:
                    caller = caller_of(one, tasks)
                    assert caller is not None
                    found.append((names[one.task_id], caller.node or names[caller.task_id]))
    return found


@pytest.mark.parametrize(
    ("runs", "expected"),
    [(essay, [("outline", "essay"), ("section", "essay")]), (graph, [("outline", "work")])],
    ids=["entrypoint", "node"],
)
def test_a_called_function_is_named_by_its_id(path: str, runs: object, expected: list[tuple[str, str]]) -> None:
    with SqliteSaver.from_conn_string(path) as saver:
        runs.checkpointer = saver
        runs.invoke("tea" if runs is essay else {"topic": "tea"}, {"configurable": {"thread_id": "t"}})
    assert named(path) == expected


def test_a_function_that_a_called_function_calls_is_named_too(path: str) -> None:
    async def run() -> None:
        async with AsyncSqliteSaver.from_conn_string(path) as saver:
            nested.checkpointer = saver
            await nested.ainvoke("tea", {"configurable": {"thread_id": "t"}})

    asyncio.run(run())
    assert sorted(named(path)) == [("inside", "named otherwise"), ("named otherwise", "nested")]


@pytest.mark.parametrize("path", ["", "~__pregel_push, ~", "~__pregel_push, ~a, b, c", "~__pregel_push, ~a, 1, 1"])
def test_a_path_in_no_known_form_has_no_name(path: str) -> None:
    header = Header("t", "", "no uuid", None, None, 0, "loop", 1)
    assert called_names(header, [Task("id", "", path, ())], NAMES) == {}
