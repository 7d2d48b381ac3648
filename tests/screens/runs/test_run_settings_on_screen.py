"""Context, configurable values, recursion limit and tags, where a person gives them and where they are told."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.screens.conftest import Screen
from ui.timetravel.stores import open_store

Open = Callable[..., Screen]
AGENT = """
from dataclasses import dataclass
from langchain_core.runnables import RunnableConfig
from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime
from typing_extensions import TypedDict

@dataclass
class Context:
    model: str
    temperature: float = 0.5

class State(TypedDict, total=False):
    question: str
    answer: str

class Config(TypedDict, total=False):
    user_id: str

def by_config(state: State, config: RunnableConfig) -> State:
    given = config.get("configurable", {})
    return {"answer": f"{given.get('user_id', 'nobody')}: {state.get('question')}"}

def by_context(state: State, runtime: Runtime[Context]) -> State:
    return {"answer": f"{runtime.context.model} at {runtime.context.temperature}"}

configured = StateGraph(State, context_schema=Config).add_node("answer", by_config).add_edge(START, "answer").compile()
undeclared = StateGraph(State).add_node("answer", by_config).add_edge(START, "answer").compile()

def made(config: RunnableConfig):
    tenant = config["configurable"]["tenant"]
    return StateGraph(State).add_node("answer", lambda s: {"answer": tenant}).add_edge(START, "answer").compile()

needy = StateGraph(State, context_schema=Context).add_node("answer", by_context).add_edge(START, "answer").compile()
"""


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Any]:
    (tmp_path / "settings_agent.py").write_text(AGENT)
    sys.path.insert(0, str(tmp_path))
    import settings_agent  # type: ignore[import-not-found, unused-ignore]

    yield settings_agent
    sys.path.remove(str(tmp_path))
    del sys.modules["settings_agent"]


@pytest.fixture
def path(tmp_path: Path, agent: Any) -> Path:
    """A thread of user ann, by somebody's own program."""
    found = tmp_path / "store.sqlite"
    with SqliteSaver.from_conn_string(str(found)) as saver:
        config = {"configurable": {"thread_id": "anns", "user_id": "ann"}}
        agent.configured.copy({"checkpointer": saver}).invoke({"question": "hi"}, config)
        graph = agent.needy.copy({"checkpointer": saver})
        graph.invoke({"question": "hi"}, {"configurable": {"thread_id": "larges"}}, context=agent.Context("large"))
    return found


@pytest.fixture
def at_step_0(opened: Open, path: Path) -> Callable[..., Screen]:
    def open_at(graph: str, thread: str, **more: str) -> Screen:
        spec = f"{path.parent / 'settings_agent.py'}:{graph}"
        shown = opened(path, graph_specs=(spec,), sandbox=str(path.parent / "sandbox.sqlite")).on("debugger")
        with open_store(str(path)) as found:
            return shown.run(thread=thread, checkpoint=found.skeleton(thread).ids[1], **more)

    return open_at


def box(screen: Screen, label: str) -> Any:
    return next(area for area in screen.app.text_area if area.label == label)


def field(screen: Screen, label: str) -> Any:
    return next(text for text in screen.app.text_input if text.label.replace("\\", "").startswith(label))


def ended(screen: Screen, path: Path, thread: str) -> str:
    """The answer, once the run is over."""
    screen.finished()
    with open_store(str(path)) as store:
        latest = store.skeleton(thread).latest
        assert latest
        return str(store.checkpoint(thread, "", latest).values["answer"])


class TestRunningAgain:
    def test_says_which_settings_it_begins_with_and_answers_the_same(self, at_step_0, path):
        screen = at_step_0("configured", "anns")
        assert 'begin with the settings of this checkpoint\'s run: configurable user_id "ann"' in screen.says
        assert ended(screen.click("Run again from here"), path, "anns") == "ann: hi"

    def test_goes_with_the_same_into_the_sandbox(self, opened, path):
        sandbox = path.parent / "sandbox.sqlite"
        spec = f"{path.parent / 'settings_agent.py'}:configured"
        screen = opened(path, graph_specs=(spec,), sandbox=str(sandbox), sandboxed=True).on("debugger")
        with open_store(str(path)) as found:
            screen.run(thread="anns", checkpoint=found.skeleton("anns").ids[1])
        screen.click("Run again from here")
        thread = str(screen.app.query_params["thread"])
        assert ended(screen, sandbox, thread) == "ann: hi"

    def test_after_a_context_that_nobody_knows_tells_what_was_left_empty(self, at_step_0, path):
        screen = at_step_0("needy", "larges")
        assert "does not keep which context this checkpoint's run had. model would start empty" in screen.says
        screen.click("Run again from here")
        assert ended(screen, path, "larges") == " at 0.5"
        assert "does not keep the context" in screen.says
        assert "model = ''" in screen.says

    def test_makes_a_graph_of_the_values_that_its_run_had(self, at_step_0, path):
        with SqliteSaver.from_conn_string(str(path)) as saver:
            config = {"configurable": {"thread_id": "made", "tenant": "acme"}}
            import settings_agent

            settings_agent.made(config).copy({"checkpointer": saver}).invoke({"question": "hi"}, config)
        screen = at_step_0("made", "made")
        assert ended(screen.click("Run again from here"), path, "made") == "acme"


