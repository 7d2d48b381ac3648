"""Context, configurable values and the recursion limit of runs on a server, and what goes on from their checkpoints."""

from collections.abc import Callable
from typing import Any

import pytest

from ui.timetravel.langgraph_server.runner import ServerRuns
from ui.timetravel.model.jobs import Resume, RunSettings
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.runs.run_settings import in_words, inherited
from ui.timetravel.stores import Store

Do = Callable[..., RunState]


@pytest.fixture
def first(store: Store, thread: str) -> Callable[[], str]:
    """The checkpoint before the first node."""
    return lambda: store.skeleton(thread).ids[1]


def test_a_context_and_a_recursion_limit_reach_the_run(do: Do, values: Callable[..., dict[str, Any]]) -> None:
    settings = RunSettings(context={"model": "large"}, recursion_limit=77)
    assert do("in_context", settings=settings).status is RunStatus.FINISHED
    assert values()["said"] == "large 77"


def test_a_run_from_a_checkpoint_has_the_context_that_its_run_had(
    do: Do, first: Callable[[], str], values: Callable[..., dict[str, Any]]
) -> None:
    do("in_context", settings=RunSettings(context={"model": "large"}))
    do("in_context", Resume(), checkpoint_id=first())
    assert values()["said"] == "large"
    do("in_context", Resume(), checkpoint_id=first(), settings=RunSettings(context={"model": "medium"}))
    assert values()["said"] == "medium"


def test_configurable_values_reach_the_run_and_those_that_go_on_from_it(
    do: Do, store: Store, thread: str, first: Callable[[], str], values: Callable[..., dict[str, Any]]
) -> None:
    do("configured", settings=RunSettings(configurable={"tenant": "acme"}))
    assert values()["said"] == "acme"
    (header,) = store.headers(thread, "", [first()])
    assert in_words(inherited(store, header).settings) == ['configurable tenant "acme"']
    do("configured", Resume(), checkpoint_id=first())
    assert values()["said"] == "acme"


def test_a_graph_says_which_context_it_takes(runs: ServerRuns) -> None:
    assert "model" in runs.describe("in_context").context_schema["properties"]
