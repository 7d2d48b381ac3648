"""Answers on the Debugger: each question once, each answer to the question that was drawn, or to none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.screens.conftest import Screen
from ui.services.create_store import make_store
from ui.session.context import sources
from ui.timetravel.model.jobs import Answer, Input, Job
from ui.timetravel.model.runs import RunState
from ui.timetravel.worker.child.shared.protocol import ANSWERED_MEANWHILE

CODE = """
from langgraph.func import entrypoint, task
from langgraph.graph import StateGraph
from langgraph.types import interrupt
from typing_extensions import TypedDict

class State(TypedDict, total=False):
    who: str

def form(state): return {"who": interrupt("Your name?") + " " + interrupt("Your age?")}
def ask(state): return {"who": interrupt("Inner?")}
form = StateGraph(State).add_node("form", form).add_edge("__start__", "form").compile()
inner = StateGraph(State).add_node("ask", ask).add_edge("__start__", "ask").compile()
nested = StateGraph(State).add_node("sub", inner).add_edge("__start__", "sub").compile()

@task
def confirm(text): return interrupt(text)
@entrypoint()
def flow(text): return confirm(text).result()
"""

Open = Callable[..., Screen]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "s.sqlite"


@pytest.fixture
def on(tmp_path: Path, store: Path, opened: Open) -> Callable[[str], Screen]:
    """The Debugger on the thread "t", in which a graph has asked."""

    def open_app(graph: str) -> Screen:
        (tmp_path / "agent.py").write_text(CODE)
        make_store(store)
        screen = opened(store, graph_specs=(f"{tmp_path / 'agent.py'}:{graph}",), sandbox=str(tmp_path / "sb.sqlite"))
        do(store, graph, Input("Really?" if graph == "flow" else {"who": ""}))
        return screen.on("debugger").run(thread="t")

    return open_app


def do(store: Path, graph: str, action: Any) -> RunState:
    """What another tab, or another program, does with the thread."""
    workers = sources().workers
    assert workers is not None
    return workers.start(Job(graph, str(store), "t", action)).wait(30)


def fields(screen: Screen) -> list[Any]:
    return [one for one in screen.app.text_area if one.label == "Your answer"]


def runs() -> list[RunState]:
    workers = sources().workers
    assert workers is not None
    return [run.wait(30) for run in workers.runs.values()]


def who(store: Path) -> Any:
    here = sources().source()
    assert here is not None
    return here.store.checkpoint("t", "", here.store.skeleton("t").ids[-1]).values.get("who")


def test_what_a_function_asks_is_one_question_with_one_field(on: Any) -> None:
    screen = on("flow")
    assert [text for _, text in screen.lines if text.startswith("The run asks")] == ["The run asks: Really?"]
    (field,) = fields(screen)
    field.set_value("yes").run()
    screen.click("Answer and go on")
    assert runs()[-1].status.value == "finished"


def test_a_later_question_of_a_node_is_answered_differently_with_the_earlier_answers(on: Any, store: Path) -> None:
    screen = on("form")
    for text in ("Ada", "36"):
        fields(screen)[0].set_value(text).run()
        screen.click("Answer and go on")
        runs()
        screen.run(thread="t")
    assert who(store) == "Ada 36"
    here = sources().source()
    assert here is not None
    screen.run(thread="t", checkpoint=here.store.skeleton("t").ids[1])
    assert "The run asks" not in screen.says
    assert ("asks", "The run asked: Your age?") in screen.lines
    (told,) = [text for look, text in screen.lines if look == "quiet" and text.startswith("It was answered.")]
    assert "“Ada”" in told
    fields(screen)[0].set_value("40").run()
    screen.click("Answer and go on")
    runs()
    assert who(store) == "Ada 40"


def test_a_press_does_not_answer_the_question_that_came_meanwhile(on: Any, store: Path) -> None:
    screen = on("form")
    fields(screen)[0].set_value("late").run()
    question = runs()[-1].interrupts[0]
    do(store, "form", Answer({question.id: "Ada"}))
    count = len(runs())
    screen.click("Answer and go on")
    assert ANSWERED_MEANWHILE in screen.says
    assert len(runs()) == count
    assert "The run asks: Your age?" in screen.says


def test_a_press_does_not_begin_a_branch_where_the_run_went_on_meanwhile(on: Any, store: Path) -> None:
    screen = on("nested")
    screen.run(thread="t", checkpoint=runs()[-1].head or "")
    fields(screen)[0].set_value("late").run()
    do(store, "nested", Answer({runs()[-1].interrupts[0].id: "first"}))
    count = len(runs())
    screen.click("Answer and go on")
    assert ANSWERED_MEANWHILE in screen.says
    assert len(runs()) == count
    assert who(store) == "first"


def test_what_a_subgraph_asks_is_answered_where_it_is_looked_at(on: Any, store: Path) -> None:
    screen = on("nested")
    here = sources().source()
    assert here is not None
    namespace = here.store.namespaces("t")[1]
    screen.run(thread="t", ns=namespace, checkpoint=here.store.skeleton("t", namespace).ids[-1])
    fields(screen)[0].set_value("from inside").run()
    screen.click("Answer and go on")
    assert runs()[-1].status.value == "finished"
    assert who(store) == "from inside"