class TestAFork:
    def test_begins_with_what_the_run_had_and_takes_what_is_typed_instead(self, at_step_0, path):
        screen = at_step_0("configured", "anns", tab="fork")
        assert field(screen, "user_id").value == "ann"
        field(screen, "user_id").set_value("bob").run()
        assert ended(screen.click("Fork and run"), path, "anns") == "bob: hi"
        assert 'context user_id "bob"' in screen.says

    def test_takes_values_that_no_schema_names_as_json(self, at_step_0, path):
        screen = at_step_0("undeclared", "anns", tab="fork")
        assert json.loads(box(screen, "Configurable values, as JSON").value) == {"user_id": "ann"}
        box(screen, "Configurable values, as JSON").set_value('{"user_id": "bob"}').run()
        assert ended(screen.click("Fork and run"), path, "anns") == "bob: hi"
        assert 'configurable user_id "bob"' in screen.says

    def test_tells_in_a_comparison_in_what_its_settings_differ(self, at_step_0, path):
        screen = at_step_0("configured", "anns", tab="fork")
        field(screen, "user_id").set_value("bob").run()
        ended(screen.click("Fork and run"), path, "anns")
        screen.click("Compare the branches' ends")
        assert 'different settings: configurable user_id "ann", then "bob"' in screen.says

    def test_says_that_the_context_is_not_known_and_takes_one(self, at_step_0, path):
        screen = at_step_0("needy", "larges", tab="fork")
        assert "does not keep which context this checkpoint's run had" in screen.says
        field(screen, "model").set_value("larger").run()
        assert ended(screen.click("Fork and run"), path, "larges") == "larger at 0.5"

    def test_does_not_start_with_what_is_no_json(self, at_step_0):
        screen = at_step_0("configured", "anns", tab="fork")
        box(screen, "Configurable values, as JSON").set_value("{").run()
        screen.click("Fork and run")
        assert "Configurable values, as JSON: " in screen.says
        assert "Finished" not in screen.says


class TestTheRunScreen:
    def test_has_a_context_to_fill_in_which_the_next_runs_inherit(self, opened, path):
        spec = f"{path.parent / 'settings_agent.py'}:needy"
        screen = opened(path, graph_specs=(spec,), sandbox=str(path.parent / "sandbox.sqlite")).on("run").run()
        screen.click("Run")
        assert "Context: model is required: fill it in." in screen.says
        field(screen, "model").set_value("small").run()
        thread = next(one.value for one in screen.app.text_input if one.label == "Id of the new thread")
        assert ended(screen.click("Run"), path, thread) == "small at 0.5"
        with open_store(str(path)) as store:
            first = store.skeleton(thread).ids[1]
        screen.on("debugger").run(thread=thread, checkpoint=first)
        assert 'context model "small"' in screen.says
        assert ended(screen.click("Run again from here"), path, thread) == "small at 0.5"

    def test_begins_for_an_existing_thread_with_what_its_last_run_had(self, opened, path):
        spec = f"{path.parent / 'settings_agent.py'}:configured"
        screen = opened(path, graph_specs=(spec,), sandbox=str(path.parent / "sandbox.sqlite")).on("run").run()
        screen.app.segmented_control[0].set_value("Existing thread").run()
        next(one for one in screen.app.selectbox if one.label == "Thread to go on with").set_value("anns").run()
        assert field(screen, "user_id").value == "ann"
        assert ended(screen.click("Run"), path, "anns").startswith("ann: ")

    def test_asks_for_the_values_that_a_function_makes_a_graph_of(self, opened, path):
        spec = f"{path.parent / 'settings_agent.py'}:made"
        screen = opened(path, graph_specs=(spec,), sandbox=str(path.parent / "sandbox.sqlite")).on("run").run()
        assert "KeyError: 'tenant'" in screen.says
        box(screen, "Configurable values, as JSON").set_value('{"tenant": "acme"}').run()
        thread = next(one.value for one in screen.app.text_input if one.label == "Id of the new thread")
        assert ended(screen.click("Run"), path, thread) == "acme"
