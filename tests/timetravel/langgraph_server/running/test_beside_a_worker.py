"""What a run on a server tells is what a worker of ours tells of the same job, for every kind of job."""

import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.server import PROJECT, LangGraphServer
from ui.timetravel.langgraph_server.runner import ServerRuns
from ui.timetravel.model.checkpoints import visible
from ui.timetravel.model.jobs import Answer, Edits, Input, Job, Resume
from ui.timetravel.model.project import load_project
from ui.timetravel.model.runs import RunState
from ui.timetravel.runs.runner import Runner
from ui.timetravel.serde.messages.chat import as_message
from ui.timetravel.stores import Store, open_store
from ui.timetravel.worker.pool import WorkerPool

Does = Callable[..., RunState]


def runs_and_forks(do: Does) -> list[RunState]:
    first = do("chain", Input({"topic": "x", "messages": [{"role": "user", "content": "hi"}]}))
    planned = first.checkpoints[2]
    return [
        first,
        do("chain", Resume(), checkpoint_id=planned),
        do("chain", Resume(), checkpoint_id=planned, edits=Edits({"topic": "owls"})),
        do("chain", Resume(), edits=Edits({"topic": "y"}, as_node="plan"), run=False),
        do("chain", Resume(), checkpoint_id=planned, copy_to="a copy"),
    ]


def stops_around_nodes(do: Does) -> list[RunState]:
    before = do("chain", Input({"topic": "x", "log": ["given"]}), interrupt_before=("check",))
    edited = do("chain", Resume(), checkpoint_id=before.checkpoints[0], edits=Edits({"topic": "y"}))
    return [before, edited]


def is_answered_twice(do: Does) -> list[RunState]:
    asked = do("asks", Input({"topic": "x"}))
    answer = Answer({asked.interrupts[0].id: None})
    return [asked, do("asks", answer), do("asks", Answer({"": "no"}), checkpoint_id=asked.head)]


def asks_in_a_subgraph(do: Does) -> list[RunState]:
    return [do("nested", Input({"topic": "x"})), do("nested", Answer({"": "yes"}))]


def asks_twice_at_once(do: Does) -> list[RunState]:
    asked = do("asks_twice", Input({"topic": "x"}))
    answers = {each.id: each.value["question"] for each in asked.interrupts}
    return [asked, do("asks_twice", Answer(answers)), do("asks_twice", Answer(answers), checkpoint_id=asked.head)]


def fails_in_a_subgraph(do: Does) -> list[RunState]:
    return [do("fails_inside", Input({"log": []})), do("fails_inside", Resume())]


def sends(do: Does) -> list[RunState]:
    return [do("sends", Input({"items": [1, 2]}))]


def talks(do: Does) -> list[RunState]:
    return [do("talks", Input({"messages": [{"role": "user", "content": "hi"}]}))]


SCENARIOS = [
    runs_and_forks,
    stops_around_nodes,
    is_answered_twice,
    asks_in_a_subgraph,
    asks_twice_at_once,
    fails_in_a_subgraph,
    sends,
    talks,
]


def doing(runner: Runner, target: str) -> Does:
    """Runs jobs on one new thread, each to its end."""
    thread = str(uuid.uuid4())

    def do(graph: str, action: Any, **fields: Any) -> RunState:
        return runner.start(Job(graph, target, thread, action, **fields)).wait(60)

    return do


def told(runner: Runner, target: str, at_once: int) -> Iterator[dict[str, tuple[list[RunState], Store]]]:
    """What a runner tells of every scenario, by its name. They run side by side: most of their time is waiting."""
    with ThreadPoolExecutor(at_once) as pool:
        states = list(pool.map(lambda scenario: scenario(doing(runner, target)), SCENARIOS))
    runner.close()
    with open_store(target) as store:
        yield {scenario.__name__: (each, store) for scenario, each in zip(SCENARIOS, states, strict=True)}


@pytest.fixture(scope="module")
def by_the_server(langgraph_server: LangGraphServer) -> Iterator[dict[str, tuple[list[RunState], Store]]]:
    yield from told(ServerRuns(langgraph_server.url), langgraph_server.url, len(SCENARIOS))


@pytest.fixture(scope="module")
def by_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[list[RunState], Store]]]:
    folder = tmp_path_factory.mktemp("worker")
    shutil.copytree(PROJECT, folder / "project")
    yield from told(WorkerPool(load_project(folder / "project")), str(folder / "store.sqlite"), 2)


def shape(state: RunState, store: Store) -> dict[str, Any]:
    """What must be equal: all but times, ids, and the order of what runs at once.

    Only a worker tells of the checkpoint that it copied.
    """
    thread = state.job.target_thread
    new = [one for one in state.checkpoints if not state.job.copy_to or one != state.job.checkpoint_id]
    headers = {h.checkpoint_id: h for h in store.headers(thread, "", list(state.checkpoints))}
    failure = state.failure
    return {
        "status": state.status,
        "nodes": sorted(
            (n.namespace.partition(":")[0], n.step, n.node, n.error, n.interrupted, n.ended is not None)
            for n in state.nodes
        ),
        "interrupts": sorted(str(each.value) for each in state.interrupts),
        "failure": failure and (failure.node, failure.type, failure.message),
        "output": [(each.kind, each.node, each.text) for each in state.output],
        "checkpoints": [(headers[one].source, sorted(headers[one].next)) for one in new],
        "head": state.head and said(store.checkpoint(thread, "", state.head).values),
    }


def said(values: Mapping[str, Any]) -> dict[str, Any]:
    """A person's channels that hold something. Messages are texts of their contents: a server's are dicts."""
    shown = {name: value for name, value in visible(values).items() if value != []}
    return shown | {"messages": [message.text for each in shown.get("messages", []) if (message := as_message(each))]}


@pytest.mark.parametrize("scenario", [each.__name__ for each in SCENARIOS])
def test_a_server_tells_what_a_worker_tells(
    scenario: str,
    by_the_server: dict[str, tuple[list[RunState], Store]],
    by_workers: dict[str, tuple[list[RunState], Store]],
) -> None:
    ours, theirs = by_the_server[scenario], by_workers[scenario]
    for one, other in zip(ours[0], theirs[0], strict=True):
        assert shape(one, ours[1]) == shape(other, theirs[1])
